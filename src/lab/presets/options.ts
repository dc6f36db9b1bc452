import { backendChoices, type BackendChoice } from '../../backends/choose'
import type { Augmentation, Optimizer } from '../../backends/program'
import type { Setup } from '../../experiments/setup'
import type { NetworkDescription } from '../../networks/description'
import type { Network } from '../../networks/network'
import type { NetworkName } from '../../networks/zoo'
import type { Schedule } from '../../training/recipe'
import { atLeastZero, nameIn, positive, wholeNumber, type Checks } from '../options'
import { badInput } from '../../support/errors'
import { checkAugmentation, checkOptimizer, checkRates, checkSchedule } from './checks'
import { datasetChecks, type DatasetChoices } from '../dataset-options'

/** What may be changed of a preset. Whatever differs from the paper is listed in every result. */
export interface PresetOptions extends DatasetChoices {
  /** A network of the zoo by its name, fitted to the dataset, or one of the user's own (see `lab.network`). */
  readonly network?: NetworkName | Network | NetworkDescription
  /** T, the training steps of one network. */
  readonly steps?: number
  /** Examples per step. */
  readonly batchSize?: number
  /** Random changes of training examples, such as `{ flip: true, crop: 4 }`; false for none. */
  readonly augmentation?: Augmentation | false
  /** The optimizer's learning rate. */
  readonly learningRate?: number
  /** The update rule: `'sgd'`, `'momentum'` (0.9), `'adam'`, or an object with its hyperparameters. */
  readonly optimizer?: Optimizer | Optimizer['kind']
  /** Coefficient of the L2 penalty on weights. */
  readonly weightDecay?: number
  /** Learning-rate schedule, such as `{ kind: 'linear-warmup', warmup: 500 }`. */
  readonly schedule?: Schedule
  /** Validation and test figures are recorded every this many steps. */
  readonly evaluateEvery?: number
  /**
   * Fraction of the remaining weights pruned per level, by group: `{ dense: 0.2, convolution: 0.1, output: 0.1 }`, and
   * `shortcut`. What is left out stays as the preset has it; groups with the rate 0, or without any, are never pruned.
   */
  readonly rates?: Setup['rates']
  /** Whether the smallest weights are looked for in every layer, `'layer'`, or in all together, `'global'`. */
  readonly scope?: NonNullable<Setup['scope']>
  /** The step k whose weights are rewound to. */
  readonly rewindTo?: number
  /** The same in epochs, also parts of one: k is the nearest step. */
  readonly rewindToEpoch?: number
  /** Independent repetitions, each with its own seed. */
  readonly replicates?: number
  /** Seed of the first replicate; the others count up. */
  readonly seed?: number
  /**
   * What trains: `'tensorflow'`, `'wasm'` (needs no installation, gets faster as networks get sparser), `'auto'`,
   * TensorFlow where it is installed, or `'mixed'`, TensorFlow for full networks and wasm for sparse ones.
   */
  readonly backend?: BackendChoice
}

/** One check for each option. */
export const presetChecks: Checks<PresetOptions> = {
  // Checked where it is known what it must fit.
  network: (value, name) => {
    if (value !== null) return value as NonNullable<PresetOptions['network']>
    throw badInput(`${name} as a name such as 'lenet', or what lab.network returns`, 'null')
  },
  ...datasetChecks,
  steps: wholeNumber(1),
  batchSize: wholeNumber(1),
  augmentation: checkAugmentation,
  learningRate: positive,
  optimizer: checkOptimizer,
  weightDecay: atLeastZero,
  schedule: checkSchedule,
  evaluateEvery: wholeNumber(1),
  rates: checkRates,
  scope: nameIn({ layer: true, global: true }, 'scope'),
  rewindTo: wholeNumber(0),
  rewindToEpoch: atLeastZero,
  replicates: wholeNumber(1),
  seed: wholeNumber(0),
  backend: nameIn(backendChoices, 'backend'),
}
