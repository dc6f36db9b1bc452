import type { Distances } from '../training/interpolate'
import type { InterpolateFacts } from '../runtime/store/result'
import { TicketLabError } from '../support/errors'
import { densityOf } from './density'
import type { Experiment } from './experiment'
import { groupBy, mean, spreadOver } from './spread'
import type { Spread } from './view'

/** The line between two trained copies of a network. Errors are fractions in [0, 1]. */
export interface Line {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** The step k at which the copies were made. */
  readonly step: number
  /** Counted from 1. */
  readonly replicate: number
  /** Which copies, counted from 1. */
  readonly orders: readonly [number, number]
  /** Where on the line, in [0, 1]. */
  readonly alphas: readonly number[]
  /** On training examples. */
  readonly train: SplitLine
  /** On test examples. */
  readonly test: SplitLine
  /** How far the copies are from each other and from where they started. */
  readonly distances: Distances
  /** What was found on a trained curve between the copies, at the same alphas; absent without one. */
  readonly curve?: { readonly train: SplitLine; readonly test: SplitLine }
}

/** What was found on a line, at every alpha. */
export interface SplitLine {
  /** Mean cross-entropy. */
  readonly loss: readonly number[]
  /** Fraction of examples that are classified wrongly. */
  readonly error: readonly number[]
}

/** Whether SGD noise leads a network away from itself; `undecided` when its replicates do not agree. */
export type Verdict = 'stable' | 'unstable' | 'undecided'

/**
 * How two copies are connected: by a line of low error, by a curve only, or by neither that was found. A curve that
 * training did not find may still be there.
 */
export type Connectivity = 'linearly mode connected' | 'mode connected' | 'not connected' | 'undecided'

/** Instability at one k of one level. All spreads are over replicates, of each the mean over its pairs of copies. */
export interface Barrier {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** The step k at which the copies were made. */
  readonly step: number
  /** Barrier heights in percentage points. */
  readonly test: Spread
  /** The same on training examples. */
  readonly train: Spread
  /** Pairs of copies, all replicates together. */
  readonly pairs: number
  /** Replicates whose height on the test split is under the threshold. */
  readonly under: number
  /** Of the heights on the test split. */
  readonly verdict: Verdict
  /** Percentage points. */
  readonly threshold: number
  /** L2 distance between the copies. */
  readonly l2: Spread
  /** Cosine of the angle between the ways that the copies went from W_k. */
  readonly cosine: Spread
  /** Barrier heights on trained curves, in percentage points on the test split, and what they say; absent without curves. */
  readonly curve?: { readonly test: Spread; readonly connectivity: Connectivity }
  /** L2 distance between the copies over the mean distance that they travelled from W_k. */
  readonly relative: Spread
  /** The same over the mean distance from initialization; absent where results of earlier versions do not have it. */
  readonly relativeInAll?: Spread
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
  return (instability?.lines ?? []).flatMap(({ task, curve, level, replicate, step, orders }): Line[] => {
    const facts = factsOf(task)
    if (!facts) return []
    const bent = curve === undefined ? undefined : factsOf(curve)
    const { alphas, distances } = facts
    const density = densityOf(setup.network, counts[level]!)
    const line = { level, replicate, step, orders, density, alphas, ...splitsOf(facts, task), distances }
    return [bent && curve !== undefined ? { ...line, curve: splitsOf(bent, curve) } : line]
  })
}

function splitsOf(
  { splits }: InterpolateFacts,
  task: string,
): { readonly train: SplitLine; readonly test: SplitLine } {
  const { train, test } = splits
  if (train && test) return { train, test }
  throw new TicketLabError(
    'store-corrupt',
    `Expected errors on train and test of the interpolation ${task}, found ${Object.keys(splits).join(', ')}.`,
  )
}

/** A line of low error is a path of low error, so only where lines are not stable curves have a say. */
export function connectivityOf(line: Verdict, curve: Verdict): Connectivity {
  if (line === 'stable') return 'linearly mode connected'
  if (line === 'undecided' || curve === 'undecided') return 'undecided'
  return curve === 'stable' ? 'mode connected' : 'not connected'
}

/** The barriers of some lines, by level and step, with verdicts. */
export function barriersOf(lines: readonly Line[], threshold = usualThreshold): readonly Barrier[] {
  const groups = groupBy(lines, ({ level, step }) => `${level} ${step}`)
  return groups
    .map((group): Barrier => {
      const { level, density, step } = group[0]!
      const replicates = groupBy(group, ({ replicate }) => String(replicate))
      const each = (value: (line: Line) => number): readonly number[] =>
        replicates.map((pairs) => mean(pairs.map(value)))
      const spread = (value: (line: Line) => number): Spread => spreadOver(each(value))
      const heights = each((line) => barrierHeight(line.test.error))
      const test = spreadOver(heights)
      const verdict = verdictOf(test, threshold)
      // Once every pair has its curve; before that, another one could still change what is said.
      const bent = group.every(({ curve }) => curve !== undefined)
        ? spread(({ curve }) => barrierHeight(curve!.test.error))
        : undefined
      return {
        level,
        density,
        step,
        test,
        train: spread((line) => barrierHeight(line.train.error)),
        pairs: group.length,
        under: heights.filter((height) => height < threshold).length,
        verdict,
        threshold,
        ...(bent
          ? { curve: { test: bent, connectivity: connectivityOf(verdict, verdictOf(bent, threshold)) } }
          : {}),
        l2: spread(({ distances }) => distances.l2),
        cosine: spread(({ distances }) => distances.cosine),
        relative: spread(({ distances }) => distances.relative),
        ...(group.every((line) => relativeInAll(line) !== undefined)
          ? { relativeInAll: spread((line) => relativeInAll(line)!) }
          : {}),
      }
    })
    .sort((one, other) => one.level - other.level || one.step - other.step)
}

/** L2 distance over that travelled since initialization, which at k = 0 is where copies are made. */
function relativeInAll({ step, distances }: Line): number | undefined {
  const { l2, relative, travelledInAll } = distances
  if (step === 0) return relative
  if (travelledInAll === undefined) return undefined
  return travelledInAll > 0 ? l2 / travelledInAll : 0
}
