import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { workersFolder } from '../store/runs'
import { namesIn } from '../support/files'
import type { Digest } from '../tasks/tasks'
import { isLocked, tryLock } from './locks/lock'

/** That this process works on a run that is not over. */
export interface Attendance {
  /** A name that no other has. */
  readonly id: string
  leave(): Promise<void>
}

/** Who works on a run: a kernel, which ends with its notebook, or a worker. */
export type Attendant = 'kernel' | 'worker'

/** Shows everybody who sees the store that this process works on the run of an experiment. @throws TicketLabError `disk-full` */
export async function attend(store: string, digest: Digest, as: Attendant): Promise<Attendance> {
  const id = `${as}-${hostname().replaceAll(/[^\w.-]/g, '_')}-${process.pid}-${randomBytes(4).toString('hex')}`
  const lock = await tryLock(join(workersFolder(store, digest), id))
  if (!lock) throw new Error(`The name ${id} is taken, though it was drawn at random.`)
  return { id, leave: () => lock.release({ forget: true }) }
}

/**
 * How many processes work on a run now, all or those of a kind. One that died counts for up to a minute where it was on another machine.
 */
export async function attendantsOf(store: string, digest: Digest, only?: Attendant): Promise<number> {
  const folder = workersFolder(store, digest)
  const names = await namesIn(folder)
  let living = 0
  for (const name of names) {
    if (only !== undefined && !name.startsWith(`${only}-`)) continue
    if (await isLocked(join(folder, name))) living++
  }
  return living
}
