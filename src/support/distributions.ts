import { jStat } from 'jstat'

const { studentt, binomial } = jStat

/**
 * Quantile of Student's t distribution. It agrees with SciPy's to a relative 1e-7.
 * @param probability in (0, 1)
 * @param degreesOfFreedom at least 1
 */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  const key = `${probability} ${degreesOfFreedom}`
  const found = known.get(key) ?? studentt.inv(probability, degreesOfFreedom)
  known.set(key, found)
  return found
}

/** Quantiles found so far: each is searched for, and few are asked for. */
const known = new Map<string, number>()

/**
 * Quantile of the binomial distribution: the least number of successes that is not exceeded with this probability.
 * @param probability in (0, 1)
 * @param chance of one success, in [0, 1]
 */
export function binomialQuantile(probability: number, trials: number, chance: number): number {
  let [low, high] = [0, trials]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (binomial.cdf(middle, trials, chance) >= probability) high = middle
    else low = middle + 1
  }
  return low
}
