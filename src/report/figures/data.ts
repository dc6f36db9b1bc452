import { perReplicate } from '../../experiments/draws'
import type { Point, Series } from '../../experiments/series'
import { mean } from '../../experiments/spread'
import { ascending } from '../../support/ascending'
import { barOf, limits, type Bars, type Limits } from './bars'
import { stepsPerPoint, stretchesOf } from './thin'
import { toPercent, rounded } from '../words/numbers'

/**
 * One row of a plot of results: one level of one series over its finished replicates. Flat, because it is what
 * the spec carries as data. Accuracies and `percent` (weights remaining) are percentages; early stops are steps.
 * `…Low` and `…High` are the ends of error bars over the replicates: minimum and maximum, unless other bars are drawn.
 */
export interface LevelRow {
  readonly series: string
  readonly level: number
  readonly percent: number
  readonly replicates: number
  /** Absent, as all of early stop, where no examples are held out for validation. */
  readonly earlyStopAccuracy?: number
  readonly earlyStopAccuracyLow?: number
  readonly earlyStopAccuracyHigh?: number
  readonly finalAccuracy: number
  readonly finalAccuracyLow: number
  readonly finalAccuracyHigh: number
  readonly earlyStop?: number
  readonly earlyStopLow?: number
  readonly earlyStopHigh?: number
}

/** What a plot of results may draw. */
export type Measure = 'earlyStopAccuracy' | 'finalAccuracy' | 'earlyStop'

/**
 * One step of one level's learning curve, or the mean of several in a row, over the replicates that have reached it.
 * Percentages as in {@link LevelRow}.
 */
export interface CurveRow {
  readonly series: string
  readonly level: number
  readonly percent: number
  readonly step: number
  readonly replicates: number
  readonly accuracy: number
  readonly accuracyLow: number
  readonly accuracyHigh: number
}

/**
 * The names that series have in a plot: their own, with the network where networks differ, with what was changed of the
 * preset where that alone tells two apart, and numbered where two would still be the same, so that no two lines are
 * taken for one.
 */
export function seriesNames(series: readonly Series[]): string[] {
  const severalNetworks = new Set(series.map(({ network }) => network)).size > 1
  return numbered(
    series.map((one) =>
      [one.name, ...(severalNetworks ? [one.network] : []), ...ownDeviations(one, series)].join(', '),
    ),
  )
}

/** Names, with a number where one was there before, so that no two are the same. */
export function numbered(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
}

/** The deviations of a series that not all series of the same name and network have, without the paper's values. */
function ownDeviations({ name, network, deviations }: Series, series: readonly Series[]): readonly string[] {
  const peers = series.filter((other) => other.name === name && other.network === network)
  return deviations
    .filter((text) => !peers.every((peer) => peer.deviations.includes(text)))
    .map((text) => text.replace(/ \(paper(?:'s code)?: .*\)$/, ''))
}

/** The finished results, one row for each series and level that has any; levels ascend within a series. */
export function levelRows(series: readonly Series[], bars: Bars = 'range'): LevelRow[] {
  const names = seriesNames(series)
  return series.flatMap(({ points, draws = 1 }, index) =>
    byLevel(points).flatMap(([level, atLevel]) => {
      const valuesOf = (valueOf: (result: NonNullable<Point['result']>) => number | undefined): number[] =>
        perReplicate(atLevel, draws, ({ result }) => result && valueOf(result))
      const finals = valuesOf(({ final }) => toPercent(final.testAccuracy))
      if (finals.length === 0) return []
      const stops = valuesOf(({ earlyStop }) => earlyStop?.step)
      return [
        {
          series: names[index]!,
          level,
          percent: toPercent(atLevel[0]!.density),
          replicates: finals.length,
          ...(stops.length > 0 &&
            spreadFields(
              'earlyStopAccuracy',
              valuesOf(({ earlyStop }) => earlyStop && toPercent(earlyStop.testAccuracy)),
              bars,
              limits.percent,
            )),
          ...spreadFields('finalAccuracy', finals, bars, limits.percent),
          ...(stops.length > 0 && spreadFields('earlyStop', stops, bars, limits.count)),
        },
      ]
    }),
  )
}

/**
 * Learning curves of the chosen levels, in the order of `levels`.
 *
 * @param together recorded steps in a row that become one point: of each replicate their mean, and the spread is that of
 * these means. Replicates that have not recorded all of them have no part in it.
 */
export function curveRows(
  series: readonly Series[],
  levels: readonly number[],
  bars: Bars = 'range',
  together = 1,
): CurveRow[] {
  const names = seriesNames(series)
  return series.flatMap(({ points, draws = 1 }, index) => {
    const grouped = new Map(byLevel(points))
    return levels.flatMap((level) => {
      const atLevel = grouped.get(level) ?? []
      const recorded = atLevel.map(({ replicate, curve }) => ({
        replicate,
        accuracies: new Map(curve.map(({ step, testAccuracy }) => [step, toPercent(testAccuracy)])),
      }))
      return stretchesOf(recordedSteps(atLevel), together).flatMap((steps) => {
        const means = perReplicate(recorded, draws, ({ accuracies }) =>
          steps.every((step) => accuracies.has(step))
            ? mean(steps.map((step) => accuracies.get(step)!))
            : undefined,
        )
        if (means.length === 0) return []
        return [
          {
            series: names[index]!,
            level,
            percent: toPercent(atLevel[0]!.density),
            step: rounded(mean(steps)),
            replicates: means.length,
            ...spreadFields('accuracy', means, bars, limits.percent),
          },
        ]
      })
    })
  })
}

/** How many recorded steps become one point where learning curves of these levels are drawn, see {@link stepsPerPoint}. */
export function stepsTogether(series: readonly Series[], levels: readonly number[]): number {
  return stepsPerPoint(
    series.flatMap(({ points }) =>
      byLevel(points).flatMap(([level, atLevel]) => (levels.includes(level) ? [recordedSteps(atLevel)] : [])),
    ),
  )
}

/** The steps at which any of the replicates was evaluated. */
function recordedSteps(points: readonly Point[]): number[] {
  return ascending(points.flatMap(({ curve }) => curve.map(({ step }) => step)))
}

/** The percentages of weights remaining that occur, from 100 down. */
export function percents(rows: readonly { readonly percent: number }[]): number[] {
  return [...new Set(rows.map(({ percent }) => percent))].sort((a, b) => b - a)
}

function byLevel(points: readonly Point[]): [number, Point[]][] {
  const levels = new Map<number, Point[]>()
  for (const point of points) levels.set(point.level, [...(levels.get(point.level) ?? []), point])
  return [...levels].sort(([a], [b]) => a - b)
}

type SpreadFields<Name extends string> = Record<Name | `${Name}Low` | `${Name}High`, number>

function spreadFields<Name extends string>(
  name: Name,
  values: readonly number[],
  bars: Bars,
  possible: Limits,
): SpreadFields<Name> {
  const bar = barOf(values, bars, possible)
  const fields = {
    [name]: rounded(bar.mean),
    [`${name}Low`]: rounded(bar.low),
    [`${name}High`]: rounded(bar.high),
  }
  return fields as SpreadFields<Name>
}
