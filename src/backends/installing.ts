import { rename, rm } from 'node:fs/promises'
import { TicketLabError } from '../support/errors'

/** Renames `from` to `to`, putting aside and then removing what was there. */
export async function replaceFolder(from: string, to: string): Promise<void> {
  const aside = `${from}.replaced`
  await rm(aside, { recursive: true, force: true })
  await rename(to, aside).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
  await rename(from, to)
}

/**
 * Says what to do about a full disk and a folder that cannot be written.
 * @param what is being installed, for people
 */
export async function translateSystemErrors<T>(
  what: string,
  backends: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new TicketLabError(
        'disk-full',
        `Expected space for ${what} in ${backends}, but the disk is full (${message}). Free some space and install again, or name another folder in TICKETLAB_BACKENDS.`,
        { cause: error },
      )
    }
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR') {
      throw new TicketLabError(
        'backend-failed',
        `Expected to be able to write to ${backends}, found ${message}. Give yourself the right to, or name another folder in TICKETLAB_BACKENDS.`,
        { cause: error },
      )
    }
    throw error
  }
}
