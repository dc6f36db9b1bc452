import { fraction, positive } from '../../support/options'
import type { OptimizerRow } from './optimizer'

/** Adam (Kingma & Ba 2015). */
export interface Adam {
  /** Adam: LeNet and Conv-2, 4 and 6 in Frankle & Carbin 2019. */
  readonly kind: 'adam'
  /** Length of a step, above 0; 1.2e-3 for LeNet, 2e-4 for Conv-2, 3e-4 for Conv-4 and 6 (Frankle & Carbin 2019, fig. 2). */
  readonly learningRate: number
  /** What remains of the mean gradient after every step; 0.9 by default. */
  readonly beta1?: number
  /** What remains of the mean squared gradient after every step; 0.999 by default. */
  readonly beta2?: number
  /** Added to the root of the mean squared gradient; 1e-8 by default. */
  readonly epsilon?: number
}

/** m += (1 - beta1) (g - m); v += (1 - beta2) (g g - v); w -= r m / (sqrt(v) + e), e the second scalar */
export interface AdamRule {
  readonly kind: 'adam'
  readonly beta1: number
  readonly beta2: number
  readonly m: string
  readonly v: string
}

/** Those of Kingma & Ba (2015). */
const defaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

export const adam: OptimizerRow<Adam, AdamRule> = {
  checks: { learningRate: positive, beta1: fraction, beta2: fraction, epsilon: positive },
  defaults,
  named: {},
  rule: ({ beta1 = defaults.beta1, beta2 = defaults.beta2 }, parameter) => ({
    kind: 'adam',
    beta1,
    beta2,
    m: `${parameter}/m`,
    v: `${parameter}/v`,
  }),
  slots: ({ m, v }) => [m, v],
  scalars,
  move({ beta1, beta2 }, slots, scalars) {
    const [m, v, epsilon] = [slots[0]!, slots[1]!, scalars[1]!]
    return (gradient, at) => {
      m[at]! += (1 - beta1) * (gradient - m[at]!)
      v[at]! += (1 - beta2) * (gradient * gradient - v[at]!)
      return m[at]! / (Math.sqrt(v[at]!) + epsilon)
    }
  },
}

/** The bias correction (Kingma & Ba 2015, algorithm 1) is in the scalars, and multiplied through. */
function scalars(
  { beta1 = defaults.beta1, beta2 = defaults.beta2, epsilon = defaults.epsilon }: Adam,
  step: number,
  learningRate: number,
): readonly number[] {
  // Backends average in single precision, so the correction must be for the betas they really use.
  const first = 1 - power(Math.fround(beta1), step + 1)
  const second = Math.sqrt(1 - power(Math.fround(beta2), step + 1))
  // m/first / (sqrt(v)/second + epsilon), multiplied through by second.
  return [(learningRate * second) / first, epsilon * second]
}

/** base ** exponent for a whole exponent, with the same bits in every JavaScript engine, which ** does not promise. */
function power(base: number, exponent: number): number {
  let result = 1
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= base
    base *= base
  }
  return result
}
