/** One of several that share a number of things. */
export interface Share {
  /** In proportion to which it gets some; above 0. */
  readonly share: number
  /** What it can get at most; at least 1. */
  readonly most: number
}

/**
 * Whole numbers in proportion to shares that add up to a total: each is `round(f * share)`, at least 1 and at most what it can
 * get, at one factor f for all (Webster's method). Of equal claims to the last one, the first goes first. A smaller total
 * gives none of them more.
 * @param total from the number of shares to the sum of what they can get
 */
export function apportioned(total: number, shares: readonly Share[]): readonly number[] {
  const factor = factorOf(total, shares)
  const counts = shares.map(({ share, most }) => Math.min(most, Math.max(1, Math.round(factor * share))))
  let sum = counts.reduce((before, count) => before + count, 0)
  for (; sum < total; sum++) counts[nextToGain(shares, counts)]!++
  for (; sum > total; sum--) counts[nextToLose(shares, counts)]!--
  return counts
}

/** The factor at which real numbers would add up, those cut that are more than they can be. */
function factorOf(total: number, shares: readonly Share[]): number {
  let open = shares
  let left = total
  for (;;) {
    const factor = left / open.reduce((sum, { share }) => sum + share, 0)
    const below = open.filter(({ share, most }) => factor * share < most)
    if (below.length === open.length || below.length === 0) return factor
    left -= open.reduce((sum, one) => sum + (below.includes(one) ? 0 : one.most), 0)
    open = below
  }
}

/** Which of them is rounded up next when the factor grows. */
function nextToGain(shares: readonly Share[], counts: readonly number[]): number {
  let [best, claim] = [-1, -1]
  for (const [at, { share, most }] of shares.entries()) {
    const own = share / (counts[at]! + 0.5)
    if (counts[at]! < most && own > claim) [best, claim] = [at, own]
  }
  return best
}

/** Which of them is rounded down next when the factor falls. */
function nextToLose(shares: readonly Share[], counts: readonly number[]): number {
  let [best, claim] = [-1, Infinity]
  for (const [at, { share }] of shares.entries()) {
    const own = share / (counts[at]! - 0.5)
    if (counts[at]! > 1 && own <= claim) [best, claim] = [at, own]
  }
  return best
}
