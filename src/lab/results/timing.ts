import type { Experiment } from '../../experiments/experiment'
import type { StoreView } from '../../store/store'

/**
 * Seconds that computing some experiments took, task by task, as if one had followed the other on the machines that
 * computed them, whenever that was. A task that several experiments share counts once, one that is not computed not at all.
 */
export async function secondsOf(
  experiments: readonly Experiment[],
  store: Pick<StoreView, 'result'>,
): Promise<number> {
  const digests = new Set(experiments.flatMap(({ tasks }) => [...tasks.keys()]))
  const results = await Promise.all([...digests].map((digest) => store.result(digest)))
  return results.reduce((sum, result) => sum + (result?.seconds ?? 0), 0)
}
