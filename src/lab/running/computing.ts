import { nameOf, type Experiment } from '../../experiments/experiment'
import { storedRunOf } from '../../experiments/stored-run'
import { attend, attendantsOf, type Attendance } from '../../runtime/attendance'
import { isCancelRequested, removeRun, writeRun } from '../../store/runs'
import type { Where } from '../asked/where-options'
import type { LabHost } from '../host'
import { cancelAway, lookAfter, sendAway, type Away } from './away'
import { carryOut, type CarryOut } from './carry-out'
import type { Run } from './run-state'

/** How often a kernel looks whether somebody wants its run to stop. Milliseconds. */
const attention = 500

/**
 * Computes an experiment in this process. What others need to go on with it is kept as long as it is not over.
 * @throws as {@link carryOut}
 */
export async function computeHere(current: Run, how: CarryOut): Promise<void> {
  const { folder } = how.store
  const { digest } = current.experiment
  const calledOff = new AbortController()
  let attendance: Attendance | undefined
  let timer: NodeJS.Timeout | undefined
  const begins = async () => {
    await writeRun(folder, storedRunOf(current.experiment, current.createdAt, how.origin))
    attendance ??= await attend(folder, digest, 'kernel')
    timer ??= setInterval(() => {
      const looked = isCancelRequested(folder, digest).then((is) => is && calledOff.abort())
      // Whoever asks for it can be told nothing of a disk that fails; who computes is.
      looked.catch((error: unknown) => how.log('warning', String(error)))
    }, attention)
  }
  try {
    const signal = AbortSignal.any([how.signal, calledOff.signal])
    await carryOut(current, { ...how, signal, begins })
  } finally {
    clearInterval(timer)
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
  try {
    await followAway(current, away, how, () => host.signal().aborted)
  } catch (error) {
    if (host.signal().aborted) host.display({ 'text/plain': goesOnText(experiment, away) })
    throw error
  }
}

/**
 * Shows what other processes do that compute an experiment already.
 * @param leave aborted when nobody looks any more, which does nothing to those processes
 * @throws as {@link computeAway}
 */
export async function watchAway(current: Run, leave: AbortSignal, how: CarryOut): Promise<void> {
  const away = lookAfter(current.experiment, how.store)
  const signal = AbortSignal.any([how.signal, leave])
  await followAway(current, away, { ...how, signal }, () => leave.aborted).catch((error: unknown) => {
    if (!leave.aborted) throw error
  })
}

/** @param isLeft whether it goes on though it is no longer followed; otherwise it is cancelled then */
async function followAway(current: Run, away: Away, how: CarryOut, isLeft: () => boolean): Promise<void> {
  current.where = away.where
  const ended = new AbortController()
  const signal = AbortSignal.any([how.signal, ended.signal])
  const following = carryOut(current, { ...how, signal, follow: true })
  try {
    await Promise.race([following, away.lost])
  } catch (error) {
    ended.abort()
    await following.catch(() => undefined)
    if (how.signal.aborted && !isLeft()) await cancelAway(how.store.folder, current.experiment.digest)
    throw error
  } finally {
    away.leave()
  }
}

/** What is said below a cell that was interrupted, which would otherwise look as if all had stopped. */
function goesOnText(experiment: Experiment, { where }: Away): string {
  return (
    `${nameOf(experiment)} is no longer shown here, but goes on (${where()}). Run the cell again to watch it, or cancel it ` +
    "in the status bar or by 'ticketlab cancel'."
  )
}
