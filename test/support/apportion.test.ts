import { describe, expect, it } from 'vitest'
import { apportioned, type Share } from '../../src/support/apportion'
import { randomStream } from '../../src/support/random'

/** The same by giving one after the other to who has the best claim, from 1 each: Webster's method as it is written down. */
function oneByOne(total: number, shares: readonly Share[]): readonly number[] {
  const counts = shares.map(() => 1)
  for (let given = shares.length; given < total; given++) {
    const claims = shares.map(({ share, most }, at) =>
      counts[at]! < most ? share / (counts[at]! + 0.5) : -1,
    )
    counts[claims.indexOf(Math.max(...claims))]!++
  }
  return counts
}

describe('Numbers in proportion to shares', () => {
  const stream = randomStream(1, 'apportion')
  const cases = Array.from({ length: 30 }, () => {
    const shares = Array.from({ length: 1 + Math.floor(stream.uniform() * 6) }, () => ({
      // Few different ones, so that claims are equal.
      share: 2 ** Math.floor(stream.uniform() * 6),
      most: 1 + Math.floor(stream.uniform() * 40),
    }))
    return shares
  })

  it('are those of giving one after the other, and none grows when the total falls', () => {
    for (const shares of cases) {
      const most = shares.reduce((sum, one) => sum + one.most, 0)
      let former = shares.map((one) => one.most)
      for (let total = most; total >= shares.length; total--) {
        const counts = apportioned(total, shares)
        expect(counts).toEqual(oneByOne(total, shares))
        expect(counts.every((count, at) => count <= former[at]!)).toBe(true)
        former = [...counts]
      }
    }
  })

  it('are exact where nothing has to be rounded or cut', () => {
    const shares = [1, 2, 7].map((share) => ({ share, most: 1000 }))
    expect(apportioned(100, shares)).toEqual([10, 20, 70])
    expect(apportioned(3000, shares)).toEqual([1000, 1000, 1000])
    expect(apportioned(2000, shares)).toEqual([333, 667, 1000])
  })
})
