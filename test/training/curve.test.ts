import { describe, expect, it } from 'vitest'
import { curvePoint, curveRate, curveUpdate, positionOf } from '../../src/training/curve'
import { interpolated } from '../../src/training/interpolate'
import type { Optimizer } from '../../src/backends/optimizers/all'
import type { Tensors } from '../../src/support/tensor'

const vector = (...values: readonly number[]): Tensors => ({
  w: { shape: [values.length], data: Float32Array.from(values) },
})
const valuesOf = (tensors: Tensors) => [...tensors['w']!.data]
const [a, b] = [vector(0.1, -2, 3), vector(0.7, 5, 3)]

describe('a Bezier curve', () => {
  it('begins and ends at the networks, to the bit, and passes its middle at a half of it', () => {
    const c = vector(9, 9, 9)
    expect(valuesOf(curvePoint(a, c, b, 0).weights)).toEqual(valuesOf(a))
    expect(valuesOf(curvePoint(a, c, b, 1).weights)).toEqual(valuesOf(b))
    const { weights, share } = curvePoint(vector(0), vector(2), vector(4), 0.25)
    // 0.5625 * 0 + 0.375 * 2 + 0.0625 * 4
    expect([valuesOf(weights)[0], share]).toEqual([1, 0.375])
  })

  it('is the line while its middle is that of the line', () => {
    const middle = interpolated(a, b, 0.5)
    const found = valuesOf(curvePoint(a, middle, b, 0.3).weights)
    valuesOf(interpolated(a, b, 0.3)).forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6))
  })

  it('is trained at positions that follow from seed and step, all over the curve', () => {
    const positions = Array.from({ length: 200 }, (_, step) => positionOf(1, step))
    expect(positions).toEqual(Array.from({ length: 200 }, (_, step) => positionOf(1, step)))
    expect(positions[0]).not.toBe(positionOf(2, 0))
    expect([Math.min(...positions) < 0.05, Math.max(...positions) > 0.95]).toEqual([true, true])
  })

  it('has a rate that falls to 0 over the second half of the steps', () => {
    expect([0, 50, 75, 100].map((step) => curveRate(step, 100))).toEqual([1, 1, 0.5, 0])
  })
})

describe('a step of its middle', () => {
  const optimizers: readonly [string, Optimizer, number[]][] = [
    ['sgd', { kind: 'sgd', learningRate: 0.5 }, [1 - 0.5 * 2, 1 - 0.5 * 2 - 0.5 * 2]],
    [
      'momentum',
      { kind: 'momentum', learningRate: 0.5, momentum: 0.5 },
      [1 - 0.5 * 2, 1 - 0.5 * 2 - 0.5 * (0.5 * 2 + 2)],
    ],
    [
      'nesterov',
      { kind: 'momentum', learningRate: 0.5, momentum: 0.5, nesterov: true },
      [1 - 0.5 * (2 + 0.5 * 2), 1 - 0.5 * (2 + 0.5 * 2) - 0.5 * (2 + 0.5 * 3)],
    ],
    // With a constant gradient, Adam's corrected step is the rate.
    ['adam', { kind: 'adam', learningRate: 0.25 }, [0.75, 0.5]],
  ]
  it.each(optimizers)(
    'by %s is that of the rule, with the gradient times its share',
    (_, optimizer, wanted) => {
      const middle = vector(1)
      const update = curveUpdate(optimizer, middle)
      const found = wanted.map(() => {
        update.apply(vector(4), 0.5, 1)
        return valuesOf(middle)[0]!
      })
      found.forEach((value, step) => expect(value).toBeCloseTo(wanted[step]!, 5))
    },
  )

  it('leaves weights without a gradient as they are, to the bit', () => {
    const middle: Tensors = { ...vector(0, 0.3), mean: { shape: [1], data: Float32Array.of(0.7) } }
    const update = curveUpdate({ kind: 'adam', learningRate: 0.1 }, middle)
    for (let step = 0; step < 5; step++) update.apply(vector(0, 1), 0.4, 1)
    expect(valuesOf(middle)[0]).toBe(0)
    expect(valuesOf(middle)[1]).not.toBe(Math.fround(0.3))
    expect(middle['mean']!.data[0]).toBe(Math.fround(0.7))
  })
})
