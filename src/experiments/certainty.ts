import { studentQuantile } from '../support/distributions'
import type { Spread } from './view'

/** From low to high. */
export interface Interval {
  /** Its lower end. */
  readonly low: number
  /** Its upper end. */
  readonly high: number
}

/** How sure it is on which side of a limit the mean over replicates lies. */
export interface Certainty {
  /** See {@link intervalOf}. */
  readonly interval?: Interval
  /** Whether the interval lies on one side of the limit. */
  readonly settled: boolean
  /** See {@link replicatesToSettle}; absent where the verdict is settled, and without an interval. */
  readonly replicatesToSettle?: number
}

/** The confidence of intervals. */
const confidence = 0.95

/** How probable it is to be that the named number of replicates settles a verdict. */
const power = 0.8

/** More replicates than these are not counted. */
export const mostReplicates = 1000

/**
 * The 95% interval of the mean by Student's t distribution: mean ± t(0.975, n - 1) s / √n, for n replicates with the
 * sample standard deviation s. None for a single replicate, and none where all are equal, which tells no spread.
 */
export function intervalOf({ mean, deviation = 0, count }: Spread): Interval | undefined {
  if (count < 2 || deviation === 0) return undefined
  const half = (studentQuantile((1 + confidence) / 2, count - 1) * deviation) / Math.sqrt(count)
  return { low: mean - half, high: mean + half }
}

/** How sure it is that the mean is on its side of `limit`; at the limit is the upper side. */
export function certaintyOf(spread: Spread, limit: number): Certainty {
  const interval = intervalOf(spread)
  if (!interval) return { settled: false }
  if (interval.low >= limit || interval.high < limit) return { interval, settled: true }
  const needed = replicatesToSettle(spread, limit)
  return { interval, settled: false, ...(needed === undefined ? {} : { replicatesToSettle: needed }) }
}

/**
 * The number n of replicates, those that there are among them, with which the interval would lie on one side of the
 * limit in four of five cases, if mean and standard deviation were truly what was found: the least n with
 * |mean - limit| ≥ (t(0.975, n - 1) + t(0.8, n - 1)) s / √n. `undefined` for more than {@link mostReplicates}.
 */
export function replicatesToSettle(
  { mean, deviation = 0, count }: Spread,
  limit: number,
): number | undefined {
  const distance = Math.abs(mean - limit)
  const suffices = (n: number): boolean => {
    const quantiles = studentQuantile((1 + confidence) / 2, n - 1) + studentQuantile(power, n - 1)
    return distance >= (quantiles * deviation) / Math.sqrt(n)
  }
  if (!suffices(mostReplicates)) return undefined
  let [low, high] = [Math.max(2, count), mostReplicates]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (suffices(middle)) high = middle
    else low = middle + 1
  }
  return low
}
