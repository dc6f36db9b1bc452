import { afterPruningKinds } from '../../experiments/after-pruning'
import { keptCounts } from '../../experiments/density'
import { experimentDigest, type Experiment, type Training } from '../../experiments/experiment'
import { resuming } from '../../experiments/resuming'
import { afterPruningOf } from '../../experiments/retrain'
import type { Setup } from '../../experiments/setup'
import { train, type TrainingPlan } from '../../experiments/step-training'
import { atStep, initialize, type MaskPlan, type WeightsPlan } from '../../experiments/steps'
import { treat } from '../../experiments/treat'
import type { Given } from '../../runtime/given'
import type { Digest, Task } from '../../tasks/tasks'
import { pruneByOwn } from './own-scores'
import type { OwnScores } from './scored-layer'
import type { Compute } from './workshop'

/** An experiment whose masks are made in the kernel: what comes next is known when that before it has been trained. */
export interface Growing {
  /** What is known at first: the full networks. */
  readonly first: Experiment
  /**
   * What is known once all that was known is trained, and what has to be in the store for it; `undefined` when that was all.
   * @throws TicketLabError what the user's criterion is told for
   */
  next(
    compute: Compute,
  ): Promise<{ readonly experiment: Experiment; readonly given: readonly Given[] } | undefined>
}

/** What is asked for. */
export interface OwnLadder {
  readonly kind: 'imp' | 'one-shot'
  readonly setup: Setup
  readonly levels: number
  readonly scores: OwnScores
}

/**
 * Iterative or one-shot pruning by a criterion of one's own: the steps of `lab.train` and `lab.prune`, so that what is made
 * by hand is the same. All replicates are pruned together, level by level.
 */
export function ownLadder({ kind, setup, levels, scores }: OwnLadder): Growing {
  const counts = keptCounts(setup, levels)
  const digest = experimentDigest(kind, setup, levels)
  const full = train(initialize(setup), { title: 'full network' })
  const trainings: Training[] = [...full.experiment.trainings]
  const tasks = new Map<Digest, Task>(full.experiment.tasks)
  let trained = full.weights
  let level = 0

  const soFar = (): Experiment => ({
    ...{ digest, kind, setup, levels, counts },
    trainings: [...trainings],
    tasks: resuming(new Map(tasks)),
  })

  const retrain = (mask: MaskPlan, pruned: WeightsPlan): WeightsPlan => {
    const { start, plan } = retraining(setup, full.weights, pruned)
    const { kept, pruned: zeros } = setup
    const { experiment, weights } = train(kept ? treat(start, mask, kept) : start, {
      ...{ ...plan, title: mask.title, mask },
      ...(zeros ? { pruned: zeros } : {}),
    })
    trainings.push(...experiment.trainings)
    for (const [task, described] of experiment.tasks) tasks.set(task, described)
    return weights
  }

  return {
    first: soFar(),
    async next(compute) {
      if (level >= levels) return undefined
      const given: Given[] = []
      const until = kind === 'imp' ? level + 1 : levels
      while (level < until) {
        level++
        const how = kind === 'imp' ? { keep: counts[level]! } : { levels: level }
        const pruned = kind === 'imp' ? trained : full.weights
        const made = await pruneByOwn(pruned, { setup, title: `level ${level}`, how }, scores, compute)
        given.push(...made.given)
        trained = retrain(made.mask, pruned)
      }
      return { experiment: soFar(), given }
    },
  }
}

/** Where the training of a pruned network begins and ends (Renda, Frankle & Carbin 2020, section 2). */
function retraining(
  setup: Setup,
  full: WeightsPlan,
  pruned: WeightsPlan,
): { readonly start: WeightsPlan; readonly plan: Pick<TrainingPlan, 'from' | 'until'> } {
  const { start, span } = afterPruningKinds[afterPruningOf(setup)]
  return { start: start === 'rewound' ? atStep(full, setup.rewindTo) : pruned, plan: span(setup) }
}
