import { nameOf, type Experiment } from '../../experiments/experiment'
import { storedRunOf } from '../../experiments/stored-run'
import { attend, attendantsOf, type Attendance } from '../../runtime/attendance'
import { removeRun, writeRun } from '../../store/runs'
import type { Store } from '../../store/store'
import type { Where } from '../asked/where-options'
import type { LabHost } from '../host'
import { cancelAway, sendAway, type Away } from './away'
import { carryOut, type CarryOut } from './carry-out'
import type { Run } from './run-state'

/**
 * Computes an experiment in this process. What others need to go on with it is kept as long as it is not over.
 * @throws as {@link carryOut}
 */
export async function computeHere(current: Run, how: CarryOut): Promise<void> {
  const { folder } = how.store
  const { digest } = current.experiment
  let attendance: Attendance | undefined
  const begins = async () => {
    await writeRun(folder, storedRunOf(current.experiment, current.createdAt, how.origin))
    attendance ??= await attend(folder, digest)
  }
  try {
    await carryOut(current, { ...how, begins })
  } finally {
    await attendance?.leave()
    if (attendance && (await attendantsOf(folder, digest)) === 0) await removeRun(folder, digest)
  }
}

/**
 * Sees to it that other processes compute an experiment, and shows what they do.
 * @throws as {@link carryOut}; TicketLabError for what keeps others from computing it
 */
export async function computeAway(
  current: Run,
  where: Exclude<Where, { readonly kind: 'here' }>,
  host: LabHost,
  how: CarryOut,
): Promise<void> {
  const { experiment } = current
  const away = await sendAway(experiment, where, how.store, host)
  current.where = away.where
  const ended = new AbortController()
  const signal = AbortSignal.any([how.signal, ended.signal])
  const following = carryOut(current, { ...how, signal, follow: true })
  try {
    await Promise.race([following, away.lost])
  } catch (error) {
    ended.abort()
    await following.catch(() => undefined)
    if (host.signal().aborted) host.display({ 'text/plain': goesOnText(experiment, away) })
    else if (how.signal.aborted) await cancelAway(how.store.folder, experiment.digest)
    throw error
  } finally {
    away.leave()
  }
}

/** Whether everything of an experiment is in the store already. */
export async function isWhole(store: Store, { tasks }: Experiment): Promise<boolean> {
  for (const task of tasks.keys()) if (!(await store.has(task))) return false
  return true
}

/** What is said below a cell that was interrupted, which would otherwise look as if all had stopped. */
function goesOnText(experiment: Experiment, { where }: Away): string {
  return (
    `${nameOf(experiment)} is no longer shown here, but goes on (${where()}). Run the cell again to watch it, or cancel it ` +
    "in the status bar or by 'ticketlab cancel'."
  )
}
