import type { DatasetFacts, DatasetSpec, LabelNoise, PublishedName } from '../../datasets/dataset'
import { badInput, checkOptions, lookUp, wholeNumber, type Check } from '../options'

/** A dataset of the user's own; presets take it as their option `dataset`. */
export interface OwnDataset extends DatasetFacts {
  readonly name: 'own'
  /** SHA-256 of the file that it is kept in. */
  readonly content: string
}

/** What presets take as `dataset`. */
export type DatasetChoice = PublishedName | OwnDataset

/** Options of a preset that are about data. */
export interface DatasetChoices {
  /** The name of a published dataset, or one of the user's own. */
  readonly dataset: DatasetChoice
  /** Examples held out for validation; 5,000 by default, of a dataset of the user's own a tenth. */
  readonly validation: number
  /** Seed of the split into training and validation examples, and of the choice of `examples`. */
  readonly splitSeed: number
  /** Training examples that are left; by default all. They are chosen uniformly, whatever their class. */
  readonly examples: number
  /** The fraction of training labels that are replaced by wrong ones, as `0.2` or `{ fraction: 0.2, seed: 3 }`. */
  readonly labelNoise: number | LabelNoise
}

/** Checks for the option tables of presets. */
export const datasetChecks: { readonly [K in keyof DatasetChoices]: Check<DatasetChoices[K]> } = {
  dataset: (value, name) => {
    if (typeof value !== 'object' || value === null) return lookUp(names, value, name)
    return value as OwnDataset
  },
  validation: wholeNumber(1),
  splitSeed: wholeNumber(0),
  examples: wholeNumber(1),
  labelNoise: (value, name) => {
    if (typeof value !== 'object') return share(value, name)
    const given = checkOptions<LabelNoise>(value, { fraction: share, seed: wholeNumber(0) }, name)
    if (given.fraction === undefined) throw badInput(`a fraction in ${name}`, 'none', 'For example 0.2.')
    return given as LabelNoise
  },
}

/** Shape, classes and counts of what was chosen; reads no file. */
export function factsOf(choice: DatasetChoice): DatasetFacts {
  return typeof choice === 'string' ? facts[choice] : choice
}

/**
 * The description of a dataset for tasks.
 * @throws TicketLabError `bad-input` when there are not enough examples
 */
export function datasetSpec(choices: Partial<DatasetChoices> & Pick<DatasetChoices, 'dataset'>): DatasetSpec {
  const { dataset, splitSeed = 1, examples, labelNoise } = choices
  const { trainCount } = factsOf(dataset)
  const validation = choices.validation ?? (typeof dataset === 'string' ? 5000 : Math.ceil(trainCount / 10))
  if (validation >= trainCount) {
    throw badInput(`fewer validation examples than the ${trainCount} training images`, String(validation))
  }
  const left = trainCount - validation
  if (examples !== undefined && examples > left) {
    throw badInput(`at most the ${left} examples that are not held out for validation`, String(examples))
  }
  const noise = typeof labelNoise === 'number' ? { fraction: labelNoise } : labelNoise
  return {
    ...(typeof dataset === 'string' ? { name: dataset } : { name: dataset.name, content: dataset.content }),
    splitSeed,
    validation,
    ...(examples === undefined || examples === left ? {} : { examples }),
    ...(noise === undefined || noise.fraction === 0 ? {} : { labelNoise: noise }),
  }
}

const names: Readonly<Record<PublishedName, PublishedName>> = {
  mnist: 'mnist',
  'fashion-mnist': 'fashion-mnist',
  cifar10: 'cifar10',
  cifar100: 'cifar100',
}

const mnist = { shape: [28, 28, 1], classes: 10, trainCount: 60_000, testCount: 10_000 }
const cifar10 = { shape: [32, 32, 3], classes: 10, trainCount: 50_000, testCount: 10_000 }
const facts: Readonly<Record<PublishedName, DatasetFacts>> = {
  mnist,
  'fashion-mnist': mnist,
  cifar10,
  cifar100: { ...cifar10, classes: 100 },
}

function share(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw badInput(`${name} to be a fraction from 0 to 1 (0.2 replaces 20% of the labels)`, String(value))
}
