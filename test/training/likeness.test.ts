import { describe, expect, it } from 'vitest'
import type { Masks, Tensors } from '../../src/support/tensor'
import { likenessOf } from '../../src/training/likeness'

const weights = (all: Readonly<Record<string, readonly number[]>>): Tensors =>
  Object.fromEntries(
    Object.entries(all).map(([name, data]) => [
      name,
      { shape: [data.length], data: Float32Array.from(data) },
    ]),
  )
const mask = (...bits: number[]): Masks => ({ a: { shape: [bits.length], data: Uint8Array.from(bits) } })

describe('How like two networks are', () => {
  const one = weights({ a: [1, -2, 3, 5], b: [0, 4] })
  const other = weights({ a: [2, 2, 3, -9], b: [0, 3] })

  it('is told of the weights that both masks keep', () => {
    const { layers, all } = likenessOf(['a', 'b'], [one, other], [mask(1, 1, 1, 0), mask(1, 1, 0, 1)])
    // [1, -2] and [2, 2]: one of two has kept its sign, (1, 4) squared, product 2 - 4.
    expect(layers['a']).toEqual({
      weights: 2,
      l2: Math.sqrt(17),
      cosine: -2 / Math.sqrt(5 * 8),
      sameSign: 0.5,
    })
    expect(layers['b']).toEqual({ weights: 2, l2: 1, cosine: 1, sameSign: 1 })
    expect(all).toEqual({ weights: 4, l2: Math.sqrt(18), cosine: 10 / Math.sqrt(21 * 17), sameSign: 0.75 })
  })

  it('is that of all weights without masks, and of none where the masks have none in common', () => {
    expect(likenessOf(['a'], [one, other], [{}, {}]).all).toMatchObject({ weights: 4, sameSign: 0.5 })
    const { all } = likenessOf(['a'], [one, other], [mask(1, 1, 0, 0), mask(0, 0, 1, 1)])
    expect(all).toEqual({ weights: 0, l2: 0, cosine: NaN, sameSign: NaN })
  })
})
