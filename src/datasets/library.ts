import { readdirSync, readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../support/canonical'
import { TicketLabError } from '../support/errors'
import { heedCancel } from '../support/file-lock'
import { isMissing, writeWhole } from '../support/files'
import { places } from '../support/paths'
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsFile,
  type StoredTensor,
} from '../support/safetensors'
import type { DatasetFacts, DatasetSpec, Examples, Normalization } from './dataset'

/*
 * The folder of datasets: `<sha256>.safetensors` has the examples, under the SHA-256 of the file, which is the
 * dataset's identity; `<name>.json` (for a dataset of the user's own: `<sha256>.json`) says which file a name means.
 * Examples of another origin get a file of their own, so that results made with the former ones can be continued.
 */

/** A dataset in the folder, as its JSON file describes it. */
export interface InstalledDataset extends DatasetFacts {
  readonly format: 1
  readonly name: DatasetSpec['name']
  /** SHA-256 of the file with the examples. */
  readonly content: string
  /** Where it was taken from: addresses, or a path. */
  readonly from: string
  /** ISO 8601. */
  readonly installed: string
}

/** The folder that datasets are installed in: `data` in the home. */
export function libraryFolder(home: string = places().home): string {
  return join(home, 'data')
}

/** The file with the examples of a content. */
export function contentFile(folder: string, content: string): string {
  return join(folder, `${content}.safetensors`)
}

/**
 * Keeps a dataset; under its name, the one that had it is forgotten, though its file stays.
 * @throws TicketLabError `disk-full`, `cancelled`
 */
export async function keepDataset(
  folder: string,
  name: InstalledDataset['name'],
  examples: Examples,
  from: string,
  signal?: AbortSignal,
): Promise<InstalledDataset> {
  const bytes = encodeExamples(examples)
  await heedCancel(signal)
  const content = sha256(bytes)
  await heedCancel(signal)
  const { shape, classes, train, test } = examples
  const largestTestClass = largestClass(test.labels, classes)
  const facts = { shape, classes, trainCount: train.count, testCount: test.count, largestTestClass }
  const installed = new Date().toISOString()
  const entry: InstalledDataset = { format: 1, name, content, ...facts, from, installed }
  const file = contentFile(folder, content)
  const there = await stat(file).then(
    ({ size }) => size === bytes.length,
    () => false,
  )
  if (!there) await writeWhole(file, bytes)
  const key = name === 'own' ? content : name
  await writeWhole(join(folder, `${key}.json`), `${JSON.stringify(entry, undefined, 2)}\n`)
  return entry
}

/**
 * What is installed under a name, or under the content of a dataset of the user's own; undefined if nothing is.
 * @throws TicketLabError `data-corrupt` when its description is damaged
 */
export function findInstalled(folder: string, key: string): InstalledDataset | undefined {
  const file = join(folder, `${key}.json`)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  const entry = parseEntry(text)
  if (entry) return entry
  throw corrupt(file, 'the description of a dataset', JSON.stringify(text.slice(0, 60)))
}

/** Everything in the folder, published datasets first. @throws TicketLabError `data-corrupt` */
export function listInstalled(folder: string): InstalledDataset[] {
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
  return names
    .map((name) => findInstalled(folder, name.slice(0, -'.json'.length)))
    .filter((entry) => entry !== undefined)
    .sort((one, other) => sortKey(one).localeCompare(sortKey(other), 'en'))
}

/**
 * Reads examples back.
 * @throws TicketLabError `data-missing` when they are not there, `data-corrupt` when they are not what they were
 */
export async function readExamples(folder: string, spec: DatasetSpec): Promise<Examples> {
  const { file, bytes } = await readContent(folder, spec)
  return decodeExamples(bytes, file)
}

/** How bytes become numbers; throws what {@link readExamples} throws. */
export async function readNormalization(folder: string, spec: DatasetSpec): Promise<Normalization> {
  const { file, bytes } = await readContent(folder, spec)
  return decodeNormalization(decodeSafetensors(bytes, file))
}

async function readContent(folder: string, { name, content }: DatasetSpec) {
  if (content === undefined) {
    throw new TicketLabError(
      'bad-input',
      `Expected the content of the dataset ${name} as a SHA-256, found none.`,
    )
  }
  const file = contentFile(folder, content)
  const again =
    name === 'own'
      ? 'run the cell with lab.dataset again'
      : `run 'ticketlab data install ${name}' with the same source again`
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new TicketLabError(
      'data-missing',
      `Expected the dataset ${name} in ${file}, but it is not there: ${again}.`,
      { cause },
    )
  })
  const found = sha256(bytes)
  if (found !== content) {
    throw corrupt(file, `content with SHA-256 ${content}`, found, `Delete it and ${again}.`)
  }
  return { file, bytes }
}

/** Examples of the class that has most of them. */
function largestClass(labels: Uint8Array, classes: number): number {
  const counts = Array<number>(classes).fill(0)
  for (const label of labels) counts[label]!++
  return Math.max(...counts)
}

function encodeExamples({ shape, classes, normalize, train, test }: Examples): Uint8Array {
  return encodeSafetensors(
    {
      'train.images': { shape: [train.count, ...shape], data: train.images },
      'train.labels': { shape: [train.count], data: train.labels },
      'test.images': { shape: [test.count, ...shape], data: test.images },
      'test.labels': { shape: [test.count], data: test.labels },
    },
    {
      classes: String(classes),
      mean: JSON.stringify(normalize.mean),
      deviation: JSON.stringify(normalize.deviation),
    },
  )
}

function decodeExamples(bytes: Uint8Array, file: string): Examples {
  const content = decodeSafetensors(bytes, file)
  const { tensors, metadata } = content
  const part = (name: string): StoredTensor & { readonly data: Uint8Array } => {
    const tensor = tensors[name]
    if (tensor?.data instanceof Uint8Array) return { shape: tensor.shape, data: tensor.data }
    throw corrupt(file, `bytes called ${name}`, Object.keys(tensors).join(', '))
  }
  const split = (name: string) => {
    const labels = part(`${name}.labels`).data
    return { images: part(`${name}.images`).data, labels, count: labels.length }
  }
  return {
    shape: part('train.images').shape.slice(1),
    classes: Number(metadata['classes']),
    normalize: decodeNormalization(content),
    train: split('train'),
    test: split('test'),
  }
}

function decodeNormalization({ metadata }: SafetensorsFile): Normalization {
  const numbers = (name: string) => JSON.parse(metadata[name] ?? '[]') as readonly number[]
  return { mean: numbers('mean'), deviation: numbers('deviation') }
}

function parseEntry(text: string): InstalledDataset | undefined {
  let entry: Partial<InstalledDataset> | null
  try {
    entry = JSON.parse(text) as Partial<InstalledDataset> | null
  } catch {
    return undefined
  }
  const whole =
    entry?.format === 1 &&
    [entry.name, entry.content, entry.from, entry.installed].every((value) => typeof value === 'string') &&
    [entry.classes, entry.trainCount, entry.testCount, entry.largestTestClass ?? 0].every(Number.isInteger) &&
    Array.isArray(entry.shape)
  return whole ? (entry as InstalledDataset) : undefined
}

function sortKey({ name, installed }: InstalledDataset): string {
  return `${name === 'own' ? 1 : 0} ${name} ${installed}`
}

function corrupt(file: string, expected: string, found: string, advice?: string): TicketLabError {
  const what = advice ?? 'Delete it and install the dataset again.'
  return new TicketLabError('data-corrupt', `${file}: expected ${expected}, found ${found}. ${what}`)
}
