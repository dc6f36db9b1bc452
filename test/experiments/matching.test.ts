import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../src/experiments/chance'
import { matchesOf, matchingVerdictOf, type TrainedSubnetwork } from '../../src/experiments/matching'

const full = [
  { replicate: 1, accuracy: 0.98 },
  { replicate: 2, accuracy: 0.982 },
]
const subnetwork = (accuracy: number, changes: Partial<TrainedSubnetwork> = {}): TrainedSubnetwork => ({
  ...{ level: 1, density: 0.8, step: 0, replicate: 1 },
  accuracy,
  ...changes,
})

describe('a verdict on matching', () => {
  const spread = (mean: number) => ({ mean, minimum: -9, maximum: 9, count: 2 })
  it.each([
    [0, 'matching'],
    [-0.2, 'matching'],
    [0.7, 'matching'],
    [-0.1 - 0.1 - 1e-12, 'matching'],
    [-0.21, 'not matching'],
    [-3, 'not matching'],
  ])('a mean difference of %s points is %s, whatever the range', (mean, verdict) => {
    expect(matchingVerdictOf(spread(mean), 0.2)).toBe(verdict)
  })
})

describe('subnetworks beside the full network', () => {
  it('are compared replicate by replicate, in percentage points', () => {
    const [match] = matchesOf({
      full,
      subnetworks: [subnetwork(0.981), subnetwork(0.979, { replicate: 2 })],
    })
    expect(match).toMatchObject({
      accuracy: { mean: 98, minimum: 97.9, maximum: 98.1, count: 2 },
      full: { mean: 98.1 },
      difference: { minimum: -0.3, maximum: 0.1 },
      verdict: 'matching',
      certainty: { settled: false },
      margin: 0.2,
    })
    expect(match!.difference.mean).toBeCloseTo(-0.1)
    // -0.1 ± t(0.975, 1) 0.2
    expect(match!.certainty!.interval!.low).toBeCloseTo(-0.1 - 12.7062047 * 0.2, 6)
  })

  it('that lose exactly the margin are matching, whatever binary fractions make of it', () => {
    expect(matchesOf({ full, subnetworks: [subnetwork(0.978)] })[0]).toMatchObject({
      difference: { mean: -0.2, count: 1 },
      verdict: 'matching',
    })
    expect(matchesOf({ full, subnetworks: [subnetwork(0.978)] }, 0.1)[0]!.verdict).toBe('not matching')
  })

  it('are the mean of their copies', () => {
    const [match] = matchesOf({ full, subnetworks: [subnetwork(0.97), subnetwork(0.99)] })
    expect(match).toMatchObject({ difference: { mean: 0, count: 1 }, verdict: 'matching' })
  })

  it('are listed by level, then k, without replicates whose full network is not trained', () => {
    const matches = matchesOf({
      full,
      subnetworks: [
        subnetwork(0.9, { level: 3 }),
        subnetwork(0.9, { step: 100 }),
        subnetwork(0.9),
        subnetwork(0.9, { replicate: 3 }),
      ],
    })
    expect(matches.map(({ level, step, difference }) => [level, step, difference.count])).toEqual([
      [1, 0, 1],
      [1, 100, 1],
      [3, 0, 1],
    ])
    expect(matchesOf({ full: [], subnetworks: [subnetwork(0.9)] })).toEqual([])
  })
})

describe('a full network at or below chance', () => {
  // Four classes of 2,500 test examples each: guesses reach 25.85% in 97.5% of test splits (scipy.stats.binom.ppf).
  const chance = chanceOf({ classes: 4, testCount: 10_000, largestTestClass: 2500 })
  const verdicts = (accuracies: readonly number[]) =>
    matchesOf(
      {
        full: accuracies.map((accuracy, index) => ({ replicate: index + 1, accuracy })),
        subnetworks: accuracies.map((_, index) => subnetwork(0.9, { replicate: index + 1 })),
      },
      0.2,
      chance,
    ).map(({ verdict, certainty }) => [verdict, certainty])

  it.each([0, 0.1, 0.25, 0.2585])('is no reference: %s', (accuracy) => {
    expect(verdicts([accuracy])).toEqual([['no reference', undefined]])
  })

  it('is one a little above it', () => {
    expect(verdicts([0.2586])).toEqual([['matching', { settled: false }]])
  })

  it('is none for the mean that it is part of', () => {
    expect(verdicts([0.98, 0.25])).toEqual([['no reference', undefined]])
  })
})
