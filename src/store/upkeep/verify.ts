import { TicketLabError } from '../../support/errors'
import { inParallel } from '../../support/in-parallel'
import type { Digest } from '../../tasks/tasks'
import type { IsView } from '../experiments'
import { createReader } from '../reader'
import { checkIsStore } from './checked'
import { contentsOf } from './contents'
import { referencesIn, type ListedView } from './references'

/** What was found when everything was read. */
export interface Verified<View> {
  /** Finished tasks that are whole. */
  readonly tasks: number
  /** Tasks that are not finished; their descriptions were checked. */
  readonly unfinished: number
  readonly experiments: number
  /** What is wrong with each damaged file, in words that name it. */
  readonly damaged: readonly string[]
  /** Experiments that say they are done, and tasks of theirs that are not there. */
  readonly incomplete: readonly { readonly view: View; readonly missing: readonly Digest[] }[]
}

export interface VerifyOptions {
  readonly onProgress?: (done: number, all: number) => void
  readonly signal?: AbortSignal
}

/** Tasks that are read at once. */
const readers = 8

/**
 * Compares every file of every task, and every experiment, with its sum. Nothing is changed.
 * @throws TicketLabError `store-newer`, `cancelled`, `bad-input` where there is no store
 */
export async function verifyStore<View extends ListedView & { readonly state: string }>(
  store: string,
  isView: IsView<View>,
  { onProgress, signal }: VerifyOptions = {},
): Promise<Verified<View>> {
  await checkIsStore(store)
  const { tasks } = await contentsOf(store)
  const reader = createReader(store)
  const damaged: string[] = []
  let finished = 0
  let done = 0
  await inParallel(tasks.keys(), readers, async (digest) => {
    if (signal?.aborted) throw new TicketLabError('cancelled', 'The store was not checked to the end.')
    try {
      // Of a task that is not finished the description is checked; its checkpoint is when it is gone on from.
      if (await reader.verify(digest)) finished += 1
      else await reader.task(digest)
    } catch (error) {
      if (!(error instanceof TicketLabError && error.code === 'store-corrupt')) throw error
      // Somebody may have moved it aside just now.
      if ((await reader.has(digest)) || !tasks.get(digest)?.finished) damaged.push(error.message)
    }
    onProgress?.(++done, tasks.size)
  })
  const references = await referencesIn(store, isView, tasks.keys())
  const incomplete = references.experiments.flatMap(({ experiment: { view }, needs }) => {
    const missing = [...needs].filter((digest) => !tasks.get(digest)?.finished)
    return view.state === 'done' && missing.length > 0 ? [{ view, missing }] : []
  })
  return {
    tasks: finished,
    unfinished: [...tasks.values()].filter((task) => !task.finished).length,
    experiments: references.experiments.length,
    damaged: [
      ...damaged.sort(),
      ...references.damaged.map((path) => `What is in ${path} is damaged. Run the cell that made it again.`),
    ],
    incomplete,
  }
}
