import type { Digest } from '../../tasks/tasks'
import { sizeOf as bytesBelow } from './contents'
import type { IsView } from '../experiments'
import { readLabels, type Label } from '../labels'
import { trashFolder } from '../layout'
import { contentsOf, type Contents } from './contents'
import { referencesIn, type ListedView, type Needing, type References } from './references'
import { checkIsStore } from './checked'

/** What a store holds. */
export interface Inventory<View> {
  readonly experiments: readonly Listed<View>[]
  readonly contents: Contents
  readonly references: References<View>
  /** Bytes of all tasks, those that several experiments share once. */
  readonly bytes: number
  /** Bytes of tasks that no experiment refers to, and how many there are. */
  readonly unreferred: { readonly tasks: number; readonly bytes: number }
  /** Bytes that were moved aside and wait to be emptied. */
  readonly trash: number
}

/** An experiment with what it takes of the disk. */
export interface Listed<View> extends Needing<View> {
  readonly label: Label
  /** Bytes of the tasks that it needs. */
  readonly bytes: number
  /** Bytes of those that no other experiment needs. */
  readonly alone: number
  /** Tasks that it needs and that are not finished, or not there. */
  readonly missing: number
}

/** Looks at all of a store; nothing is changed. The latest experiment comes first. @throws TicketLabError `store-newer`, `bad-input` where there is none */
export async function inventoryOf<View extends ListedView>(
  store: string,
  isView: IsView<View>,
): Promise<Inventory<View>> {
  await checkIsStore(store)
  const [contents, labels, trash] = await Promise.all([
    contentsOf(store),
    readLabels(store),
    bytesBelow(trashFolder(store)),
  ])
  const references = await referencesIn(store, isView, contents.tasks.keys())
  const users = new Map<Digest, number>()
  for (const { needs } of references.experiments) {
    for (const digest of needs) users.set(digest, (users.get(digest) ?? 0) + 1)
  }
  const sizeOf = (digests: Iterable<Digest>): number => {
    let sum = 0
    for (const digest of digests) sum += contents.tasks.get(digest)?.bytes ?? 0
    return sum
  }
  const unreferred = [...contents.tasks.keys()].filter((digest) => !references.referred.has(digest))
  const experiments = references.experiments.map((needing): Listed<View> => {
    const needs = [...needing.needs]
    return {
      ...needing,
      label: labels.get(needing.experiment.view.digest) ?? {},
      bytes: sizeOf(needs),
      alone: sizeOf(needs.filter((digest) => users.get(digest) === 1)),
      missing: needs.filter((digest) => !contents.tasks.get(digest)?.finished).length,
    }
  })
  return {
    experiments: experiments.sort((one, other) =>
      other.experiment.view.createdAt.localeCompare(one.experiment.view.createdAt),
    ),
    contents,
    references,
    bytes: sizeOf(contents.tasks.keys()),
    unreferred: { tasks: unreferred.length, bytes: sizeOf(unreferred) },
    trash: trash.bytes,
  }
}
