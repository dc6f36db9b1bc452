import { describe, expect, it } from 'vitest'
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
  const spread = (minimum: number, maximum: number) => ({ mean: 0, minimum, maximum, count: 2 })
  it.each([
    [0.1, 1.99, 'stable'],
    [0.1, 2, 'undecided'],
    [1.99, 30, 'undecided'],
    [2, 30, 'unstable'],
  ])('barriers from %s to %s points are %s', (minimum, maximum, verdict) => {
    expect(verdictOf(spread(minimum, maximum), 2)).toBe(verdict)
  })

  it('can have another threshold', () => {
    expect(verdictOf(spread(1, 3), 5)).toBe('stable')
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
    expect(barrier!.relative.mean).toBe(0.5)
  })

  it('have a verdict from the test split, whatever the train split says', () => {
    const train = { loss: [0, 0, 0], error: [0, 0.5, 0] }
    expect(barriersOf([height(1, { train })])[0]).toMatchObject({ verdict: 'stable', train: { mean: 50 } })
    expect(barriersOf([height(1), height(4, { replicate: 2 })])[0]!.verdict).toBe('undecided')
    expect(barriersOf([height(1), height(4, { replicate: 2 })], 10)[0]!.verdict).toBe('stable')
  })

  it('count the replicates that are under the threshold', () => {
    const lines = [height(1), height(4, { replicate: 2 }), height(1.5, { replicate: 3 })]
    expect(barriersOf(lines)[0]).toMatchObject({ under: 2, verdict: 'undecided', test: { count: 3 } })
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
    ['unstable', 'undecided', 'undecided'],
    ['undecided', 'stable', 'undecided'],
  ] as const)('a line that is %s and a curve that is %s: %s', (line, curve, connectivity) => {
    expect(connectivityOf(line, curve)).toBe(connectivity)
  })

  it('has a barrier of its own, by the same threshold, once all pairs have one', () => {
    const [barrier] = barriersOf([bent(0.5), bent(1, { replicate: 2 })])
    expect(barrier!.curve!.connectivity).toBe('mode connected')
    expect(barrier!.curve!.test.mean).toBeCloseTo(0.75)
    expect(barrier!.verdict).toBe('unstable')
    expect(barriersOf([bent(0.5), height(30, { replicate: 2 })])[0]!.curve).toBeUndefined()
  })
})
