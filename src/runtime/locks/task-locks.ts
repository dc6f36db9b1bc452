import { join } from 'node:path'
import { locksFolder } from '../../store/layout'
import type { TakeTask } from '../../store/upkeep/take-in'
import { tryLock } from './lock'

/** The locks that those who compute tasks of a store hold meanwhile. */
export function taskLocks(store: string): TakeTask {
  return async (digest) => {
    const lock = await tryLock(join(locksFolder(store), digest))
    return lock && (() => lock.release({ forget: true }))
  }
}
