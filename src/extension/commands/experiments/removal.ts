import { window } from 'vscode'
import { isExperimentView } from '../../../experiments/view'
import { attendantsOf } from '../../../runtime/attendance'
import { taskLocks } from '../../../runtime/locks/task-locks'
import { free, freeable } from '../../../store/upkeep/free'
import { inventoryOf } from '../../../store/upkeep/inventory'
import { deleteExperiments, emptyTrash, restore, trashParts } from '../../../store/upkeep/trash'
import { badInput } from '../../../support/errors'
import { bytesText } from '../../../support/quantities'
import { currentSettings } from '../../configuration'
import type { Experiments } from '../../experiments/model'
import { isUnfinished, shownName } from '../../experiments/registry'
import type { Services } from '../../services'
import type { Chosen } from './choose'

/** Says what experiments take of the disk, and how much of it is theirs alone. */
export async function showSize(chosen: readonly Chosen[]): Promise<void> {
  const { experiments } = await inventoryOf(currentSettings().store, isExperimentView)
  const lines = chosen.map(({ experiment }) => {
    const found = experiments.find((one) => one.experiment.view.digest === experiment.digest)
    if (!found) return `${shownName(experiment)} is not in the store yet.`
    const { bytes, alone, needs } = found
    return `${shownName(experiment)}: ${bytesText(bytes)} in ${needs.size} tasks, ${bytesText(alone)} of it in no other experiment.`
  })
  void window.showInformationMessage(lines.join(' '))
}

/** Moves experiments to the trash of the store. Undone by a click, and later by a command. */
export async function remove(
  { log }: Services,
  experiments: Experiments,
  chosen: readonly Chosen[],
): Promise<void> {
  const names = chosen.map(({ experiment }) => shownName(experiment)).join(', ')
  const running = chosen.find(({ experiment: { here, state } }) => here && isUnfinished(state))
  if (running) {
    const found = `${shownName(running.experiment)}, which runs`
    throw badInput('an experiment that is over', found, 'Cancel it first.')
  }
  const { store } = currentSettings()
  const digests = chosen.map(({ experiment }) => experiment.digest)
  const part = await deleteExperiments(store, digests, attendantsOf)
  await experiments.reload()
  const tell = async (): Promise<void> => {
    const [undoing, freeing] = ['Undo', 'Free Space…']
    const answer = await window.showInformationMessage(`Deleted ${names}.`, undoing, freeing)
    if (answer === undoing) await putBack(experiments, part)
    if (answer === freeing) await freeStore(experiments)
  }
  // Whoever deletes does not wait for the answer.
  void tell().catch((error: unknown) => {
    log.error('What was deleted could not be put back.', String(error))
    void window.showErrorMessage(error instanceof Error ? error.message : String(error))
  })
}

/** Puts back what was deleted or freed last. */
export async function undo(experiments: Experiments): Promise<void> {
  const last = (await trashParts(currentSettings().store)).at(-1)
  if (last === undefined) void window.showInformationMessage('There is nothing to put back.')
  else await putBack(experiments, last)
}

async function putBack(experiments: Experiments, part: string): Promise<void> {
  const { store } = currentSettings()
  const { kept } = await restore(store, taskLocks(store), [part])
  await experiments.reload()
  if (kept.length > 0) {
    void window.showWarningMessage(`${kept.length} stay in the trash, since they are there again.`)
  }
}

/** Says what nobody refers to, moves it to the trash, and empties that: each when it is said so. */
export async function freeStore(experiments: Experiments): Promise<void> {
  const { store } = currentSettings()
  const { tasks, leftovers, bytes, young } = await freeable(store, isExperimentView)
  const { trash } = await inventoryOf(store, isExperimentView)
  const [moving, emptying] = ['Move to Trash', 'Empty Trash']
  const left =
    young.count > 0
      ? ` ${young.count} more, ${bytesText(young.bytes)}, are younger than an hour, and stay: a run may need them.`
      : ''
  const count = tasks.length + leftovers.length
  const what =
    count > 0
      ? `No experiment refers to ${tasks.length} tasks and ${leftovers.length} leftovers, ${bytesText(bytes)}.`
      : 'Everything in the store is referred to.'
  const inTrash = trash > 0 ? ` In the trash: ${bytesText(trash)}.` : ''
  const answer = await window.showInformationMessage(
    `${what}${left}${inTrash}`,
    { modal: true, detail: trash > 0 ? `${store}\n\nEmptying the trash cannot be undone.` : store },
    ...(count > 0 ? [moving] : []),
    ...(trash > 0 ? [emptying] : []),
  )
  if (answer === moving) await moveAside(store, experiments)
  if (answer === emptying) await empty(store)
}

async function moveAside(store: string, experiments: Experiments): Promise<void> {
  const freed = await free(store, isExperimentView, taskLocks(store))
  if (freed.part === undefined) return
  const [undoing, emptying] = ['Undo', 'Empty Trash']
  const answer = await window.showInformationMessage(
    `${bytesText(freed.bytes)} are in the trash. The disk is free of them when that is emptied.`,
    undoing,
    emptying,
  )
  if (answer === undoing) await putBack(experiments, freed.part)
  if (answer === emptying) await empty(store)
}

async function empty(store: string): Promise<void> {
  void window.showInformationMessage(`${bytesText(await emptyTrash(store))} are free.`)
}
