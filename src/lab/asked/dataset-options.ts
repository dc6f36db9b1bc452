import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DatasetFacts, DatasetSpec, LabelNoise, PublishedName } from '../../datasets/dataset'
import type { Broken } from '../../datasets/images/read'
import { readImageFolder, type FolderContext } from '../../datasets/images/dataset'
import { findInstalled, keepDataset, libraryFolder, type InstalledDataset } from '../../datasets/library'
import { readNpz, type NpyArray } from '../../datasets/npz'
import { ownExamples, type Labelling, type OwnArrays } from '../../datasets/own'
import { knownDataset, publishedDatasets } from '../../datasets/published'
import { needMnist } from '../../datasets/shipped'
import { checkOptions, nameIn, text, wholeNumber, type Checks } from '../../support/options'
import { badInput, TicketLabError } from '../../support/errors'
import { show } from '../../support/show'
import { checkFolderOptions, type FolderOptions } from './folder-options'

/** A dataset of the user's own, as `lab.dataset` returns it; presets take it as their option `dataset`. */
export interface OwnDataset extends DatasetFacts {
  /** That it is the user's own. */
  readonly name: 'own'
  /** SHA-256 of the file that it is kept in: the same arrays are the same dataset. */
  readonly content: string
  /** The names of the folders of the classes, in the order of their labels; only of a folder of images, by default absent. */
  readonly classNames?: readonly string[]
  /** Images of a folder that could not be used, with the reasons; by default absent, since they are an error. */
  readonly leftOut?: readonly Broken[]
}

/** What presets take as `dataset`. */
export type DatasetChoice = PublishedName | OwnDataset

/** Options of a preset that are about data. */
export interface DatasetChoices {
  /**
   * A published dataset by its name, or what `lab.dataset` returns; by default the preset's: MNIST for LeNet, CIFAR-10 for
   * the others (Frankle & Carbin 2019, fig. 2).
   */
  readonly dataset?: DatasetChoice
  /**
   * Examples held out for validation, from 0 to below the training examples; by default the preset's: 5,000 (Frankle &
   * Carbin 2019, fig. 2), 0 in those of Frankle et al. 2020, as their code has it; of a dataset of your own a tenth otherwise. With 0, all are trained on, and no early stop is known, which is where the
   * validation loss is least: test examples never stand in for them.
   */
  readonly validation?: number
  /**
   * Seed of the split into training and validation examples, and of the choice of `examples`: a whole number from 0, 1 by
   * default.
   */
  readonly splitSeed?: number
  /**
   * Training examples that are left, from 1 to those not held out for validation; by default all. They are chosen
   * uniformly, whatever their class.
   */
  readonly examples?: number
  /**
   * The fraction of training labels that are replaced by wrong ones, from 0 to 1, as `0.2` or `{ fraction: 0.2, seed: 3 }`;
   * 0 by default.
   */
  readonly labelNoise?: number | LabelNoise
}

/** What else an npz file needs to be told: it has arrays only. */
export interface NpzOptions extends Pick<OwnArrays, 'classes' | 'mean' | 'deviation'>, LabelOptions {}

/** What is made of labels. */
export interface LabelOptions {
  /**
   * What to do with labels that do not begin at 0 or leave numbers out: `'renumber'` counts the classes from 0 in the order
   * of their labels, `'as they are'` keeps classes without examples. By default such labels are an error, unless `classes`
   * says how many classes there are.
   */
  readonly labels?: Labelling
}

const labellings: Readonly<Record<Labelling, true>> = { 'as they are': true, renumber: true }
const labellingCheck = nameIn(labellings, 'choice for labels')

/** Checks for the option tables of presets. */
export const datasetChecks: Checks<DatasetChoices> = {
  dataset: checkDataset,
  validation: wholeNumber(0),
  splitSeed: wholeNumber(0),
  examples: wholeNumber(1),
  labelNoise: checkLabelNoise,
}

export const datasetNames: Readonly<Record<PublishedName, true>> = {
  mnist: true,
  'fashion-mnist': true,
  cifar10: true,
  cifar100: true,
}

/** Shape, classes and counts of what was chosen; reads no file. */
export function factsOf(choice: DatasetChoice): DatasetFacts {
  return typeof choice === 'string' ? knownDataset(choice) : choice
}

/**
 * The description of a dataset for tasks. Which files of a published dataset are installed is a part of it.
 * @throws TicketLabError `data-missing` when it is not installed, `bad-input` when there are not enough examples
 */
export function datasetSpec(
  choices: DatasetChoices & { readonly dataset: DatasetChoice },
  folder: string = libraryFolder(),
): DatasetSpec {
  const { dataset, splitSeed = 1, examples, labelNoise } = choices
  const { trainCount } = factsOf(dataset)
  const usual = typeof dataset === 'string' ? 5000 : Math.max(1, Math.round(trainCount / 10))
  const validation = choices.validation ?? usual
  if (validation >= trainCount) {
    throw badInput(
      `fewer validation examples than the ${trainCount} training images`,
      String(validation),
      'Set { validation: ... } to a smaller number.',
    )
  }
  const left = trainCount - validation
  if (examples !== undefined && examples > left) {
    throw badInput(`at most the ${left} examples that are not held out for validation`, `${examples}`)
  }
  const noise = typeof labelNoise === 'number' ? { fraction: labelNoise } : labelNoise
  const content = contentOf(dataset, folder)
  return {
    name: typeof dataset === 'string' ? dataset : dataset.name,
    ...(content === undefined ? {} : { content }),
    splitSeed,
    validation,
    ...(examples === undefined || examples === left ? {} : { examples }),
    ...(noise === undefined || noise.fraction === 0 ? {} : { labelNoise: noise }),
  }
}

/**
 * Keeps a dataset of the user's own: arrays from a cell, an npz file with `x_train`, `y_train`, `x_test` and
 * `y_test` as Keras writes them, or a folder of images. Pixels are bytes.
 * @throws TicketLabError `bad-input`, `data-corrupt`, `disk-full`, `cancelled`
 */
export async function createDataset(
  source: OwnArrays | string,
  options?: NpzOptions | LabelOptions | FolderOptions,
  folder: string = libraryFolder(),
  watched: Omit<FolderContext, 'folder'> = {},
): Promise<OwnDataset> {
  const file =
    typeof source === 'string' ? resolve(text(source, 'the name of the file in lab.dataset')) : undefined
  if (file !== undefined && (await isFolder(file))) {
    const plan = checkFolderOptions(options)
    const { entry, classNames, leftOut } = await readImageFolder(file, plan, { folder, ...watched })
    return { ...ownOf(entry), classNames, ...(leftOut.length === 0 ? {} : { leftOut }) }
  }
  const { arrays, labels } = file === undefined ? checkArrays(source, options) : await arraysOf(file, options)
  return ownOf(await keepDataset(folder, 'own', ownExamples(arrays, labels), file ?? 'arrays in a cell'))
}

function ownOf({ content, shape, classes, trainCount, testCount }: InstalledDataset): OwnDataset {
  return { name: 'own', content, shape, classes, trainCount, testCount }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

function contentOf(dataset: DatasetChoice, folder: string): string | undefined {
  if (dataset === 'mnist') {
    needMnist(folder)
    return undefined
  }
  if (typeof dataset !== 'string') return dataset.content
  const installed = findInstalled(folder, dataset)
  if (installed) return installed.content
  throw new TicketLabError(
    'data-missing',
    `Expected ${publishedDatasets[dataset].title} in ${folder}, but it is not installed. ` +
      `Run 'ticketlab data install ${dataset}', with --from FOLDER for files that you have.`,
  )
}

const anything = (value: unknown): never => value as never
const arrayChecks: Checks<OwnArrays> = {
  images: anything,
  labels: anything,
  testImages: anything,
  testLabels: anything,
  shape: anything,
  classes: anything,
  mean: anything,
  deviation: anything,
}

/** Arrays, and what is made of their labels. */
interface Source {
  readonly arrays: OwnArrays
  readonly labels?: Labelling | undefined
}

function checkArrays(given: unknown, options: unknown): Source {
  const { labels } = checkOptions<LabelOptions>(
    options,
    { labels: labellingCheck },
    'lab.dataset after the arrays (classes, mean and deviation stand beside them)',
  )
  // What the arrays hold is checked where they are put together; here only how they are called.
  return { arrays: checkOptions<OwnArrays>(given ?? {}, arrayChecks, 'lab.dataset') as OwnArrays, labels }
}

async function arraysOf(file: string, options: unknown): Promise<Source> {
  const { classes, mean, deviation } = arrayChecks
  const { labels, ...given } = checkOptions<NpzOptions>(
    options,
    { classes, mean, deviation, labels: labellingCheck },
    'lab.dataset',
  )
  const npz = await readNpz(file, ['x_train', 'y_train', 'x_test', 'y_test'] as const)
  const { x_train, y_train, x_test, y_test } = npz
  for (const [name, { type, data }] of Object.entries({ x_train, x_test })) {
    if (type === 'u1') continue
    throw badInput(
      `${name} in ${file} as bytes (numpy.uint8)`,
      `numbers of type ${type}`,
      bytesAdvice(type, data),
    )
  }
  const shape = x_train.shape.slice(1)
  if (x_test.shape.slice(1).join() !== shape.join()) {
    throw badInput(
      `x_test with images of shape [${shape.join(', ')}], as x_train has`,
      `[${x_test.shape.slice(1).join(', ')}]`,
    )
  }
  const arrays: OwnArrays = {
    images: x_train.data as ArrayLike<number>,
    labels: labelsOf('y_train', y_train),
    testImages: x_test.data as ArrayLike<number>,
    testLabels: labelsOf('y_test', y_test),
    shape,
    ...given,
  }
  return { arrays, labels }
}

/** How numbers of another NumPy type become bytes. */
function bytesAdvice(type: string, data: ArrayLike<unknown>): string {
  if (type.startsWith('b')) return 'Write 255 * array.astype("uint8").'
  if (/^[iu]/.test(type)) return 'From whole numbers from 0 to 255, write array.astype("uint8").'
  const isBeyondOne = Array.from({ length: Math.min(data.length, 1e6) }, (_, index) => data[index]).some(
    (value) => Number(value) > 1,
  )
  return isBeyondOne
    ? 'From numbers from 0 to 255, write array.round().astype("uint8").'
    : 'From numbers in [0, 1], write (255 * array).round().astype("uint8").'
}

/** Keras writes the labels of some datasets as a column. */
function labelsOf(name: string, { shape, data }: NpyArray): ArrayLike<number | bigint> {
  const [count, ...rest] = shape
  if (count !== undefined && rest.every((extent) => extent === 1)) return data as ArrayLike<number | bigint>
  throw badInput(`${name} as one class index per image`, `an array of shape [${shape.join(', ')}]`)
}

function checkDataset(value: unknown, name: string): DatasetChoice {
  if (typeof value === 'string') return nameIn(datasetNames, 'dataset')(value, name)
  const own = value as Partial<OwnDataset> | null | undefined
  if (own?.name === 'own' && typeof own.content === 'string') return own as OwnDataset
  throw badInput(
    `${name} as one of ${Object.keys(datasetNames).join(', ')}, or what lab.dataset returns`,
    show(value),
    value instanceof Promise ? "Write 'await' before lab.dataset." : '',
  )
}

function checkLabelNoise(value: unknown, name: string): number | LabelNoise {
  if (typeof value === 'object') {
    const { fraction, seed } = checkOptions<LabelNoise>(
      value,
      { fraction: checkFraction, seed: wholeNumber(0) },
      name,
    )
    if (fraction === undefined) throw badInput(`a fraction in ${name}`, 'none', 'For example 0.2.')
    return { fraction, ...(seed === undefined ? {} : { seed }) }
  }
  return checkFraction(value, name)
}

function checkFraction(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw badInput(`${name} to be a fraction from 0 to 1 (0.2 replaces 20% of the labels)`, show(value))
}
