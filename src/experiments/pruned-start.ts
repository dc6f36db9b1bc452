import { badInput } from '../support/errors'
import type { Digest, WeightsRef } from '../tasks/tasks'
import type { PrunedValue } from './setup'
import type { Graph } from './task-graph'

/**
 * What a training begins with in which pruned weights are not 0.
 * @param mask and what the networks under it are called
 * @throws TicketLabError `bad-input` for a mask of which it is not known what training had made of the weights, where that matters
 */
export function prunedStart(
  graph: Graph,
  weights: WeightsRef,
  { mask, title }: { readonly mask: Digest; readonly title: string },
  pruned: PrunedValue | undefined,
): WeightsRef {
  if (pruned !== 'initial-unless-decreased') return weights
  const task = graph.tasks.get(mask)
  if (task?.kind === 'prune' && task.weights !== undefined) {
    return graph.treatPruned(weights, mask, task.weights)
  }
  throw badInput(
    "a mask that was made of trained weights by a named criterion for pruned weights 'initial-unless-decreased'",
    `${title}, which says of no training what has become of weights`,
  )
}
