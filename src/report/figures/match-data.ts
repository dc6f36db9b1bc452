import { percentLabel } from '../../support/quantities'
import type { Certainty } from '../../experiments/certainty'
import type { Match } from '../../experiments/matching'
import type { Spread } from '../../experiments/view'
import { barrierText, matchVerdictText } from '../words/verdicts'
import { rounded, toPercent } from '../words/numbers'
import { barEnds, barOf, limits, type Bars } from './bars'
import { seriesNames } from './data'
import type { Analysis } from '../../experiments/analysis'
import { captioned, stepLabel } from './line-data'
import { csv } from '../words/table'

/**
 * Subnetworks of one density rewound to one k, over the replicates. Barriers and differences are percentage points,
 * errors percentages; `…Low` and `…High` are the ends of error bars.
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
  /** With how sure it is, as the next one. */
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

/** The full network's test error at the end, in percent: mean and band over replicates. */
export interface FullRow {
  readonly network: string
  readonly error: number
  readonly errorLow: number
  readonly errorHigh: number
  readonly replicates: number
}

/** A row for each level of pruning and k that has been trained. */
export function matchRows(analyses: readonly Analysis[], bars: Bars = 'range'): MatchRow[] {
  const names = seriesNames(captioned(analyses))
  return analyses.flatMap(({ matches, barriers }, index) =>
    matches.map((match): MatchRow => {
      const { level, density, step, difference } = match
      const [differenceLow, differenceHigh] = barEnds(difference, bars, limits.difference)
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
        differenceLow: rounded(differenceLow),
        differenceHigh: rounded(differenceHigh),
        matching: matchVerdictText(match),
        ...errorsOf(match, bars),
        replicates: difference.count,
        ...(barrier
          ? {
              barrier: rounded(barrier.test.mean),
              ...barrierEnds(barrier.test, bars),
              verdict: barrierText(barrier),
            }
          : {}),
      }
    }),
  )
}

/** The full networks that the subnetworks are compared with, one for each setup. */
export function fullRows(analyses: readonly Analysis[], bars: Bars = 'range'): FullRow[] {
  const rows = analyses.flatMap(({ trained, experiment }): FullRow[] => {
    if (trained.full.length === 0) return []
    const errors = trained.full.map(({ accuracy }) => 100 * (1 - accuracy))
    const { mean, low, high } = barOf(errors, bars, limits.percent)
    return [
      {
        network: experiment.setup.name,
        error: rounded(mean),
        errorLow: rounded(low),
        errorHigh: rounded(high),
        replicates: errors.length,
      },
    ]
  })
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}

/** Every level and k, as CSV; errors in percent, barriers and differences in percentage points. */
export function matchCsv(analyses: readonly Analysis[]): string {
  const header = [
    ...['series', 'percent_remaining', 'k', 'replicates', 'test_barrier', ...interval('test_barrier')],
    ...['stability', 'stability_settled', 'test_error', 'test_error_min', 'test_error_max'],
    ...['difference', 'difference_min', 'difference_max', ...interval('difference')],
    ...['matching', 'matching_settled'],
  ]
  const names = seriesNames(captioned(analyses))
  return csv(
    header,
    analyses.flatMap(({ matches, barriers }, index) =>
      matches.map((match) => {
        const { level, step, difference, verdict, certainty } = match
        const barrier = barriers.find((one) => one.level === level && one.step === step)
        const { error, errorLow, errorHigh } = errorsOf(match, 'range')
        return [
          ...[names[index]!, toPercent(match.density), step, difference.count],
          ...(barrier ? [rounded(barrier.test.mean), ...boundsOf(barrier.certainty)] : ['', '', '']),
          ...[barrier?.verdict ?? '', settledText(barrier?.certainty), error, errorLow, errorHigh],
          ...[difference.mean, difference.minimum, difference.maximum].map(rounded),
          ...[...boundsOf(certainty), verdict, settledText(certainty)],
        ]
      }),
    ),
  )
}

function interval(name: string): string[] {
  return [`${name}_interval_low`, `${name}_interval_high`]
}

function boundsOf(certainty: Certainty | undefined): (number | string)[] {
  const bounds = certainty?.interval
  return bounds ? [rounded(bounds.low), rounded(bounds.high)] : ['', '']
}

/** Nothing where there is no interval to tell. */
function settledText(certainty: Certainty | undefined): string {
  if (!certainty?.interval) return ''
  return certainty.settled ? 'yes' : 'no'
}

function barrierEnds(barrier: Spread, bars: Bars): Required<Pick<MatchRow, 'barrierLow' | 'barrierHigh'>> {
  const [low, high] = barEnds(barrier, bars, limits.percent)
  return { barrierLow: rounded(low), barrierHigh: rounded(high) }
}

function errorsOf({ accuracy }: Match, bars: Bars): Pick<MatchRow, 'error' | 'errorLow' | 'errorHigh'> {
  const [low, high] = barEnds(accuracy, bars, limits.percent)
  return { error: rounded(100 - accuracy.mean), errorLow: rounded(100 - high), errorHigh: rounded(100 - low) }
}
