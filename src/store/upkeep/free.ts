import { relative } from 'node:path'
import { TicketLabError } from '../../support/errors'
import { inParallel } from '../../support/in-parallel'
import type { Digest } from '../../tasks/tasks'
import type { IsView } from '../experiments'
import { taskFolder } from '../layout'
import type { Leftover, TaskThere } from './contents'
import { contentsOf } from './contents'
import { inventoryOf } from './inventory'
import { referencesIn, type ListedView } from './references'
import { newTrashPart } from './trash'
import type { TakeTask } from './take-in'

/** What nobody refers to in a store. */
export interface Freeable {
  readonly tasks: readonly TaskThere[]
  readonly leftovers: readonly Leftover[]
  /** Of both. */
  readonly bytes: number
  /** What nobody refers to either, but is younger than an hour: a run that goes on may have made it. */
  readonly young: { readonly count: number; readonly bytes: number }
}

/** What was moved to the trash. */
export interface Freed {
  /** The part of the trash that it is in; absent where nothing was moved. */
  readonly part?: string
  readonly tasks: number
  readonly leftovers: number
  readonly bytes: number
  /** Tasks that are computed just now, and were left. */
  readonly busy: number
}

const hour = 3_600_000

/**
 * What can be freed: tasks that neither an experiment nor a run refers to, what was damaged and moved aside, and
 * imports that were cut off.
 * @param now milliseconds, by the clock of the disk
 * @throws TicketLabError `store-newer`, `store-corrupt` where an experiment is damaged, since it is not known what it needs
 */
export async function freeable<View extends ListedView>(
  store: string,
  isView: IsView<View>,
  now = Date.now(),
): Promise<Freeable> {
  const { contents, references } = await inventoryOf(store, isView)
  const [damaged] = references.damaged
  if (damaged !== undefined) {
    throw new TicketLabError(
      'store-corrupt',
      `What is in ${damaged} is damaged, so that it is not known what it needs. Nothing was freed. ` +
        'Run the cell that made it again, or delete it, and then this.',
    )
  }
  const isOld = ({ changedAt }: { readonly changedAt: number }): boolean => now - changedAt > hour
  const unreferred = [...contents.tasks.values()].filter(({ digest }) => !references.referred.has(digest))
  const tasks = unreferred.filter(isOld)
  const incoming = contents.leftovers.filter(({ path }) => path.startsWith('incoming'))
  const leftovers = contents.leftovers.filter((one) => !incoming.includes(one) || isOld(one))
  const young = [...unreferred, ...incoming].filter((one) => !isOld(one))
  return {
    tasks,
    leftovers,
    bytes: bytesOf([...tasks, ...leftovers]),
    young: { count: young.length, bytes: bytesOf(young) },
  }
}

function bytesOf(all: readonly { readonly bytes: number }[]): number {
  return all.reduce((sum, { bytes }) => sum + bytes, 0)
}

/**
 * Moves what can be freed to the trash of the store, from where it can be put back until the trash is emptied. A task whose
 * lock is held stays, and so does one that a run has come to need meanwhile.
 * @throws TicketLabError as {@link freeable}, and `bad-input` where nothing can be written
 */
export async function free<View extends ListedView>(
  store: string,
  isView: IsView<View>,
  takeTask: TakeTask,
): Promise<Freed> {
  const before = await freeable(store, isView)
  if (before.tasks.length + before.leftovers.length === 0)
    return { tasks: 0, leftovers: 0, bytes: 0, busy: 0 }
  const part = await newTrashPart(store)
  const { tasks, leftovers } = await freeable(store, isView, part.madeAt)
  const moved: TaskThere[] = []
  let busy = 0
  await inParallel(tasks, 8, async (task) => {
    const release = await takeTask(task.digest)
    if (!release) {
      busy += 1
      return
    }
    try {
      if (await part.take(relative(store, taskFolder(store, task.digest)))) moved.push(task)
    } finally {
      await release()
    }
  })
  const rest: Leftover[] = []
  for (const one of leftovers) {
    if (await part.take(one.path)) rest.push(one)
  }
  const wanted = await wantedSince(store, isView, moved)
  for (const digest of wanted) await part.giveBack(relative(store, taskFolder(store, digest)))
  const gone = moved.filter(({ digest }) => !wanted.includes(digest))
  return {
    part: part.name,
    tasks: gone.length,
    leftovers: rest.length,
    bytes: bytesOf([...gone, ...rest]),
    busy,
  }
}

/** Tasks that an experiment which began meanwhile refers to. */
async function wantedSince<View extends ListedView>(
  store: string,
  isView: IsView<View>,
  moved: readonly TaskThere[],
): Promise<readonly Digest[]> {
  const { tasks } = await contentsOf(store)
  const { referred } = await referencesIn(store, isView, tasks.keys())
  return moved.map(({ digest }) => digest).filter((digest) => referred.has(digest))
}
