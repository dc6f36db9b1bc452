import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Labels } from '../backends/backend'
import { sha256 } from '../support/canonical'
import { dataCorrupt, TicketLabError } from '../support/errors'
import { heedCancel } from '../support/file-lock'
import { isMissing, readIfThere, writeWhole } from '../support/files'
import { count, listOf, objectOf, optional, text } from '../support/json-shape'
import { places } from '../support/paths'
import { seal, unseal } from '../support/sealed'
import type { DatasetFacts, DatasetSpec, Examples, Normalization } from './dataset'
import {
  decodeExamples,
  encodeExamples,
  installAgain,
  normalizationIn,
  type DescribedExamples,
} from './examples-file'

/*
 * The folder of datasets: `<sha256>.safetensors` has the examples, under the SHA-256 of the file, which is the
 * dataset's identity; `<name>.json` (for a dataset of the user's own: `<sha256>.json`) says which file a name means, and
 * begins with a sum of itself (support/sealed.ts), which the first versions left out.
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

/** How the descriptions began in versions that gave them no sum. */
const unsealed = '{\n  "format": 1,'

/** The folder that datasets are installed in: `data` in the home. */
export function libraryFolder(home: string = places().home): string {
  return join(home, 'data')
}

/** The file with the examples of a content. */
export function contentFile(folder: string, content: string): string {
  return join(folder, `${content}.safetensors`)
}

function entryFile(folder: string, key: string): string {
  return join(folder, `${key}.json`)
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
  if (!(await hasContent(folder, content))) await writeWhole(contentFile(folder, content), bytes)
  return describe(folder, { name, content, from }, examples)
}

/**
 * Says in the folder what a content is that lies there.
 * @throws TicketLabError `disk-full`
 */
export async function describe(
  folder: string,
  which: Pick<InstalledDataset, 'name' | 'content' | 'from'>,
  { shape, classes, train, test }: DescribedExamples,
): Promise<InstalledDataset> {
  const { name, content, from } = which
  const largestTestClass = largestClass(test.labels, classes)
  const facts = { shape, classes, trainCount: train.count, testCount: test.count, largestTestClass }
  const installed = new Date().toISOString()
  const entry: InstalledDataset = { format: 1, name, content, ...facts, from, installed }
  const key = name === 'own' ? content : name
  await writeWhole(entryFile(folder, key), seal(`${JSON.stringify(entry, undefined, 2)}\n`))
  return entry
}

/**
 * What is installed under a name, or under the content of a dataset of the user's own; undefined if nothing is.
 * @throws TicketLabError `data-corrupt` when its description is damaged
 */
export function findInstalled(folder: string, key: string): InstalledDataset | undefined {
  const file = entryFile(folder, key)
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  const entry = unseal(bytes, unsealed)
  if (isEntry(entry) && key === (entry.name === 'own' ? entry.content : entry.name)) return entry
  const found = JSON.stringify(bytes.subarray(0, 60).toString())
  throw dataCorrupt(file, `the description of ${key} under its sum`, found, { advice: installAgain })
}

/** Everything in the folder, published datasets first, and a word on each description that is damaged. */
export function listInstalled(folder: string): {
  readonly entries: readonly InstalledDataset[]
  readonly damaged: readonly TicketLabError[]
} {
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch (error) {
    if (isMissing(error)) return { entries: [], damaged: [] }
    throw error
  }
  const entries: InstalledDataset[] = []
  const damaged: TicketLabError[] = []
  for (const name of names.sort()) {
    try {
      const entry = findInstalled(folder, name.slice(0, -'.json'.length))
      if (entry) entries.push(entry)
    } catch (error) {
      if (!(error instanceof TicketLabError)) throw error
      damaged.push(error)
    }
  }
  entries.sort((one, other) => sortKey(one).localeCompare(sortKey(other), 'en'))
  return { entries, damaged }
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
  return normalizationIn(bytes, file)
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
    throw dataCorrupt(file, `content with SHA-256 ${content}`, found, {
      advice: `${again.charAt(0).toUpperCase()}${again.slice(1)}.`,
    })
  }
  return { file, bytes }
}

/** Examples of the class that has most of them. */
function largestClass(labels: Labels, classes: number): number {
  const counts = Array<number>(classes).fill(0)
  for (const label of labels) counts[label]!++
  return Math.max(...counts)
}

/** Whether the examples are there as their content's name says. */
export async function hasContent(folder: string, content: string): Promise<boolean> {
  const bytes = await readIfThere(contentFile(folder, content))
  return bytes !== undefined && sha256(bytes) === content
}

const looksLikeEntry = objectOf({
  format: (value) => value === 1,
  name: text,
  content: text,
  from: text,
  installed: text,
  classes: count,
  trainCount: count,
  testCount: count,
  largestTestClass: optional(count),
  shape: listOf(count),
})

function isEntry(value: unknown): value is InstalledDataset {
  return looksLikeEntry(value)
}

function sortKey({ name, installed }: InstalledDataset): string {
  return `${name === 'own' ? 1 : 0} ${name} ${installed}`
}
