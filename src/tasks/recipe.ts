import type { Optimizer } from '../backends/optimizers/all'
import type { Augmentation } from '../backends/program'

/** How a network is trained: everything that is not the network, the data or a seed. */
export interface Recipe {
  /** T, the number of steps of a whole training. */
  readonly steps: number
  /** Examples per step. */
  readonly batchSize: number
  /** How images are changed at random before the network sees them in training; not at all by default. */
  readonly augmentation?: Augmentation
  /** The update rule with its hyperparameters. */
  readonly optimizer: Optimizer
  /** Coefficient of the L2 penalty, times which what it is on is added to the gradient; 0 by default. */
  readonly weightDecay?: number
  /** What the penalty is on: weights, the default, or all that is trained, biases and batch norm's too. */
  readonly weightDecayOn?: 'weights' | 'all'
  /** The factor on the optimizer's learning rate at each step; constant by default. */
  readonly schedule?: Schedule
  /** Validation and test figures are recorded at step k, every this many steps, and at T. */
  readonly evaluateEvery: number
}

/** Learning-rate schedules as data. Steps count from 0. */
export type Schedule = ConstantSchedule | StepsSchedule | WarmupSchedule

/** The factor is 1 throughout. */
export interface ConstantSchedule {
  /** The learning rate stays: LeNet and Conv-2, 4 and 6 in Frankle & Carbin 2019. */
  readonly kind: 'constant'
}

/** The factor is multiplied by `factor` at each of the `boundaries`. */
export interface StepsSchedule {
  /** The learning rate falls at some steps: ResNet and VGG in both papers. */
  readonly kind: 'steps'
  /** Steps at which it falls: `[20_000, 25_000]` for ResNet-18 (Frankle & Carbin 2019, fig. 2). */
  readonly boundaries: readonly number[]
  /** What it is multiplied by at each, above 0; 0.1 in the papers. */
  readonly factor: number
}

/** The factor rises linearly from 0 to 1 over the first `warmup` steps, then follows `then`. */
export interface WarmupSchedule {
  /** The learning rate rises from 0 first. */
  readonly kind: 'linear-warmup'
  /** Steps that it rises for, at least 1; 20,000 for ResNet-18, 10,000 for VGG-19 (Frankle & Carbin 2019, section 4). */
  readonly warmup: number
  /** What follows; the steps of this schedule count from the beginning, too. Constant by default. */
  readonly then?: Schedule
}

/** One row of the metrics log of a training. Accuracies are fractions in [0, 1]; losses are mean cross-entropies. */
export interface MetricsRow {
  /** Steps of training done. */
  readonly step: number
  /** Mean training loss over the steps since the last row; absent in the first row. */
  readonly trainLoss?: number
  /** Mean cross-entropy on the validation split; absent where no examples are held out. */
  readonly validationLoss?: number
  /** In [0, 1]; absent where no examples are held out. */
  readonly validationAccuracy?: number
  /** Mean cross-entropy on the test split. */
  readonly testLoss: number
  /** In [0, 1]. Steers nothing. */
  readonly testAccuracy: number
}
