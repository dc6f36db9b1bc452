import { parametersOf } from '../networks/parameters'
import { countsOf, sizeOf, type Masks, type Tensors } from '../support/tensor'
import { prune } from '../training/prune'
import { roundsOf } from '../training/rounds'
import type { PruneTask } from '../tasks/tasks'
import { openScorer, type ScoringContext } from './scores'

/** What a prune task reads. */
interface RankedWeights {
  readonly weights?: Tensors | undefined
  readonly initial?: Tensors | undefined
  readonly previous?: Masks | undefined
}

/**
 * Scores and prunes, in as many rounds as the task says.
 * @param from what the task's criterion ranks, and the masks that it prunes further
 * @throws TicketLabError see {@link openScorer} and {@link prune}
 */
export async function pruneInRounds(
  task: PruneTask,
  { weights, initial, previous }: RankedWeights,
  context: ScoringContext,
): Promise<Masks> {
  const score = await openScorer(task, weights, context)
  if (!score) {
    return prune(task, {
      ...(weights ? { weights } : {}),
      ...(initial ? { initial } : {}),
      ...(previous ? { previous } : {}),
    })
  }
  const sizes = Object.fromEntries(parametersOf(task.network).map(({ name, shape }) => [name, sizeOf(shape)]))
  let masks = previous
  for (const round of roundsOf(task, { ...sizes, ...countsOf(previous ?? {}) })) {
    masks = prune(round, { scores: await score(masks ?? {}), ...(masks ? { previous: masks } : {}) })
  }
  return masks!
}
