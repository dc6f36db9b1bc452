import { describe, expect, it } from 'vitest'
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
  const spread = (minimum: number, maximum: number) => ({ mean: 0, minimum, maximum, count: 2 })
  it.each([
    [-0.1, 0.4, 'matching'],
    [-0.2, -0.2, 'matching'],
    [0.5, 0.9, 'matching'],
    [-0.3, 0.4, 'undecided'],
    [-3, -0.21, 'not matching'],
  ])('differences from %s to %s points are %s', (minimum, maximum, verdict) => {
    expect(matchingVerdictOf(spread(minimum, maximum), 0.2)).toBe(verdict)
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
      within: 1,
      verdict: 'undecided',
      margin: 0.2,
    })
    expect(match!.difference.mean).toBeCloseTo(-0.1)
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
