import { percentLabel } from '../../support/quantities'
import type { Analysis } from '../../experiments/analysis'
import { barrierHeight, type Line } from '../../experiments/barriers'
import { densityOf } from '../../experiments/density'
import { isStep, isTickets, seriesNameOf } from '../../experiments/experiment'
import type { Series } from '../../experiments/series'
import { barEnds, limits, type Bars } from './bars'
import { rounded, toPercent } from '../words/numbers'
import { seriesNames } from './data'
import { barrierText, connectivityText } from '../words/verdicts'
import { csv } from '../words/table'

/**
 * One point of a line, over all its pairs of copies. Errors are percentages; `errorLow` and `errorHigh` are the mean
 * minus and plus the sample standard deviation over the pairs.
 */
export interface LineRow {
  readonly chart: 'line'
  /** Straight, or the trained curve. */
  readonly path: 'line' | 'curve'
  readonly series: string
  readonly split: 'train' | 'test'
  readonly level: number
  readonly remaining: string
  readonly step: number
  readonly k: string
  readonly alpha: number
  readonly error: number
  readonly errorLow: number
  readonly errorHigh: number
  readonly pairs: number
}

/** One barrier: heights in percentage points, `low` and `high` the ends of error bars over the replicates. */
export interface BarrierRow {
  readonly chart: 'barrier'
  readonly series: string
  readonly split: 'train' | 'test'
  readonly level: number
  readonly percent: number
  readonly remaining: string
  readonly step: number
  readonly height: number
  readonly low: number
  readonly high: number
  readonly replicates: number
  readonly pairs: number
  /** Of the test split, with how sure it is. */
  readonly verdict: string
  /** L2 distance relative to the distance travelled, mean. */
  readonly relative?: number
  /** On trained curves, mean; absent without them. */
  readonly curve?: number
  readonly connectivity?: string
}

export const splits = ['train', 'test'] as const

/** The analyses as captions name them. */
export function captioned(analyses: readonly Analysis[]): readonly Series[] {
  return analyses.map(({ experiment: { setup, of, kind, title }, plan }) => {
    const networks = { kind: plan.of, setup, ...(of === undefined ? {} : { of }) }
    const dense = ['full network', ...(setup.variant === undefined ? [] : [setup.variant])].join(', ')
    return {
      name: isStep(kind)
        ? (title ?? kind)
        : plan.levels.some((level) => level > 0)
          ? seriesNameOf(networks)
          : dense,
      role: isTickets(networks) ? 'tickets' : 'control',
      network: setup.name,
      replicates: setup.replicates,
      deviations: setup.deviations,
      points: [],
    }
  })
}

/** The lines of analyses, averaged over pairs; by level, step, split and alpha. */
export function lineRows(analyses: readonly Analysis[]): LineRow[] {
  const names = seriesNames(captioned(analyses))
  return analyses.flatMap(({ lines, plan }, index) =>
    plan.levels.flatMap((level) =>
      plan.steps.flatMap((step) => {
        const pairs = lines.filter((line) => line.level === level && line.step === step)
        const first = pairs[0]
        if (!first) return []
        const found = { line: pairs, curve: pairs.flatMap(({ curve }) => (curve ? [curve] : [])) }
        const drawn = (['line', 'curve'] as const).filter((path) => found[path].length > 0)
        return splits.flatMap((split) =>
          drawn.flatMap((path) =>
            first.alphas.map((alpha, at): LineRow => {
              const errors = found[path].map((pair) => 100 * pair[split].error[at]!)
              const { mean, deviation } = meanAndDeviation(errors)
              return {
                chart: 'line',
                path,
                series: names[index]!,
                split,
                level,
                remaining: percentLabel(toPercent(first.density)),
                step,
                k: stepLabel(step),
                alpha: rounded(alpha),
                error: rounded(mean),
                errorLow: rounded(Math.max(0, mean - deviation)),
                errorHigh: rounded(Math.min(100, mean + deviation)),
                pairs: errors.length,
              }
            }),
          ),
        )
      }),
    ),
  )
}

export function barrierRows(analyses: readonly Analysis[], bars: Bars = 'range'): BarrierRow[] {
  const names = seriesNames(captioned(analyses))
  return analyses.flatMap(({ barriers }, index) =>
    barriers.flatMap((barrier) =>
      splits.map((split): BarrierRow => {
        const { mean, count } = barrier[split]
        const [low, high] = barEnds(barrier[split], bars, limits.percent)
        const percent = toPercent(barrier.density)
        return {
          chart: 'barrier',
          series: names[index]!,
          split,
          level: barrier.level,
          percent,
          remaining: percentLabel(percent),
          step: barrier.step,
          height: rounded(mean),
          low: rounded(low),
          high: rounded(high),
          replicates: count,
          pairs: barrier.pairs,
          verdict: barrierText(barrier),
          ...(barrier.relative ? { relative: rounded(barrier.relative.mean) } : {}),
          ...(barrier.curve && split === 'test'
            ? { curve: rounded(barrier.curve.test.mean), connectivity: connectivityText(barrier.curve) }
            : {}),
        }
      }),
    ),
  )
}

/** Every point of every line, as CSV; errors in percent. */
export function lineCsv(analyses: readonly Analysis[]): string {
  const header = [
    ...['series', 'level', 'percent_remaining', 'k', 'replicate', 'copies', 'alpha'],
    ...['train_loss', 'train_error', 'test_loss', 'test_error'],
    ...(curved(analyses) ? ['train_error_on_curve', 'test_error_on_curve'] : []),
  ]
  return csv(
    header,
    everyLine(analyses).flatMap(({ name, line }) =>
      line.alphas.map((alpha, at) => [
        ...identity(name, line),
        alpha,
        ...splits.flatMap((split) => [line[split].loss[at]!, toPercent(line[split].error[at]!)]),
        ...(curved(analyses)
          ? splits.map((split) => (line.curve ? toPercent(line.curve[split].error[at]!) : ''))
          : []),
      ]),
    ),
  )
}

/** The barrier and the distances of every pair of copies, as CSV; heights in percentage points. */
export function barrierCsv(analyses: readonly Analysis[]): string {
  const header = [
    ...['series', 'level', 'percent_remaining', 'k', 'replicate', 'copies', 'train_barrier', 'test_barrier'],
    ...['l2', 'cosine', 'travelled', 'relative', 'travelled_in_all'],
    ...(curved(analyses) ? ['test_barrier_on_curve'] : []),
  ]
  return csv(
    header,
    everyLine(analyses).map(({ name, line }) => [
      ...identity(name, line),
      ...splits.map((split) => rounded(barrierHeight(line[split].error))),
      ...[line.distances.l2, line.distances.cosine],
      ...[line.distances.travelled, line.distances.relative, line.distances.travelledInAll].map(
        (one) => one ?? '',
      ),
      ...(curved(analyses) ? [line.curve ? rounded(barrierHeight(line.curve.test.error)) : ''] : []),
    ]),
  )
}

/** Whether some of the lines have a trained curve beside them. */
export function curved(analyses: readonly Analysis[]): boolean {
  return analyses.some(({ lines }) => lines.some(({ curve }) => curve !== undefined))
}

/** The levels that analyses look at, from dense to sparse, as legends name them. */
export function remainingLabels(analyses: readonly Analysis[]): string[] {
  const all = analyses.flatMap((analysis) => analysis.plan.levels.map((level) => percentOf(analysis, level)))
  return [...new Set(all.sort((one, other) => other - one))].map(percentLabel)
}

/** Percent of weights remaining at a level. */
export function percentOf({ experiment }: Analysis, level: number): number {
  return toPercent(densityOf(experiment.setup.network, experiment.counts[level]!))
}

export function stepLabel(step: number): string {
  return `k = ${step}`
}

function everyLine(analyses: readonly Analysis[]): { name: string; line: Line }[] {
  const names = seriesNames(captioned(analyses))
  return analyses.flatMap(({ lines }, index) => lines.map((line) => ({ name: names[index]!, line })))
}

function identity(name: string, line: Line): (string | number)[] {
  const { level, density, step, replicate, orders } = line
  return [name, level, toPercent(density), step, replicate, orders.join(' and ')]
}

/** Mean and sample standard deviation; 0 for a single value. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }
}
