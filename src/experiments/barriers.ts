import type { Distances, InterpolateFacts } from '../tasks/facts'
import { TicketLabError } from '../support/errors'
import { certaintyOf, type Certainty } from './certainty'
import { isAtChance, type Chance } from './chance'
import { densityOf } from './density'
import type { Experiment } from './experiment'
import { groupBy, mean, spreadOver, withoutNoise } from './spread'
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

/**
 * Whether SGD noise leads a network away from itself on average; `at chance` where copies are at or below chance, whose
 * error cannot get much worse between them.
 */
export type Verdict = 'stable' | 'unstable' | 'at chance'

/**
 * How two copies are connected: by a line of low error, by a curve only, or by neither that was found. A curve that
 * training did not find may still be there.
 */
export type Connectivity = 'linearly mode connected' | 'mode connected' | 'not connected' | 'at chance'

/**
 * Instability at one k of one level. All spreads are over replicates, of each the mean over its pairs of copies: those
 * share their initialization, and copies, so they are not independent of each other.
 */
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
  /** Of the mean height on the test split. */
  readonly verdict: Verdict
  /** How sure the verdict is; absent at chance. */
  readonly certainty?: Certainty
  /** Percentage points. */
  readonly threshold: number
  /** L2 distance between the copies. */
  readonly l2: Spread
  /** Cosine of the angle between the ways that the copies went from W_k. */
  readonly cosine: Spread
  /** Barrier heights on trained curves, in percentage points on the test split, and what they say; absent without curves. */
  readonly curve?: {
    readonly test: Spread
    readonly connectivity: Connectivity
    /** Whether the verdicts that it rests on are settled. */
    readonly settled: boolean
  }
  /** L2 distance between the copies over the mean distance that they travelled from W_k; absent where they share no start. */
  readonly relative?: Spread
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
  return withoutNoise(100 * (Math.max(...errors) - (errors[0]! + errors.at(-1)!) / 2))
}

/** What the mean height over the replicates says. */
export function verdictOf({ mean }: Spread, threshold: number): 'stable' | 'unstable' {
  return withoutNoise(mean) < threshold ? 'stable' : 'unstable'
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
export function connectivityOf(line: Verdict, curve: 'stable' | 'unstable'): Connectivity {
  switch (line) {
    case 'at chance':
      return line
    case 'stable':
      return 'linearly mode connected'
    case 'unstable':
      return curve === 'stable' ? 'mode connected' : 'not connected'
  }
}

/**
 * The barriers of some lines, by level and step, with verdicts.
 * @param chance what copies must be above for a verdict; without it, there is always one
 */
export function barriersOf(
  lines: readonly Line[],
  threshold = usualThreshold,
  chance?: Chance,
): readonly Barrier[] {
  const groups = groupBy(lines, ({ level, step }) => `${level} ${step}`)
  return groups
    .map((group): Barrier => {
      const { level, density, step } = group[0]!
      const replicates = groupBy(group, ({ replicate }) => String(replicate))
      const spread = (value: (line: Line) => number): Spread =>
        spreadOver(replicates.map((pairs) => mean(pairs.map(value))))
      const test = spread((line) => barrierHeight(line.test.error))
      const learned = group.every(
        ({ test: { error } }) => !isAtChance(1 - (error[0]! + error.at(-1)!) / 2, chance),
      )
      const verdict = learned ? verdictOf(test, threshold) : 'at chance'
      const certainty = learned ? certaintyOf(test, threshold) : undefined
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
        verdict,
        ...(certainty ? { certainty } : {}),
        threshold,
        ...(bent ? { curve: curveVerdict(bent, verdict, certainty, threshold) } : {}),
        l2: spread(({ distances }) => distances.l2),
        cosine: spread(({ distances }) => distances.cosine),
        ...(group.every(({ distances }) => distances.relative !== undefined)
          ? { relative: spread(({ distances }) => distances.relative!) }
          : {}),
        ...(group.every((line) => relativeInAll(line) !== undefined)
          ? { relativeInAll: spread((line) => relativeInAll(line)!) }
          : {}),
      }
    })
    .sort((one, other) => one.level - other.level || one.step - other.step)
}

/** What is said of a curve beside its line. */
function curveVerdict(
  test: Spread,
  line: Verdict,
  certainty: Certainty | undefined,
  threshold: number,
): NonNullable<Barrier['curve']> {
  const settled = line === 'stable' ? [certainty] : [certainty, certaintyOf(test, threshold)]
  return {
    test,
    connectivity: connectivityOf(line, verdictOf(test, threshold)),
    settled: settled.every((one) => one?.settled === true),
  }
}

/** L2 distance over that travelled since initialization, which at k = 0 is where copies are made. */
function relativeInAll({ step, distances }: Line): number | undefined {
  const { l2, relative, travelledInAll } = distances
  if (step === 0) return relative
  if (travelledInAll === undefined) return undefined
  return travelledInAll > 0 ? l2 / travelledInAll : 0
}
