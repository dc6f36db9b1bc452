import type { Distances } from '../training/interpolate'
import type { InterpolateFacts } from '../runtime/store/result'
import { TicketLabError } from '../support/errors'
import { densityOf } from './density'
import type { Experiment } from './experiment'
import type { Spread } from './view'

/** The line between two trained copies of a network. Errors are fractions in [0, 1]. */
export interface Line {
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** The step k at which the copies were made. */
  readonly step: number
  /** Counted from 1. */
  readonly replicate: number
  /** Which copies, counted from 1. */
  readonly orders: readonly [number, number]
  readonly alphas: readonly number[]
  readonly train: SplitLine
  readonly test: SplitLine
  readonly distances: Distances
}

/** What was found on a line, at every alpha. */
export interface SplitLine {
  readonly loss: readonly number[]
  readonly error: readonly number[]
}

/** Whether SGD noise leads a network away from itself; `undecided` when its replicates do not agree. */
export type Verdict = 'stable' | 'unstable' | 'undecided'

/** Instability at one k of one level. All spreads are over replicates, of each the mean over its pairs of copies. */
export interface Barrier {
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  readonly step: number
  /** Barrier heights in percentage points. */
  readonly test: Spread
  readonly train: Spread
  /** Pairs of copies, all replicates together. */
  readonly pairs: number
  /** Of the heights on the test split. */
  readonly verdict: Verdict
  /** Percentage points. */
  readonly threshold: number
  readonly l2: Spread
  readonly cosine: Spread
  /** L2 distance between the copies over the mean distance that they travelled from W_k. */
  readonly relative: Spread
}

/** The papers' threshold of stability, in percentage points (Frankle et al. 2020, section 3). */
export const usualThreshold = 2

/**
 * Barrier height, in percentage points: the highest error on a line minus the mean of the errors at its ends
 * (Frankle et al. 2020, section 2). Never negative, since the ends are on the line.
 */
export function barrierHeight(errors: readonly number[]): number {
  return 100 * (Math.max(...errors) - (errors[0]! + errors.at(-1)!) / 2)
}

/** What minimum and maximum over the replicates say: on one side of the threshold both, or undecided. */
export function verdictOf({ minimum, maximum }: Spread, threshold: number): Verdict {
  if (maximum < threshold) return 'stable'
  return minimum >= threshold ? 'unstable' : 'undecided'
}

/** The lines of an experiment that are known so far. */
export function linesOf(
  experiment: Experiment,
  factsOf: (task: string) => InterpolateFacts | undefined,
): readonly Line[] {
  const { instability, setup, counts } = experiment
  return (instability?.lines ?? []).flatMap(({ task, ...which }): Line[] => {
    const facts = factsOf(task)
    if (!facts) return []
    const { alphas, splits, distances } = facts
    const { train, test } = splits
    if (!train || !test) {
      throw new TicketLabError(
        'store-corrupt',
        `Expected errors on train and test of the interpolation ${task}, found ${Object.keys(splits).join(', ')}.`,
      )
    }
    return [
      { ...which, density: densityOf(setup.network, counts[which.level]!), alphas, train, test, distances },
    ]
  })
}

/** The barriers of some lines, by level and step, with verdicts. */
export function barriersOf(lines: readonly Line[], threshold = usualThreshold): readonly Barrier[] {
  const groups = groupBy(lines, ({ level, step }) => `${level} ${step}`)
  return groups
    .map((group): Barrier => {
      const { level, density, step } = group[0]!
      const replicates = groupBy(group, ({ replicate }) => String(replicate))
      const spread = (value: (line: Line) => number): Spread =>
        spreadOver(replicates.map((pairs) => mean(pairs.map(value))))
      const test = spread((line) => barrierHeight(line.test.error))
      return {
        level,
        density,
        step,
        test,
        train: spread((line) => barrierHeight(line.train.error)),
        pairs: group.length,
        verdict: verdictOf(test, threshold),
        threshold,
        l2: spread(({ distances }) => distances.l2),
        cosine: spread(({ distances }) => distances.cosine),
        relative: spread(({ distances }) => distances.relative),
      }
    })
    .sort((one, other) => one.level - other.level || one.step - other.step)
}

function spreadOver(values: readonly number[]): Spread {
  return {
    mean: mean(values),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    count: values.length,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups.values()]
}
