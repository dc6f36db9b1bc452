import type { Digest } from '../tasks/tasks'
import { certaintyOf, type Certainty } from './certainty'
import { isAtChance, type Chance } from './chance'
import { densityOf } from './density'
import type { Experiment } from './experiment'
import { orderSeedOf, replicateOfTraining } from './orders'
import { groupBy, mean, spreadOver, withoutNoise } from './spread'
import type { FullNetwork } from './series'
import type { Spread } from './view'

/** A subnetwork that was trained to step T. */
export interface TrainedSubnetwork {
  /** Level of pruning. */
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** The step k that it was rewound to. */
  readonly step: number
  /** Counted from 1. */
  readonly replicate: number
  /** Test accuracy at T, in [0, 1]. */
  readonly accuracy: number
}

/** What an experiment has trained so far, for comparing subnetworks with the full network. */
export interface Trained {
  /** Full networks, trained to T. */
  readonly full: readonly FullNetwork[]
  /** Subnetworks, trained to T. */
  readonly subnetworks: readonly TrainedSubnetwork[]
}

/**
 * Whether subnetworks reach the full network's accuracy on average; `no reference` where a full network is at or below
 * chance, which anything reaches.
 */
export type MatchingVerdict = 'matching' | 'not matching' | 'no reference'

/** Subnetworks of one level, rewound to one k, beside the full network. All spreads are over replicates. */
export interface Match {
  /** Level of pruning. */
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** The step k that they were rewound to. */
  readonly step: number
  /** Test accuracy at T in percent; of each replicate the mean over its copies. */
  readonly accuracy: Spread
  /** The full network's test accuracy at T in percent. */
  readonly full: Spread
  /** `accuracy` minus `full`, replicate by replicate, in percentage points. */
  readonly difference: Spread
  /** What the mean difference says. */
  readonly verdict: MatchingVerdict
  /** How sure the verdict is; absent without a reference. */
  readonly certainty?: Certainty
  /** What the full networks are not above; present without a reference. */
  readonly chance?: Chance
  /** Percentage points. */
  readonly margin: number
}

/** The drop in accuracy, in percentage points, that still counts as matching (Frankle et al. 2020, section 4.4). */
export const usualMargin = 0.2

/**
 * What the mean difference from the full network says, in percentage points: a subnetwork is matching when it loses at
 * most `margin`. Being better than the full network is matching too.
 */
export function matchingVerdictOf({ mean }: Spread, margin: number): 'matching' | 'not matching' {
  return withoutNoise(mean) >= -margin ? 'matching' : 'not matching'
}

/**
 * Compares subnetworks with the full networks of the same replicates, by level and k; those without one are left out.
 * @param chance what a full network must be above to be a reference; without it, every one is
 */
export function matchesOf(
  { full, subnetworks }: Trained,
  margin = usualMargin,
  chance?: Chance,
): readonly Match[] {
  const fullOf = new Map(full.map(({ replicate, accuracy }) => [replicate, percent(accuracy)]))
  const compared = subnetworks.filter(({ replicate }) => fullOf.has(replicate))
  return groupBy(compared, ({ level, step }) => `${level} ${step}`)
    .map((group): Match => {
      const { level, density, step } = group[0]!
      const replicates = groupBy(group, ({ replicate }) => String(replicate)).map((copies) => ({
        full: fullOf.get(copies[0]!.replicate)!,
        accuracy: withoutNoise(mean(copies.map(({ accuracy }) => percent(accuracy)))),
      }))
      const difference = spreadOver(replicates.map((one) => withoutNoise(one.accuracy - one.full)))
      const isReference = replicates.every((one) => !isAtChance(one.full / 100, chance))
      return {
        level,
        density,
        step,
        accuracy: spreadOver(replicates.map((one) => one.accuracy)),
        full: spreadOver(replicates.map((one) => one.full)),
        difference,
        ...(isReference
          ? {
              verdict: matchingVerdictOf(difference, margin),
              certainty: certaintyOf(difference, -margin),
            }
          : { verdict: 'no reference', ...(chance ? { chance } : {}) }),
        margin,
      }
    })
    .sort((one, other) => one.level - other.level || one.step - other.step)
}

/**
 * The trainings of the full network from initialization to T among an experiment's tasks, in the replicates' own
 * orders of examples: what subnetworks are compared with.
 */
export function fullTrainings({
  tasks,
  setup,
}: Experiment): readonly { readonly replicate: number; readonly task: Digest }[] {
  const found = new Map<number, Digest>()
  for (const [digest, task] of tasks) {
    if (task.kind !== 'train' || task.mask !== undefined) continue
    if (task.start.step > 0 || task.until !== setup.recipe.steps) continue
    const replicate = replicateOfTraining({ setup, tasks }, task)
    if (replicate === undefined || task.orderSeed !== orderSeedOf(setup, replicate)) continue
    found.set(replicate, digest)
  }
  return [...found].map(([replicate, task]) => ({ replicate, task }))
}

/** What has been trained so far. @param accuracyOf test accuracy at the end of a finished training, in [0, 1] */
export function trainedOf(experiment: Experiment, accuracyOf: (task: Digest) => number | undefined): Trained {
  const { setup, counts } = experiment
  return {
    full: fullTrainings(experiment).flatMap(({ replicate, task }) => {
      const accuracy = accuracyOf(task)
      return accuracy === undefined ? [] : [{ replicate, accuracy }]
    }),
    subnetworks: experiment.trainings.flatMap(({ level, replicate, task, copy }): TrainedSubnetwork[] => {
      const accuracy = level > 0 ? accuracyOf(task) : undefined
      if (accuracy === undefined) return []
      const density = densityOf(setup.network, counts[level]!)
      return [{ level, density, step: copy?.step ?? setup.rewindTo, replicate, accuracy }]
    }),
  }
}

function percent(fraction: number): number {
  return withoutNoise(100 * fraction)
}
