import { describe, expect, it } from 'vitest'
import { binomialQuantile, studentQuantile } from '../../src/support/distributions'

describe("quantiles of Student's t", () => {
  // Python, SciPy 1.17.1: [[p, v, stats.t.ppf(p, v)] for p in (.8, .975) for v in (1, 2, 3, 4, 5, 9, 19, 30, 99, 999)].
  // Printed tables have the same with three digits: 12.706, 4.303, 3.182, 2.776, 2.571, 2.262, 2.093, 2.042.
  it.each([
    [0.8, 1, 1.37638192047],
    [0.8, 2, 1.06066017178],
    [0.8, 3, 0.978472312363],
    [0.8, 4, 0.940964577235],
    [0.8, 5, 0.919543780241],
    [0.8, 9, 0.883403859686],
    [0.8, 19, 0.860950550269],
    [0.8, 30, 0.853767261471],
    [0.8, 99, 0.845267031953],
    [0.8, 999, 0.841981182259],
    [0.975, 1, 12.7062047362],
    [0.975, 2, 4.30265272975],
    [0.975, 3, 3.18244630528],
    [0.975, 4, 2.7764451052],
    [0.975, 5, 2.57058183564],
    [0.975, 9, 2.2621571628],
    [0.975, 19, 2.09302405441],
    [0.975, 30, 2.0422724563],
    [0.975, 99, 1.98421695159],
    [0.975, 999, 1.96234146113],
  ])('%s, %s degrees of freedom', (probability, degreesOfFreedom, quantile) => {
    expect(studentQuantile(probability, degreesOfFreedom) / quantile).toBeCloseTo(1, 6)
  })
})

describe('quantiles of the binomial distribution', () => {
  // Python, SciPy 1.17.1: stats.binom.ppf(q, n, p)
  it.each([
    [0.975, 10_000, 0.1, 1059],
    [0.975, 10_000, 0.1135, 1198],
    [0.975, 10_000, 0.01, 120],
    [0.975, 2000, 0.25, 538],
    [0.975, 60, 0.25, 22],
    [0.975, 8, 0.5, 7],
    [0.95, 1, 0.3, 1],
  ])('%s of %s trials with the chance %s', (probability, trials, chance, quantile) => {
    expect(binomialQuantile(probability, trials, chance)).toBe(quantile)
  })
})
