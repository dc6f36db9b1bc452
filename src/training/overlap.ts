import type { Masks } from '../support/tensor'

/** How much two masks of one network have in common, of one layer or of all. Counts are numbers of weights. */
export interface Overlap {
  /** Weights there are. */
  readonly total: number
  /** Kept by the one, and by the other. */
  readonly kept: readonly [number, number]
  /** Kept by both. */
  readonly both: number
  /** Intersection over union (Jaccard), in [0, 1]: kept by both over kept by any; 1 where neither keeps anything. */
  readonly union: number
  /** Fraction of weights, in [0, 1], that one keeps and the other does not (Hamming distance over the number of weights). */
  readonly hamming: number
  /** What random masks that keep as many of each layer would have. */
  readonly chance: {
    /** Weights kept by both, mean of the hypergeometric distribution. */
    readonly both: number
    /** Its standard deviation. */
    readonly deviation: number
    /** Intersection over union at that mean. */
    readonly union: number
    /** Hamming distance, over the number of weights, at that mean. */
    readonly hamming: number
  }
}

interface Counted {
  readonly total: number
  readonly kept: readonly [number, number]
  readonly both: number
  readonly mean: number
  readonly variance: number
}

/** What two masks have in common of every parameter that either prunes; a parameter that one does not prune it keeps. */
export function overlapsOf(one: Masks, other: Masks): Readonly<Record<string, Overlap>> {
  const counted = countedOf(one, other)
  return Object.fromEntries(counted.map(([name, counts]) => [name, overlapFrom(counts)]))
}

/** The same of all these parameters together; chance keeps as many of each as the masks do. */
export function overlapInAll(one: Masks, other: Masks): Overlap {
  const counted = countedOf(one, other).map(([, counts]) => counts)
  const sum = (of: (counts: Counted) => number): number =>
    counted.reduce((before, counts) => before + of(counts), 0)
  return overlapFrom({
    total: sum(({ total }) => total),
    kept: [sum(({ kept }) => kept[0]), sum(({ kept }) => kept[1])],
    both: sum(({ both }) => both),
    mean: sum(({ mean }) => mean),
    variance: sum(({ variance }) => variance),
  })
}

function countedOf(one: Masks, other: Masks): readonly (readonly [string, Counted])[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return names.map((name) => {
    const [mine, its] = [one[name]?.data, other[name]?.data]
    const total = (mine ?? its)!.length
    let [a, b, both] = [0, 0, 0]
    for (let i = 0; i < total; i++) {
      const first = mine ? mine[i]! : 1
      const second = its ? its[i]! : 1
      a += first
      b += second
      both += first & second
    }
    const mean = (a * b) / total
    const variance = total > 1 ? (mean * (1 - a / total) * (total - b)) / (total - 1) : 0
    return [name, { total, kept: [a, b], both, mean, variance }] as const
  })
}

function overlapFrom({ total, kept: [a, b], both, mean, variance }: Counted): Overlap {
  const unionOf = (shared: number): number => (a + b - shared === 0 ? 1 : shared / (a + b - shared))
  const hammingOf = (shared: number): number => (a + b - 2 * shared) / total
  return {
    ...{ total, kept: [a, b], both, union: unionOf(both), hamming: hammingOf(both) },
    chance: {
      both: mean,
      deviation: Math.sqrt(variance),
      union: unionOf(mean),
      hamming: hammingOf(mean),
    },
  }
}
