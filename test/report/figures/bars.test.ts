import { describe, expect, it } from 'vitest'
import { barEnds, barOf, limits } from '../../../src/report/figures/bars'
import { levelRows } from '../../../src/report/figures/data'
import { instabilityPlot } from '../../../src/report/figures/instability'
import { matchingPlot } from '../../../src/report/figures/matching'
import { accuracyPlot, earlyStopPlot, learningCurvesPlot } from '../../../src/report/figures/plot'
import { accuracyAtPlot } from '../../../src/report/figures/accuracy-at'
import { subnetworkErrorPlot } from '../../../src/report/figures/subnetwork-error'
import { spreadOver } from '../../../src/experiments/spread'
import { sampleSeries } from './sample'
import { sampleAnalysis } from './sample-lines'
import { textsOf } from './svg'

describe('error bars', () => {
  /*
   * Python, NumPy 2.4.6 and SciPy 1.17.1, of x = [97.88, 97.98, 98.02]:
   *   x.mean(), x.min(), x.max(), x.std(ddof=1), stats.t.interval(.95, 2, loc=x.mean(), scale=stats.sem(x))
   */
  const values = [97.88, 97.98, 98.02]
  it.each([
    ['range', 97.88, 98.02],
    ['deviation', 97.96 - 0.0721110255, 97.96 + 0.0721110255],
    ['interval', 97.780866282, 98.139133718],
  ] as const)('as %s', (bars, low, high) => {
    const found = barOf(values, bars, limits.percent)
    expect(found.mean).toBeCloseTo(97.96, 9)
    expect(found.low).toBeCloseTo(low, 6)
    expect(found.high).toBeCloseTo(high, 6)
  })

  it('end where a number cannot go on', () => {
    expect(barOf([99, 100], 'interval', limits.percent).high).toBe(100)
    expect(barOf([0.1, 0.5], 'interval', limits.percent).low).toBe(0)
    expect(barOf([300, 2000], 'interval', limits.count).low).toBe(0)
  })

  it('have no length for one replicate', () => {
    expect(barEnds(spreadOver([3]), 'interval', limits.percent)).toEqual([3, 3])
    expect(barEnds(spreadOver([3]), 'deviation', limits.percent)).toEqual([3, 3])
  })
})

describe('plots with { bars }', () => {
  const series = [sampleSeries({ levels: 3, replicates: 3 })]
  const analyses = [sampleAnalysis({ levels: [2, 4], replicates: 3 })]
  const last = series[0]!.points[0]!.curve.at(-1)!.step

  it.each([
    ['accuracy', accuracyPlot(series, { bars: 'interval' })],
    ['accuracy at a step', accuracyAtPlot(series, [last], { bars: 'interval' })],
    ['early stop', earlyStopPlot(series, { bars: 'interval' })],
    ['learning curves', learningCurvesPlot(series, { bars: 'interval' })],
    ['instability', instabilityPlot(analyses, { bars: 'interval' })],
    ['matching', matchingPlot(analyses, { bars: 'interval' })],
    ['error of subnetworks', subnetworkErrorPlot(analyses, { bars: 'interval' })],
  ])('of %s say in caption and tooltips that they draw the interval', async (_, plot) => {
    const caption = textsOf(await plot.svg()).join(' ')
    expect(caption).toContain('lenet-mnist')
    expect(caption).toMatch(/(error bars|band): 95% interval of the mean over 3 replicates/)
    expect(caption).not.toContain('minimum–maximum')
    const spec = JSON.stringify(plot.spec)
    expect(spec).toContain('95% interval from')
    expect(spec).not.toContain('"Minimum"')
  })

  it('draw what they say, and have it in their tables', () => {
    const [range] = levelRows(series)
    const [interval] = levelRows(series, 'interval')
    expect(interval!.finalAccuracy).toBe(range!.finalAccuracy)
    expect(interval!.finalAccuracyLow).toBeLessThan(range!.finalAccuracyLow)
    expect(accuracyPlot(series, { bars: 'deviation' }).text()).toMatch(/mean \[± standard deviation\]/)
    expect(JSON.stringify(earlyStopPlot(series, { bars: 'interval' }).spec)).toContain(
      JSON.stringify(levelRows(series, 'interval')),
    )
  })
})
