import { describe, expect, it } from 'vitest'
import { certaintyOf, intervalOf, replicatesToSettle } from '../../src/experiments/certainty'
import { matchingVerdictOf } from '../../src/experiments/matching'
import { spreadOver } from '../../src/experiments/spread'
import { randomStream } from '../../src/support/random'

describe('the 95% interval of the mean', () => {
  /*
   * Python, SciPy 1.17.1 and NumPy 2.4.6:
   *   rng = np.random.default_rng(7)
   *   for n in (2, 3, 3, 4, 5, 5, 7, 10, 12, 20, 20):
   *       x = np.round(rng.normal(rng.uniform(-1, 1), rng.uniform(.05, 1.5), n), 2)
   *       print(x.tolist(), stats.t.interval(.95, n - 1, loc=x.mean(), scale=stats.sem(x)))
   */
  it.each([
    [[-0.12, -0.95], -5.808074966, 4.738074966],
    [[-0.32, 1.36, -1.05], -3.073262571, 3.066595905],
    [[0.11, -0.01, -0.52], -0.970980268, 0.690980268],
    [[-1.14, -0.38, -1.61, -1.09], -1.862248484, -0.247751516],
    [[-0.93, -0.49, -0.53, -0.62, -1.28], -1.183774165, -0.356225835],
    [[0.94, -0.64, 0.37, -0.11, 0.06], -0.602378745, 0.850378745],
    [[-0.62, -0.08, -0.94, -0.66, -0.53, -0.56, -1.32], -1.026591571, -0.319122714],
    [[-1.46, 1.25, 0.41, -0.44, 2.53, 1.14, -1.07, 0.36, 0.93, 0.07], -0.471621194, 1.215621194],
    [[1.03, 1.5, 0.23, 0.75, 0.35, 0.71, -0.08, 0.28, 0.51, 1.17, 1.32, -0.16], 0.291008656, 0.977324678],
    [
      [-0.62, 0.12, 0.3, 0.95, 0.68, 0.18, 0.16, 0.22, 1.08, 0.14].concat([
        0.2, 0.51, 0.28, 0.25, -0.2, 0.34, 0.13, 0.91, 0.66, 0.33,
      ]),
      0.146868345,
      0.515131655,
    ],
    [
      [0.82, -0.07, 0.43, -1.15, 0.23, -1.49, -1.78, -0.32, -0.82, 0.07].concat([
        1.83, -0.77, -0.59, 0.11, 0.35, -0.21, -0.24, 0.53, 0.37, -0.94,
      ]),
      -0.577536956,
      0.213536956,
    ],
  ])('of %j is that of SciPy', (values, low, high) => {
    const interval = intervalOf(spreadOver(values))!
    expect(interval.low).toBeCloseTo(low, 6)
    expect(interval.high).toBeCloseTo(high, 6)
  })

  it('is not there for a single replicate, nor for equal ones', () => {
    expect(intervalOf(spreadOver([0.3]))).toBeUndefined()
    expect(intervalOf(spreadOver([0.1, 0.1, 0.1]))).toBeUndefined()
    expect(certaintyOf(spreadOver([0.3]), 2)).toEqual({ settled: false })
  })

  it('settles a verdict when it lies on one side of the limit', () => {
    // -0.23 ± 0.83
    const values = spreadOver([0.11, -0.01, -0.52])
    expect(certaintyOf(values, -0.98)).toMatchObject({ settled: true })
    expect(certaintyOf(values, 0.7)).toMatchObject({ settled: true })
    expect(certaintyOf(values, -0.97)).toMatchObject({ settled: false })
    expect(certaintyOf(values, 0.69)).toMatchObject({ settled: false })
  })
})

describe('the replicates that would probably settle a verdict', () => {
  /*
   * The least n with a power of 0.8 by the noncentral t distribution; Python, SciPy 1.17.1:
   *   power = lambda n: stats.nct.sf(stats.t.ppf(.975, n - 1), n - 1, distance / deviation * np.sqrt(n))
   *   next(n for n in range(2, 100_000) if power(n) >= .8)
   */
  it.each([
    [0.05, 0.3, 285],
    [0.1, 0.35, 99],
    [0.2, 0.35, 27],
    [0.3, 0.35, 13],
    [0.5, 0.35, 7],
    [1, 0.35, 4],
    [2, 0.35, 3],
  ])(
    'of a mean %s points from the limit, with a deviation of %s, are about %s',
    (distance, deviation, exact) => {
      const spread = { mean: distance, minimum: 0, maximum: 0, count: 2, deviation }
      expect(Math.abs(replicatesToSettle(spread, 0)! - exact)).toBeLessThanOrEqual(1)
      expect(replicatesToSettle({ ...spread, mean: -distance }, 0)).toBe(replicatesToSettle(spread, 0))
    },
  )

  it('are more than there are, and not counted beyond a thousand', () => {
    const spread = { mean: 0.1, minimum: 0, maximum: 0.3, count: 5, deviation: 0.1 }
    expect(certaintyOf(spread, 0).replicatesToSettle).toBeGreaterThan(5)
    expect(certaintyOf({ ...spread, mean: 0.001 }, 0)).not.toHaveProperty('replicatesToSettle')
    expect(certaintyOf({ ...spread, mean: 0 }, 0)).not.toHaveProperty('replicatesToSettle')
  })
})

/**
 * What differences that are truly `difference` points, with a standard deviation of 0.35 between replicates, are said
 * to be: shares of 4,000 experiments in which the verdict is right, settled, and settled but wrong.
 */
function simulated(difference: number, replicates: number) {
  const stream = randomStream(5, 'simulation', difference, replicates)
  const truth = difference >= -0.2 ? 'matching' : 'not matching'
  const experiments = Array.from({ length: 4000 }, () => {
    const spread = spreadOver(Array.from({ length: replicates }, () => difference + 0.35 * stream.normal()))
    const right = matchingVerdictOf(spread, 0.2) === truth
    const { settled } = certaintyOf(spread, -0.2)
    return { right, settled, settledWrong: settled && !right }
  })
  const share = (what: keyof (typeof experiments)[number]) =>
    experiments.filter((one) => one[what]).length / experiments.length
  return { right: share('right'), settled: share('settled'), settledWrong: share('settledWrong') }
}

describe('more replicates make verdicts surer', () => {
  const counts = [1, 2, 3, 5, 10, 20]

  it.each([0, -0.5])(
    'at a true difference of %s points, more of them are right, and settled',
    (difference) => {
      const found = counts.map((count) => simulated(difference, count))
      for (const [index, { right, settled }] of found.slice(1).entries()) {
        // Shares of 4,000 are good to about 0.01.
        expect(right).toBeGreaterThan(found[index]!.right - 0.01)
        expect(settled).toBeGreaterThan(found[index]!.settled)
      }
      // The mean has a standard deviation of 0.35 / √n: Φ(0.2 √n / 0.35) and Φ(0.3 √n / 0.35).
      const [one, ten] = difference === 0 ? [0.716, 0.965] : [0.804, 0.997]
      expect(Math.abs(found[0]!.right - one)).toBeLessThan(0.02)
      expect(Math.abs(found[4]!.right - ten)).toBeLessThan(0.02)
      expect(found[0]!.settled).toBe(0)
      expect(found[5]!.settled).toBeGreaterThan(difference === 0 ? 0.6 : 0.9)
    },
  )

  it('at a true difference of exactly the margin, they stay open: 1 in 20 is settled, by luck', () => {
    for (const count of counts.slice(1)) {
      const { right, settled } = simulated(-0.2, count)
      expect(Math.abs(right - 0.5)).toBeLessThan(0.03)
      expect(Math.abs(settled - 0.05)).toBeLessThan(0.015)
    }
  })

  it.each([0, -0.2, -0.5])(
    'at a true difference of %s points, at most 1 in 40 is settled and wrong',
    (difference) => {
      for (const count of counts) expect(simulated(difference, count).settledWrong).toBeLessThan(0.035)
    },
  )
})
