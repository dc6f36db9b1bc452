import { describe, expect, it } from 'vitest'
import { chanceOf, isAtChance } from '../../src/experiments/chance'
import { knownDataset } from '../../src/datasets/published'

describe('chance', () => {
  it('is the share of the largest test class, with what guesses reach in 97.5% of test splits', () => {
    // Python, SciPy 1.17.1: stats.binom.ppf(.975, 10_000, .1135) is 1198.
    expect(chanceOf(knownDataset('mnist'))).toMatchObject({ accuracy: 0.1135, bound: 0.1198 })
    expect(chanceOf(knownDataset('cifar100'))).toMatchObject({ accuracy: 0.01, bound: 0.012 })
  })

  it('is one over the number of classes where shares are not known', () => {
    expect(chanceOf({ classes: 4 })).toEqual({ classes: 4, accuracy: 0.25, bound: 0.25 })
    expect(chanceOf({ classes: 2, testCount: 8 })).toMatchObject({ accuracy: 0.5, bound: 7 / 8 })
  })

  it('is what a network must be above', () => {
    const chance = chanceOf({ classes: 4 })
    expect([0, 0.25, 0.26].map((accuracy) => isAtChance(accuracy, chance))).toEqual([true, true, false])
    expect(isAtChance(0, undefined)).toBe(false)
  })
})
