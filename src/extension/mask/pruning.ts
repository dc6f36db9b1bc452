import type { PruningCounts, PruningWeights } from '../../../renderers/mask/messages'
import { binned } from '../../report/figures/bins'
import type { TaskReader } from '../../store/reader'
import type { Digest, PruneTask } from '../../tasks/tasks'

/**
 * How large the weights of a layer were when a mask was made: those of the training that was looked at, and of them the
 * ones that the mask before had kept.
 * @param mask the prune task; absent at level 0
 * @throws TicketLabError `store-corrupt`
 */
export async function pruningWeights(
  reader: TaskReader,
  mask: Digest | undefined,
  parameter: string,
): Promise<PruningWeights> {
  if (mask === undefined) return { note: 'Nothing is pruned at level 0: look at a later level.' }
  const task = await reader.task(mask)
  if (task?.kind !== 'prune' || !task.weights) return { note: nothingLookedAt(task?.kind) }
  const { weights: looked, previous } = task
  if (!(await reader.has(looked.task))) {
    return { note: 'The weights that were looked at are no longer in the store. Run the experiment again.' }
  }
  const weights = (await reader.readWeights(looked))[parameter]!.data
  const before = previous === undefined ? undefined : (await reader.readMask(previous))[parameter]?.data
  const after = (await reader.readMask(mask))[parameter]?.data
  if (!after) return { note: `This level prunes no weight of ${parameter}.` }
  return { note: noteOf(task), counts: countMagnitudes(weights, before, after) }
}

/**
 * Magnitudes of the weights that a mask kept and of those that it pruned, among those that were there before.
 * @param before 1 where kept before; absent for all
 * @param after 1 where kept now
 */
export function countMagnitudes(
  weights: Float32Array,
  before: Uint8Array | undefined,
  after: Uint8Array,
): PruningCounts {
  const [stayed, went] = [1, 0].map((kept) =>
    weights.filter((_, at) => before?.[at] !== 0 && after[at] === kept).map(Math.abs),
  ) as [Float32Array, Float32Array]
  const [left, gone] = binned([stayed, went]) as [ReturnType<typeof binned>[0], ReturnType<typeof binned>[0]]
  const ends = left.at(-1)
  return {
    edges: [...left.map(({ from }) => from), ...(ends ? [ends.to] : [])],
    stayed: left.map(({ count }) => count),
    went: gone.map(({ count }) => count),
  }
}

function noteOf({ weights, criterion, scoring }: PruneTask): string {
  const rounds = scoring?.rounds !== undefined && scoring.rounds > 1 ? ` in ${scoring.rounds} rounds` : ''
  const ranked =
    criterion === 'magnitude'
      ? 'the smallest went'
      : `they were ranked by the criterion ${criterion}${rounds}, not by the magnitudes that are shown`
  return (
    `Magnitudes of the weights at step ${weights!.step} of the training from which this level's mask was made, of those that ` +
    `were left; ${ranked}.`
  )
}

function nothingLookedAt(kind: string | undefined): string {
  if (kind === 'given') return 'This mask was brought along: it was made of no weights that are known here.'
  if (kind === 'align')
    return 'This mask is that of another network, whose units were put into another order.'
  return 'This mask was drawn at random: no weights were looked at.'
}
