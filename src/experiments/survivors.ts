import type { Digest, WeightsRef } from '../tasks/tasks'
import { prunedStart } from './pruned-start'
import { criterionOf, retrainingOf, type Retraining } from './retrain'
import type { Setup } from './setup'
import type { Graph } from './task-graph'

/** How the survivors of a level are trained again, and what the next level takes for the weights that they began with. */
export interface Survivors {
  readonly retraining: Retraining
  /** W_0 of the replicate where absent. */
  readonly initial?: WeightsRef
}

/**
 * How the survivors of pruning are trained again, with what the setup says of kept and of pruned weights (Zhou et al. 2019,
 * section 5): the tasks of `lab.treat` and of `lab.train` with `pruned`.
 * @param of what was trained, W_k, and the mask that it was pruned by
 */
export function survivorsOf(
  graph: Graph,
  setup: Setup,
  replicate: number,
  of: { readonly rewindPoint: WeightsRef; readonly trained: WeightsRef; readonly mask: Digest },
): Survivors {
  const { kept, pruned } = setup
  const retraining = retrainingOf(setup, of.rewindPoint, of.trained)
  const { start } = retraining
  const treated = kept ? graph.treat(replicate, start, of.mask, kept) : start
  // What a network begins with is its W_0.
  const initial = kept && start.step === 0 ? { initial: treated } : {}
  if (!pruned) return { retraining: { ...retraining, start: treated }, ...initial }
  const whole = prunedStart(
    graph,
    treated,
    { mask: of.mask, title: `a mask by the criterion ${criterionOf(setup)}` },
    pruned,
  )
  return { retraining: { ...retraining, start: whole, frozen: true }, ...initial }
}
