import { describe, expect, it } from 'vitest'
import { overlapInAll, overlapsOf } from '../../src/training/overlap'
import { randomStream, sample } from '../../src/support/random'
import type { Mask } from '../../src/support/tensor'

const mask = (...bits: number[]): Mask => ({ shape: [bits.length], data: Uint8Array.from(bits) })

describe('The overlap of two masks', () => {
  it('counts what both keep, by layer and in all', () => {
    const one = { a: mask(1, 1, 0, 0), b: mask(1, 0) }
    const other = { a: mask(1, 0, 1, 0), b: mask(1, 0) }
    expect(overlapsOf(one, other)['a']).toMatchObject({
      total: 4,
      kept: [2, 2],
      both: 1,
      union: 1 / 3,
      hamming: 0.5,
    })
    expect(overlapInAll(one, other)).toMatchObject({
      total: 6,
      kept: [3, 3],
      both: 2,
      union: 0.5,
      hamming: 1 / 3,
    })
  })

  it('counts a parameter as kept that one of the two does not prune', () => {
    expect(overlapsOf({ a: mask(1, 0) }, {})['a']).toMatchObject({ kept: [1, 2], both: 1, union: 0.5 })
  })

  it('is compared with the hypergeometric distribution, which random masks really have', () => {
    const [total, kept, its, draws] = [60, 20, 30, 4000]
    const draw = (seed: number, count: number) => {
      const data = new Uint8Array(total)
      const all = Uint32Array.from({ length: total }, (_, at) => at)
      for (const place of sample(all, count, randomStream(seed, 'overlap'))) data[place] = 1
      return { a: { shape: [total], data } }
    }
    const found = Array.from(
      { length: draws },
      (_, at) => overlapsOf(draw(2 * at, kept), draw(2 * at + 1, its))['a']!,
    )
    const mean = found.reduce((sum, { both }) => sum + both, 0) / draws
    const deviation = Math.sqrt(found.reduce((sum, { both }) => sum + (both - mean) ** 2, 0) / (draws - 1))
    const { chance } = found[0]!
    expect(chance.both).toBe((kept * its) / total)
    expect(Math.abs(mean - chance.both)).toBeLessThan((4 * chance.deviation) / Math.sqrt(draws))
    expect(deviation / chance.deviation).toBeCloseTo(1, 1)
  })

  it('of masks that keep nothing, or everything, has no way to differ', () => {
    expect(overlapsOf({ a: mask(0, 0) }, { a: mask(0, 0) })['a']).toMatchObject({ union: 1, hamming: 0 })
    expect(overlapsOf({ a: mask(1) }, { a: mask(1) })['a']!.chance).toEqual({
      both: 1,
      deviation: 0,
      union: 1,
      hamming: 0,
    })
  })
})
