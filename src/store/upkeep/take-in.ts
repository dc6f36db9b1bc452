import { link, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { badInput, dataCorrupt, TicketLabError } from '../../support/errors'
import { codeOf, makeFolder } from '../../support/files'
import { inParallel } from '../../support/in-parallel'
import type { Digest } from '../../tasks/tasks'
import { listExperiments, type IsView } from '../experiments'
import { checkpointFile, experimentFile, labelFile, resultFile, taskFolder } from '../layout'
import { createReader } from '../reader'
import type { Store } from '../store'
import { contentsOf } from './contents'
import type { ListedView } from './references'

/** Tasks that are looked at, or moved, at once. */
const atOnce = 8

/** Takes the lock of a task. @returns what gives it back; `undefined` when somebody holds it */
export type TakeTask = (digest: Digest) => Promise<(() => Promise<void>) | undefined>

/** What became of experiments that came from elsewhere. */
export interface TakenIn<View> {
  readonly experiments: readonly {
    readonly view: View
    /** Whether it was in the store already, and was left as it was. */
    readonly there: boolean
    /** Tasks of it that nobody has finished. */
    readonly missing: number
  }[]
  /** Tasks that are new here. */
  readonly tasks: number
  /** Tasks that were here already. */
  readonly there: number
  /** Tasks that somebody computes here just now, whose result will be the same. */
  readonly busy: number
  readonly bytes: number
}

interface TakeInOptions<View> {
  readonly isView: IsView<View>
  readonly takeTask: TakeTask
  readonly signal?: AbortSignal | undefined
}

/**
 * Moves what lies in `folder`, laid out as a store on the same disk, into a store. All of it is checked before the first
 * move; a task counts as finished when its result is there, which is moved last.
 * @param from what is told where something is wrong
 */
export async function takeIn<View extends ListedView>(
  store: Store,
  folder: string,
  from: string,
  { isView, takeTask, signal }: TakeInOptions<View>,
): Promise<TakenIn<View>> {
  const { tasks } = await contentsOf(folder)
  const incoming = createReader(folder)
  const { experiments, damaged } = await listExperiments(folder, isView)
  if (damaged.length > 0) throw dataCorrupt(from, 'whole experiments', `a damaged one`)
  if (experiments.length === 0) throw badInput('experiments', `none in ${from}`)
  const finished = [...tasks.values()].filter((task) => task.finished)
  await inParallel(finished, atOnce, async ({ digest }) => {
    signal?.throwIfAborted()
    await incoming.verify(digest).catch((error: unknown) => {
      if (!(error instanceof TicketLabError)) throw error
      throw dataCorrupt(from, 'tasks that agree with their sums', `others: ${error.message}`)
    })
  })
  // What begins now is a matter of renaming, and goes on to its end.
  const count = { new: 0, there: 0, busy: 0, bytes: 0 }
  await inParallel(finished, atOnce, async ({ digest, bytes }) => {
    const became = await takeTaskIn(store, folder, digest, takeTask)
    count[became] += 1
    if (became === 'new') count.bytes += bytes
  })
  const taken = []
  for (const { view, tasks: needs = [] } of experiments) {
    const isThere = !(await moveNew(folder, store.folder, (root) => experimentFile(root, view.digest)))
    if (!isThere) await moveNew(folder, store.folder, (root) => labelFile(root, view.digest))
    const has = await Promise.all(needs.map((digest) => store.has(digest)))
    taken.push({ view, there: isThere, missing: has.filter((there) => !there).length })
  }
  return {
    experiments: taken,
    tasks: count.new,
    there: count.there,
    busy: count.busy,
    bytes: count.bytes,
  }
}

async function takeTaskIn(
  store: Store,
  folder: string,
  digest: Digest,
  takeTask: TakeTask,
): Promise<'new' | 'there' | 'busy'> {
  if (await isWhole(store, digest)) return 'there'
  const release = await takeTask(digest)
  if (!release) return 'busy'
  try {
    // Looked at again, now that nobody else writes: a damaged one is moved aside, as when it is computed again.
    if (await isWhole(store, digest)) return 'there'
    if (await store.has(digest)) await store.setAside(digest)
    const [from, home] = [taskFolder(folder, digest), taskFolder(store.folder, digest)]
    const files = Object.keys((await createReader(folder).result(digest))!.files)
    await makeFolder(home)
    for (const name of [...files, resultFile]) await rename(join(from, name), join(home, name))
    await rm(join(home, checkpointFile), { force: true })
    return 'new'
  } finally {
    await release()
  }
}

async function isWhole(store: Store, digest: Digest): Promise<boolean> {
  return store.verify(digest).catch((error: unknown) => {
    if (error instanceof TicketLabError && error.code === 'store-corrupt') return false
    throw error
  })
}

/** @returns whether there was none of that name */
async function moveNew(from: string, to: string, pathIn: (root: string) => string): Promise<boolean> {
  const isSent = await stat(pathIn(from)).then(
    () => true,
    () => false,
  )
  if (!isSent) return true
  await makeFolder(dirname(pathIn(to)))
  try {
    // A renaming would replace what is there.
    await link(pathIn(from), pathIn(to))
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}
