import { backendChoices, type BackendChoice } from '../../../backends/choose'
import type { Optimizer } from '../../../backends/optimizers/all'
import type { Augmentation } from '../../../backends/program'
import type { Setup } from '../../../experiments/setup'
import type { NetworkDescription } from '../../../networks/description'
import type { Network } from '../../../networks/network'
import type { NetworkName } from '../../../networks/zoo'
import type { Recipe, Schedule } from '../../../tasks/recipe'
import {
  atLeastZero,
  mostReplicates,
  mostSteps,
  nameIn,
  positive,
  wholeNumber,
  type Checks,
} from '../../../support/options'
import { badInput } from '../../../support/errors'
import { isPlain, reading } from '../../../support/plain'
import { show } from '../../../support/show'
import {
  checkAugmentation,
  checkOptimizer,
  checkRates,
  checkSchedule,
  type AugmentationOptions,
  type PruningRates,
} from './checks'
import { datasetChecks, type DatasetChoices } from '../dataset-options'
import { initialChecks, type InitialOptions } from './initial'
import { orderChecks, type OrderOptions } from './order-options'

/** What may be changed of a preset. Whatever differs from the paper is listed in every result. */
export interface PresetOptions extends DatasetChoices, InitialOptions, OrderOptions {
  /**
   * A network of the zoo by its name, fitted to the dataset, or one of your own (see `lab.network`); by default the
   * preset's.
   */
  readonly network?: NetworkName | Network | NetworkDescription
  /**
   * T, the training steps of one network, from 1 to 1e9; by default the preset's. Frankle & Carbin 2019, fig. 2: LeNet
   * 50,000, Conv-2/4/6 20,000/25,000/30,000, ResNet-18 30,000, VGG-19 112,000. Frankle et al. 2020, table 1: LeNet 24,000 †,
   * ResNet-20 and VGG-16 63,000 †.
   */
  readonly steps?: number
  /**
   * Examples per step, from 1 (2 with batch norm) to 65,536; by default the preset's. Frankle & Carbin 2019, fig. 2: 60,
   * ResNet-18 128, VGG-19 64. Frankle et al. 2020, table 1: LeNet 60 †, ResNet-20 and VGG-16 128 †.
   */
  readonly batchSize?: number
  /**
   * Random changes of training images, such as `{ flip: true, crop: 4 }`; false for none. By default the preset's:
   * ResNet and VGG have flips and crops of 4 pixels, the others none (Frankle & Carbin 2019, fig. 2).
   */
  readonly augmentation?: AugmentationOptions | false
  /**
   * The optimizer's learning rate, above 0; by default the preset's. Frankle & Carbin 2019, fig. 2: Adam 1.2e-3 for LeNet,
   * 2e-4 for Conv-2, 3e-4 for Conv-4/6; momentum 0.1 for ResNet-18 and VGG-19, in section 4 also 0.03 and 0.01.
   */
  readonly learningRate?: number
  /**
   * The update rule: `'sgd'`, `'momentum'` (0.9), `'adam'`, or an object with its hyperparameters, such as
   * `{ kind: 'momentum', learningRate: 0.1, momentum: 0.9 }`. By default the preset's: Adam for LeNet and Conv-2/4/6,
   * momentum 0.9 for ResNet and VGG (Frankle & Carbin 2019, fig. 2).
   */
  readonly optimizer?: Optimizer | Optimizer['kind']
  /**
   * Coefficient of the L2 penalty, from 0; by default the preset's: 1e-4 for ResNet and VGG, 0 for the others (Frankle &
   * Carbin 2019, fig. 2).
   */
  readonly weightDecay?: number
  /**
   * What the penalty is on: `'weights'`, or `'all'` that is trained, biases and batch norm's scales and offsets too, as
   * `torch.optim.SGD` has it. By default the preset's: `'weights'`, and in those of ResNet and VGG of Frankle et al. 2020
   * `'all'`, as their code has it.
   */
  readonly weightDecayOn?: NonNullable<Recipe['weightDecayOn']>
  /**
   * The factor on the learning rate at each step, such as `{ kind: 'linear-warmup', warmup: 500 }`; by default the
   * preset's. Frankle & Carbin 2019: constant for LeNet and Conv-2/4/6; a tenth at steps 20,000 and 25,000 for ResNet-18,
   * and at 80 and 120 epochs for VGG-19. It does not change with `steps`.
   */
  readonly schedule?: Schedule
  /**
   * Validation and test figures are recorded every this many steps, from 1 to 1e9; by default the preset's: 100 for LeNet
   * and Conv-2/4/6 (Frankle & Carbin 2019, fig. 2), 500 or 1,000 of ours for the others. Early stop is found among them.
   */
  readonly evaluateEvery?: number
  /**
   * Fraction of the remaining weights pruned per level, from 0 to below 1, by group: `{ dense: 0.2, convolution: 0.1,
   * output: 0.1 }`, and `shortcut`. By default, and for groups left out, the preset's; groups with the rate 0, or without any, are
   * never pruned. Frankle & Carbin 2019, fig. 2: dense 20%, output 10%, convolutions 10% (Conv-2/4), 15% (Conv-6), 20%
   * (ResNet-18, VGG-19). Frankle et al. 2020, by their code: 20% of all of ResNet-20, and of VGG-16 without the output.
   */
  readonly rates?: PruningRates
  /**
   * Whether the smallest weights are looked for in every layer, `'layer'`, or in all together, `'global'`; by default the
   * preset's: per layer for LeNet and Conv-2/4/6, global for ResNet and VGG (Frankle & Carbin 2019, sections 2 to 4).
   */
  readonly scope?: NonNullable<Setup['scope']>
  /**
   * The step k whose weights are rewound to, from 0 to below `steps`; 0, initialization, by default (Frankle & Carbin
   * 2019). Frankle et al. 2020, section 4: tickets of ResNet-20 match from about k = 500, of VGG-16 from 1,000.
   */
  readonly rewindTo?: number
  /**
   * The same in epochs (passes over the training examples), also parts of one: k is the nearest step, below `steps`. By
   * default `rewindTo` says it.
   */
  readonly rewindToEpoch?: number
  /**
   * Independent repetitions, each with its own seed, from 1 to 1,000; by default the preset's: 5 (Frankle & Carbin 2019,
   * fig. 3), 3 for the presets of instability (Frankle et al. 2020, section 2).
   */
  readonly replicates?: number
  /** Seed of the first replicate, a whole number from 0; the others count up. 1 by default. */
  readonly seed?: number
  /**
   * What trains: `'tensorflow'`, `'native'`, kernels in C that are compiled once, `'wasm'` (needs no installation), `'mixed'`,
   * TensorFlow for full networks and wasm for sparse ones, or `'auto'`, what is fastest of what is installed for all levels
   * alike: native, but TensorFlow for networks with convolutions, and wasm where neither is there. By default what the
   * setting `ticketlab.backend` says, which is `'auto'` unless it was changed.
   */
  readonly backend?: BackendChoice
}

/** Options of presets as their checks return them: with what was left open inside of them decided. */
export interface CheckedOptions extends PresetOptions {
  /** Absent for the preset's. */
  readonly augmentation?: Augmentation | false
}

/** One check for each option. */
export const presetChecks: Checks<CheckedOptions> = {
  // Checked where it is known what it must fit.
  network: (value, name) => {
    if (typeof value === 'string') return value as NetworkName
    if (reading(name, () => isPlain(value))) return value as Network | NetworkDescription
    const advice = value instanceof Promise ? "Leave out 'await': networks need none." : ''
    throw badInput(`${name} as a name such as 'lenet', or what lab.network returns`, show(value), advice)
  },
  ...datasetChecks,
  ...initialChecks,
  ...orderChecks,
  steps: wholeNumber(1, mostSteps),
  batchSize: wholeNumber(1, 65_536),
  augmentation: checkAugmentation,
  learningRate: positive,
  optimizer: checkOptimizer,
  weightDecay: atLeastZero,
  weightDecayOn: nameIn({ weights: true, all: true }, 'choice for weightDecayOn'),
  schedule: checkSchedule,
  evaluateEvery: wholeNumber(1, mostSteps),
  rates: checkRates,
  scope: nameIn({ layer: true, global: true }, 'scope'),
  rewindTo: wholeNumber(0, mostSteps),
  rewindToEpoch: atLeastZero,
  replicates: wholeNumber(1, mostReplicates),
  seed: wholeNumber(0),
  backend: nameIn(backendChoices, 'backend'),
}
