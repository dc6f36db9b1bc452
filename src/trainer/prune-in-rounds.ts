import { parametersOf } from '../networks/parameters'
import { countsOf, sizeOf, type Masks, type Tensors } from '../support/tensor'
import { prune } from '../training/prune'
import { roundsOf } from '../training/rounds'
import type { PruneTask } from '../tasks/tasks'
import { openScorer, type ScoringContext } from './scores'

/**
 * Scores and prunes, in as many rounds as the task says.
 * @param from what the task's criterion ranks, and the masks that it prunes further
 * @throws TicketLabError see {@link openScorer} and {@link prune}
 */
export async function pruneInRounds(
  task: PruneTask,
  { weights, previous }: { readonly weights?: Tensors | undefined; readonly previous?: Masks | undefined },
  context: ScoringContext,
): Promise<Masks> {
  const score = await openScorer(task, weights, context)
  if (!score) return prune(task, { ...(weights ? { weights } : {}), ...(previous ? { previous } : {}) })
  const sizes = Object.fromEntries(parametersOf(task.network).map(({ name, shape }) => [name, sizeOf(shape)]))
  let masks = previous
  for (const round of roundsOf(task, { ...sizes, ...countsOf(previous ?? {}) })) {
    masks = prune(round, { scores: await score(masks ?? {}), ...(masks ? { previous: masks } : {}) })
  }
  return masks!
}
