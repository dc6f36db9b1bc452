import { rowOf, slotsOf, stepScalars, updateRule, type Optimizer } from '../backends/optimizers/all'
import { randomStream } from '../support/random'
import type { Tensors } from '../support/tensor'

/** A point of a quadratic Bezier curve: its weights, and how fast they change with the curve's middle. */
export interface CurvePoint {
  readonly weights: Tensors
  /** The derivative of every weight by the same weight of the middle: 2t(1-t). */
  readonly share: number
}

/**
 * The point (1-t)^2 A + 2t(1-t) C + t^2 B, computed in double precision and rounded to float32 once: its ends are A and
 * B to the bit.
 */
export function curvePoint(from: Tensors, middle: Tensors, to: Tensors, t: number): CurvePoint {
  const share = 2 * t * (1 - t)
  const [first, last] = [(1 - t) * (1 - t), t * t]
  const weights = Object.fromEntries(
    Object.entries(from).map(([name, { shape, data }]) => {
      const { data: bend } = middle[name]!
      const { data: end } = to[name]!
      // A loop and not a map: a network's weights pass here in every step of training.
      const point = new Float32Array(data.length)
      for (let i = 0; i < point.length; i++) point[i] = first * data[i]! + share * bend[i]! + last * end[i]!
      return [name, { shape, data: point }]
    }),
  )
  return { weights, share }
}

/** Where on the curve a step of training is: uniform in [0, 1), a function of seed and step. */
export function positionOf(seed: number, step: number): number {
  return randomStream(seed, 'curve', step).uniform()
}

/** The factor on the optimizer's rate: 1 for half of the steps, then falling to 0, so that the noise of steps dies away. */
export function curveRate(step: number, steps: number): number {
  return Math.min(1, 2 * (1 - step / steps))
}

/** Changes the middle of a curve, step by step. */
export interface CurveUpdate {
  /**
   * Takes a step against the gradient of the loss by the middle, `share` times that by the point's weights. Weights
   * whose gradient is always 0, such as pruned ones, stay as they are.
   * @param factor on the optimizer's learning rate
   */
  apply(gradients: Tensors, share: number, factor: number): void
}

/**
 * Updates `middle` in place by an optimizer's rule, as the step program of a training would (see `UpdateRule`), in
 * double precision and rounded to float32 once. Tensors without a gradient, which are not trained, stay.
 */
export function curveUpdate(optimizer: Optimizer, middle: Tensors): CurveUpdate {
  const slots = new Map<string, Float32Array>()
  let step = 0
  return {
    apply(gradients, share, factor) {
      const scalars = stepScalars(optimizer, step++, factor * optimizer.learningRate)
      const rate = scalars[0]!
      for (const [name, { data: gradient }] of Object.entries(gradients)) {
        const { data: weights } = middle[name]!
        const rule = updateRule(optimizer, name)
        const kept = slotsOf(rule).map((slot) => {
          const found = slots.get(slot) ?? new Float32Array(weights.length)
          slots.set(slot, found)
          return found
        })
        const move = rowOf(rule.kind).move(rule, kept, scalars)
        for (let i = 0; i < weights.length; i++) weights[i]! -= rate * move(share * gradient[i]!, i)
      }
    },
  }
}
