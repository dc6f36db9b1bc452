import type { Match } from '../../experiments/matching'
import { percentLabel } from './captions'
import { rounded, seriesNames, spread, toPercent } from './data'
import { captioned, stepLabel, type Analysis } from './line-data'
import { csv } from './table'

/**
 * Subnetworks of one density rewound to one k, over the replicates. Barriers and differences are percentage points,
 * errors percentages; `…Low` and `…High` are minimum and maximum.
 */
export interface MatchRow {
  readonly chart: 'match'
  readonly series: string
  readonly level: number
  readonly percent: number
  readonly remaining: string
  readonly step: number
  readonly k: string
  readonly difference: number
  readonly differenceLow: number
  readonly differenceHigh: number
  readonly matching: string
  readonly error: number
  readonly errorLow: number
  readonly errorHigh: number
  readonly replicates: number
  /** Absent until a line is evaluated. */
  readonly barrier?: number
  readonly barrierLow?: number
  readonly barrierHigh?: number
  readonly verdict?: string
}

/** The full network's test error at the end, in percent: mean and range over replicates. */
export interface FullRow {
  readonly network: string
  readonly error: number
  readonly errorLow: number
  readonly errorHigh: number
  readonly replicates: number
}

/** A row for each level of pruning and k that has been trained. */
export function matchRows(analyses: readonly Analysis[]): MatchRow[] {
  const names = seriesNames(captioned(analyses))
  return analyses.flatMap(({ matches, barriers }, index) =>
    matches.map((match): MatchRow => {
      const { level, density, step, difference, verdict } = match
      const barrier = barriers.find((one) => one.level === level && one.step === step)
      const percent = toPercent(density)
      return {
        chart: 'match',
        series: names[index]!,
        level,
        percent,
        remaining: percentLabel(percent),
        step,
        k: stepLabel(step),
        difference: rounded(difference.mean),
        differenceLow: rounded(difference.minimum),
        differenceHigh: rounded(difference.maximum),
        matching: verdict,
        ...errorsOf(match),
        replicates: difference.count,
        ...(barrier
          ? {
              barrier: rounded(barrier.test.mean),
              barrierLow: rounded(barrier.test.minimum),
              barrierHigh: rounded(barrier.test.maximum),
              verdict: barrier.verdict,
            }
          : {}),
      }
    }),
  )
}

/** The full networks that the subnetworks are compared with, one for each setup. */
export function fullRows(analyses: readonly Analysis[]): FullRow[] {
  const rows = analyses.flatMap(({ trained, experiment }): FullRow[] => {
    if (trained.full.length === 0) return []
    const errors = spread(trained.full.map(({ accuracy }) => 100 * (1 - accuracy)))
    return [
      {
        network: experiment.setup.name,
        error: errors.mean,
        errorLow: errors.minimum,
        errorHigh: errors.maximum,
        replicates: errors.count,
      },
    ]
  })
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}

/** Every level and k, as CSV; errors in percent, barriers and differences in percentage points. */
export function matchCsv(analyses: readonly Analysis[]): string {
  const header = [
    ...['series', 'percent_remaining', 'k', 'replicates', 'test_barrier', 'stability'],
    ...['test_error', 'test_error_min', 'test_error_max'],
    ...['difference', 'difference_min', 'difference_max', 'matching'],
  ]
  return csv(
    header,
    matchRows(analyses).map((row) => [
      ...[row.series, row.percent, row.step, row.replicates, row.barrier ?? '', row.verdict ?? ''],
      ...[row.error, row.errorLow, row.errorHigh],
      ...[row.difference, row.differenceLow, row.differenceHigh, row.matching],
    ]),
  )
}

function errorsOf({ accuracy }: Match): Pick<MatchRow, 'error' | 'errorLow' | 'errorHigh'> {
  return {
    error: rounded(100 - accuracy.mean),
    errorLow: rounded(100 - accuracy.maximum),
    errorHigh: rounded(100 - accuracy.minimum),
  }
}
