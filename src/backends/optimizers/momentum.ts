import { fraction, positive, trueOrFalse } from '../../support/options'
import type { OptimizerRow } from './optimizer'

/** Gradient descent with momentum. */
export interface Momentum {
  /** Gradient descent with momentum: ResNet and VGG in both papers. */
  readonly kind: 'momentum'
  /** What the running sum of gradients is multiplied by, above 0; 0.1, 0.03 or 0.01 in the papers. */
  readonly learningRate: number
  /** What remains of the running sum after every step, between 0 and 1; 0.9 in the papers. */
  readonly momentum: number
  /** Nesterov's variant; false by default, as in the papers. */
  readonly nesterov?: boolean
}

/** velocity = momentum velocity + g; w -= r velocity, or with nesterov w -= r (g + momentum velocity) */
export interface MomentumRule {
  readonly kind: 'momentum'
  readonly momentum: number
  readonly nesterov: boolean
  readonly velocity: string
}

export const momentum: OptimizerRow<Momentum, MomentumRule> = {
  checks: { learningRate: positive, momentum: fraction, nesterov: trueOrFalse },
  defaults: { nesterov: false },
  named: { momentum: 0.9 },
  rule: ({ momentum, nesterov = false }, parameter) => ({
    kind: 'momentum',
    momentum,
    nesterov,
    velocity: `${parameter}/velocity`,
  }),
  slots: ({ velocity }) => [velocity],
  scalars: (_optimizer, _step, learningRate) => [learningRate],
  move({ momentum, nesterov }, slots) {
    const velocity = slots[0]!
    return (gradient, at) => {
      velocity[at] = momentum * velocity[at]! + gradient
      return nesterov ? gradient + momentum * velocity[at] : velocity[at]
    }
  },
}
