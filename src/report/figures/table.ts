import { percentLabel } from '../../support/quantities'
import type { Series } from '../../experiments/series'
import { barNames, type Bars } from './bars'
import { rounded, toPercent } from '../words/numbers'
import { type CurveRow, type LevelRow, type Measure, seriesNames } from './data'
import { alignedTable, csv } from '../words/table'
import { xAxes, type PlacedRow, type XName } from './x-axis'

/** The results as text: one line for each series and level, spreads as `mean [minimum–maximum]`, or what else bars are. */
export function levelTable(
  rows: readonly PlacedRow[],
  measures: readonly Measure[],
  bars: Bars = 'range',
  x: XName = 'remaining',
): string {
  const axis = xAxes[x]
  const severalReplicates = rows.some(({ replicates }) => replicates > 1)
  const suffix = severalReplicates ? `, mean [${barNames[bars].short}]` : ''
  return alignedTable(
    [
      ...['series', 'remaining', ...(x === 'remaining' ? [] : [axis.short.toLowerCase()])],
      ...measures.map((measure) => `${measureNames[measure]}${suffix}`),
      'replicates',
    ],
    rows.map((row) => [
      row.series,
      percentLabel(row.percent),
      ...(row.x === undefined ? [] : [axis.text(row.x)]),
      ...measures.map((measure) => spreadText(row, measure)),
      String(row.replicates),
    ]),
  )
}

/** The last row of each curve as text. */
export function curveTable(rows: readonly CurveRow[], bars: Bars = 'range'): string {
  const last = new Map(rows.map((row) => [`${row.series}\n${row.level}`, row]))
  return alignedTable(
    ['series', 'remaining', 'iteration', `test accuracy (%), mean [${barNames[bars].short}]`, 'replicates'],
    [...last.values()].map((row) => [
      row.series,
      percentLabel(row.percent),
      String(row.step),
      range(row.accuracy, row.accuracyLow, row.accuracyHigh, row.replicates, 2),
      String(row.replicates),
    ]),
  )
}

/** Every finished training on a line of its own, as CSV (RFC 4180); accuracies in percent. */
export function levelCsv(series: readonly Series[]): string {
  const names = seriesNames(series)
  const drawn = severalDraws(series)
  const rows = series.flatMap(({ points, network, role }, index) =>
    points.flatMap(({ level, replicate, draw = 1, density, multiplyAdds, result }) =>
      result
        ? [
            [
              names[index]!,
              role,
              network,
              level,
              replicate,
              ...(drawn ? [draw] : []),
              toPercent(density),
              result.earlyStop?.step ?? '',
              result.earlyStop ? toPercent(result.earlyStop.testAccuracy) : '',
              result.final.step,
              toPercent(result.final.testAccuracy),
              rounded(1 / density),
              multiplyAdds,
            ],
          ]
        : [],
    ),
  )
  return csv(
    [
      ...['series', 'role', 'network', 'level', 'replicate', ...(drawn ? ['draw'] : [])],
      ...['percent_remaining', 'early_stop_iteration'],
      ...['test_accuracy_at_early_stop', 'final_iteration', 'test_accuracy_at_end'],
      ...['compression_ratio', 'multiply_adds'],
    ],
    rows,
  )
}

/** Every row of the metrics logs of the chosen levels, as CSV; accuracies in percent. */
export function curveCsv(series: readonly Series[], levels: readonly number[]): string {
  const names = seriesNames(series)
  const drawn = severalDraws(series)
  const rows = series.flatMap(({ points }, index) =>
    points
      .filter(({ level }) => levels.includes(level))
      .flatMap(({ level, replicate, draw = 1, density, curve }) =>
        curve.map((row) => [
          names[index]!,
          level,
          replicate,
          ...(drawn ? [draw] : []),
          toPercent(density),
          row.step,
          row.trainLoss ?? '',
          row.validationLoss ?? '',
          row.validationAccuracy === undefined ? '' : toPercent(row.validationAccuracy),
          row.testLoss,
          toPercent(row.testAccuracy),
        ]),
      ),
  )
  return csv(
    [
      ...['series', 'level', 'replicate', ...(drawn ? ['draw'] : [])],
      ...['percent_remaining', 'iteration', 'train_loss'],
      ...['validation_loss', 'validation_accuracy', 'test_loss', 'test_accuracy'],
    ],
    rows,
  )
}

/** Whether trainings of one replicate must be told apart by their draw. */
function severalDraws(series: readonly Series[]): boolean {
  return series.some(({ draws = 1 }) => draws > 1)
}

const measureNames: Record<Measure, string> = {
  earlyStopAccuracy: 'test accuracy at early stop (%)',
  finalAccuracy: 'test accuracy at the end (%)',
  earlyStop: 'early-stop iteration',
}

function spreadText(row: LevelRow, measure: Measure): string {
  const digits = measure === 'earlyStop' ? 0 : 2
  const [mean, low, high] = [row[measure], row[`${measure}Low`], row[`${measure}High`]]
  if (mean === undefined) return 'no validation'
  return range(mean, low!, high!, row.replicates, digits)
}

function range(mean: number, low: number, high: number, replicates: number, digits: number): string {
  const text = mean.toFixed(digits)
  return replicates > 1 ? `${text} [${low.toFixed(digits)}–${high.toFixed(digits)}]` : text
}
