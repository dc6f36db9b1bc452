import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../src/experiments/chance'
import {
  barrierHeight,
  barriersOf,
  connectivityOf,
  verdictOf,
  type Line,
} from '../../src/experiments/barriers'

const line = (changes: Partial<Line> & { test?: Line['test'] }): Line => ({
  level: 0,
  density: 1,
  step: 0,
  replicate: 1,
  orders: [1, 2],
  alphas: [0, 0.5, 1],
  train: { loss: [0, 0, 0], error: [0, 0, 0] },
  test: { loss: [0, 0, 0], error: [0.02, 0.02, 0.02] },
  distances: { l2: 3, cosine: 0.9, travelled: 6, relative: 0.5 },
  ...changes,
})
/** A line with a test barrier of that many points. */
const height = (points: number, changes: Partial<Line> = {}) =>
  line({ test: { loss: [0, 0, 0], error: [0.02, 0.02 + points / 100, 0.02] }, ...changes })

describe('barrier height', () => {
  it('is the highest error on the line minus the mean of the ends, in percentage points', () => {
    expect(barrierHeight([0.02, 0.3, 0.1, 0.04])).toBeCloseTo(27)
  })

  it('is 0 on a flat line, and between unequal ends at least half their difference', () => {
    expect(barrierHeight([0.017, 0.017, 0.017])).toBe(0)
    expect(barrierHeight([0.02, 0.03, 0.04])).toBeCloseTo(1)
  })
})

describe('verdicts', () => {
  const spread = (mean: number) => ({ mean, minimum: 0, maximum: 90, count: 2 })
  it.each([
    [0.1, 'stable'],
    [1.99, 'stable'],
    [2, 'unstable'],
    [2 - 1e-12, 'unstable'],
    [30, 'unstable'],
  ])('a mean barrier of %s points is %s, whatever the range', (mean, verdict) => {
    expect(verdictOf(spread(mean), 2)).toBe(verdict)
  })

  it('can have another threshold', () => {
    expect(verdictOf(spread(3), 5)).toBe('stable')
  })
})

describe('barriers', () => {
  it('are averaged over the pairs of a replicate, and range over the replicates', () => {
    const [barrier, ...others] = barriersOf([
      height(1, { orders: [1, 2] }),
      height(2, { orders: [1, 3] }),
      height(3, { orders: [2, 3] }),
      height(6, { replicate: 2 }),
    ])
    expect(others).toEqual([])
    expect(barrier!.test.mean).toBeCloseTo(4)
    expect(barrier!.test.minimum).toBeCloseTo(2)
    expect(barrier!.test.maximum).toBeCloseTo(6)
    expect([barrier!.test.count, barrier!.pairs, barrier!.threshold]).toEqual([2, 4, 2])
    expect(barrier!.relative!.mean).toBe(0.5)
  })

  it('have a verdict from the test split, whatever the train split says', () => {
    const train = { loss: [0, 0, 0], error: [0, 0.5, 0] }
    expect(barriersOf([height(1, { train })])[0]).toMatchObject({ verdict: 'stable', train: { mean: 50 } })
    const two = [height(1), height(4, { replicate: 2 })]
    expect(barriersOf(two)[0]).toMatchObject({ verdict: 'unstable', certainty: { settled: false } })
    expect(barriersOf(two, 10)[0]!.verdict).toBe('stable')
  })

  it('are as sure as their replicates make them, of which pairs are no more', () => {
    const heights = [0.5, 1.1, 0.8]
    const pairs = [[1, 2] as const, [1, 3] as const, [2, 3] as const]
    const replicates = heights.map((points, index) => height(points, { replicate: index + 1 }))
    const [sure] = barriersOf(replicates)
    // scipy.stats.t.interval(0.95, 2, loc=0.8, scale=scipy.stats.sem([0.5, 1.1, 0.8]))
    expect(sure!.certainty!.interval!.low).toBeCloseTo(0.054758686, 6)
    expect(sure!.certainty!.interval!.high).toBeCloseTo(1.545241314, 6)
    expect(sure!.certainty!.settled).toBe(true)
    const thrice = replicates.flatMap((line) => pairs.map((orders) => ({ ...line, orders })))
    expect(barriersOf(thrice)[0]!.certainty!.interval!.low).toBeCloseTo(sure!.certainty!.interval!.low, 7)
    expect(barriersOf(pairs.map((orders) => height(1, { orders })))[0]!.certainty).toEqual({ settled: false })
  })

  it('say nothing where copies are at chance', () => {
    const chance = chanceOf({ classes: 10 })
    const flat = (error: number) => line({ test: { loss: [0, 0, 0], error: [error, error, error] } })
    expect(barriersOf([flat(0.9)], 2, chance)[0]).toMatchObject({ verdict: 'at chance' })
    expect(barriersOf([flat(1)], 2, chance)[0]!.certainty).toBeUndefined()
    expect(barriersOf([flat(0.8)], 2, chance)[0]!.verdict).toBe('stable')
  })

  it('have distances over what was travelled since k, and in all where that is known', () => {
    const distances = { l2: 3, cosine: 0.9, travelled: 6, relative: 0.5, travelledInAll: 12 }
    expect(barriersOf([height(1, { step: 100, distances })])[0]).toMatchObject({
      relative: { mean: 0.5 },
      relativeInAll: { mean: 0.25 },
    })
    expect(barriersOf([height(1, { step: 100 })])[0]!.relativeInAll).toBeUndefined()
    expect(barriersOf([height(1)])[0]!.relativeInAll).toMatchObject({ mean: 0.5 })
  })

  it('are listed by level, then k', () => {
    const lines = [height(1, { level: 3 }), height(1, { step: 100 }), height(1)]
    expect(barriersOf(lines).map(({ level, step }) => [level, step])).toEqual([
      [0, 0],
      [0, 100],
      [3, 0],
    ])
  })

  it('of nothing are none', () => {
    expect(barriersOf([])).toEqual([])
  })
})

describe('a curve', () => {
  /** A line of 30 points' barrier, with a curve of `points`. */
  const bent = (points: number, changes: Partial<Line> = {}) => {
    const { train, test } = height(points)
    return height(30, { curve: { train, test }, ...changes })
  }

  it.each([
    ['stable', 'unstable', 'linearly mode connected'],
    ['unstable', 'stable', 'mode connected'],
    ['unstable', 'unstable', 'not connected'],
    ['at chance', 'stable', 'at chance'],
  ] as const)('a line that is %s and a curve that is %s: %s', (line, curve, connectivity) => {
    expect(connectivityOf(line, curve)).toBe(connectivity)
  })

  it('has a barrier of its own, by the same threshold, once all pairs have one', () => {
    const [barrier] = barriersOf([bent(0.5), bent(1, { replicate: 2 })])
    expect(barrier!.curve!.connectivity).toBe('mode connected')
    // The line's replicates are equal, and tell no interval.
    expect(barrier!.curve!.settled).toBe(false)
    expect(barrier!.curve!.test.mean).toBeCloseTo(0.75)
    expect(barrier!.verdict).toBe('unstable')
    expect(barriersOf([bent(0.5), height(30, { replicate: 2 })])[0]!.curve).toBeUndefined()
  })
})
