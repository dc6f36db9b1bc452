import { describe, expect, test } from 'vitest'
import { layerOverlaps } from '../../src/extension/mask/comparison'
import { diedAt, levelMasks } from '../../src/extension/mask/died'
import { countMagnitudes } from '../../src/extension/mask/pruning'
import type { Masks } from '../../src/support/tensor'
import { overlapInAll } from '../../src/training/overlap'
import { nestedMasks, someWeights } from '../renderers/mask/masks'
import { imp } from './views'

describe('when weights died', () => {
  test('is the first level without them, mask by mask', () => {
    const levels = [1, 2, 3, 4, 5, 6]
    const masks = nestedMasks(500, levels.length)
    const { died, returned } = diedAt(levels, masks)
    expect(returned).toBe(0)
    died.forEach((level, at) => {
      const first = masks.findIndex((mask) => mask[at] === 0)
      expect(level).toBe(first + 1)
    })
  })

  test('counts weights that come back, where masks are not nested', () => {
    const masks = [Uint8Array.of(0, 1, 0, 1), Uint8Array.of(1, 0, 0, 1), Uint8Array.of(0, 0, 1, 1)]
    expect(diedAt([1, 2, 3], masks)).toEqual({
      died: Uint8Array.of(1, 2, 1, 0),
      levels: [1, 2, 3],
      returned: 2,
    })
  })

  test('goes on beyond 255 levels', () => {
    const masks = Array.from({ length: 300 }, (_, level) => Uint8Array.of(level < 280 ? 1 : 0, 1))
    expect([...diedAt(Array.from(masks.keys()), masks).died]).toEqual([281, 0])
  })

  test('is asked of the masks of one replicate, level by level', () => {
    const layer = { parameter: 'dense1/weights', replicate: 1 }
    expect(levelMasks(imp, layer)).toEqual([{ level: 1, task: 'b'.repeat(64) }])
    expect(levelMasks(imp, { ...layer, replicate: 0 })).toEqual([])
    expect(diedAt([], [])).toEqual({ died: new Uint8Array(0), levels: [], returned: 0 })
  })
})

describe('magnitudes of what stayed and went', () => {
  const weights = someWeights(2000)
  const [before, after] = nestedMasks(2000, 2) as [Uint8Array, Uint8Array]

  test('are counted bin by bin, of the weights that were there before', () => {
    const { edges, stayed, went } = countMagnitudes(weights, before, after)
    expect([edges.length, stayed.length, went.length]).toEqual([51, 50, 50])
    const countIn = (bin: number, kept: number): number =>
      weights.filter((weight, at) => {
        const size = Math.abs(weight)
        const isLast = bin === 49
        return (
          before[at] === 1 && after[at] === kept && size >= edges[bin]! && (isLast || size < edges[bin + 1]!)
        )
      }).length
    const sum = (counts: readonly number[]): number => counts.reduce((total, one) => total + one, 0)
    expect([sum(stayed), sum(went)]).toEqual([1280, 320])
    // An edge is rounded once where it is drawn: a weight right on it may be on either side.
    for (let bin = 0; bin < 50; bin++) {
      expect(Math.abs(stayed[bin]! - countIn(bin, 1))).toBeLessThanOrEqual(1)
      expect(Math.abs(went[bin]! - countIn(bin, 0))).toBeLessThanOrEqual(1)
    }
  })

  test('are of all weights where there was no mask before, and none where nothing is', () => {
    const { stayed, went } = countMagnitudes(weights, undefined, after)
    expect([...stayed, ...went].reduce((sum, count) => sum + count, 0)).toBe(2000)
    expect(countMagnitudes(new Float32Array(0), undefined, new Uint8Array(0))).toEqual({
      ...{ edges: [], stayed: [], went: [] },
    })
  })
})

test('of every layer, what two masks share adds up to what they share in all', () => {
  const [one, other] = [3, 4].map((seed) => ({
    'conv1/weights': { shape: [3, 3, 3, 16], data: nestedMasks(432, 3, seed)[2]! },
    'dense1/weights': { shape: [50, 20], data: nestedMasks(1000, 2, seed)[1]! },
  })) as unknown as [Masks, Masks]
  const layers = layerOverlaps(one, other)
  expect(layers.map(({ parameter }) => parameter)).toEqual(['conv1/weights', 'dense1/weights'])
  expect(layers.reduce((sum, { both }) => sum + both, 0)).toBe(overlapInAll(one, other).both)
  for (const { parameter, both, union } of layers) {
    const [mine, its] = [one, other].map((masks) => [...masks[parameter]!.data])
    const shared = mine!.filter((bit, at) => bit === 1 && its![at] === 1).length
    const any = mine!.filter((bit, at) => bit === 1 || its![at] === 1).length
    expect([both, union]).toEqual([shared, shared / any])
  }
})
