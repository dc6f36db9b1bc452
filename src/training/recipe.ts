import type { Augmentation, Optimizer } from '../backends/program'

/** How a network is trained: everything that is not the network, the data or a seed. */
export interface Recipe {
  /** T, the number of steps of a whole training. */
  readonly steps: number
  /** Examples per step. */
  readonly batchSize: number
  /** How images are changed at random before the network sees them in training; not at all by default. */
  readonly augmentation?: Augmentation
  readonly optimizer: Optimizer
  /** Coefficient of the L2 penalty, added to the gradient of weights (not of biases); 0 by default. */
  readonly weightDecay?: number
  /** The factor on the optimizer's learning rate at each step; constant by default. */
  readonly schedule?: Schedule
  /** Validation and test figures are recorded at step k, every this many steps, and at T. */
  readonly evaluateEvery: number
}

/** Learning-rate schedules as data. Steps count from 0. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** The factor is multiplied by `factor` at each of the `boundaries` (steps). */
  | { readonly kind: 'steps'; readonly boundaries: readonly number[]; readonly factor: number }
  /** The factor rises linearly from 0 to 1 over the first `warmup` steps, then follows `then`. */
  | { readonly kind: 'linear-warmup'; readonly warmup: number; readonly then?: Schedule }

/** One row of the metrics log of a training. Accuracies are fractions in [0, 1]; losses are mean cross-entropies. */
export interface MetricsRow {
  readonly step: number
  /** Mean training loss over the steps since the last row; absent in the first row. */
  readonly trainLoss?: number
  readonly validationLoss: number
  readonly validationAccuracy: number
  readonly testLoss: number
  readonly testAccuracy: number
}
