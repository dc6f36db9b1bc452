import { positive } from '../../support/options'
import type { OptimizerRow } from './optimizer'

/** Stochastic gradient descent. */
export interface Sgd {
  /** Stochastic gradient descent. */
  readonly kind: 'sgd'
  /** What gradients are multiplied by, above 0. */
  readonly learningRate: number
}

/** w -= r g */
export interface SgdRule {
  readonly kind: 'sgd'
}

export const sgd: OptimizerRow<Sgd, SgdRule> = {
  checks: { learningRate: positive },
  defaults: {},
  named: {},
  rule: () => ({ kind: 'sgd' }),
  slots: () => [],
  scalars: (_optimizer, _step, learningRate) => [learningRate],
  move: () => (gradient) => gradient,
}
