import {
  link,
  mkdir,
  readdir,
  readFile,
  rm,
  rmdir,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { TicketLabError } from '../../support/errors'
import { codeOf, explainFull, isMissing, namesIn, temporaryName, temporarySuffix } from '../../support/files'
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity'

/*
 * A lock is a folder of numbered files. The file with the highest number says who holds the lock: it is empty when
 * nobody does. To take the lock is to create the next number, with the whole content at once (a hard link to a
 * finished file), which only one process can do; so two processes that find the same holder dead cannot both
 * succeed, and nobody ever removes a lock that another has just taken. The newest few numbers are kept, so that a
 * process with an old view of the folder collides with them.
 */

/** A lock that this process holds. */
export interface Lock {
  /** Gives the lock back. `forget` also removes its folder: for locks of which there would be one per task. */
  release(options?: { readonly forget: boolean }): Promise<void>
}

/** How often a holder shows that it lives, to processes on other machines. Milliseconds. */
const heartbeat = 5_000
/** A holder on another machine that did not do so for this long is dead: what it held is free within a minute. Milliseconds. */
const silence = 45_000
const numbersKept = 8

/**
 * Takes the lock in `folder` if nobody alive holds it. Never waits.
 * @returns `undefined` when it is held, be it by this process
 * @throws TicketLabError `disk-full`
 */
export async function tryLock(folder: string): Promise<Lock | undefined> {
  for (;;) {
    const numbers = await numbersIn(folder)
    const last = numbers.at(-1) ?? 0
    if (last > 0 && (await isHeld(join(folder, String(last))))) return undefined
    const mine = last + 1
    const path = join(folder, String(mine))
    const created = await create(folder, path)
    switch (created) {
      case 'folder-gone':
        continue
      case 'taken':
        return undefined
      case 'created':
    }
    if (await isContested(folder, mine, numbers)) {
      await rm(path, { force: true })
      continue
    }
    for (const number of numbers) {
      if (number <= mine - numbersKept) await rm(join(folder, String(number)), { force: true })
    }
    return held(folder, path)
  }
}

/**
 * Whether the number just created may not be the lock, since the folder changed after it was looked at: a number of
 * somebody else has appeared, also a lower one, when the whole folder was forgotten in between and made anew. Both
 * sides see each other then, and both try again.
 */
async function isContested(folder: string, mine: number, known: readonly number[]): Promise<boolean> {
  for (const number of await numbersIn(folder)) {
    if (number === mine) continue
    if (number > mine || !known.includes(number)) return true
    const holder = await readHolder(join(folder, String(number)))
    if (holder && (await livenessOf(holder)) === 'alive') return true
  }
  return false
}

/** Whether somebody alive holds the lock in `folder`. */
export async function isLocked(folder: string): Promise<boolean> {
  const last = (await numbersIn(folder)).at(-1)
  return last !== undefined && isHeld(join(folder, String(last)))
}

/** Who holds the lock in `folder`, dead or alive; `undefined` when it is free. */
export async function holderOf(folder: string): Promise<ProcessIdentity | undefined> {
  const last = (await numbersIn(folder)).at(-1)
  return last === undefined ? undefined : readHolder(join(folder, String(last)))
}

async function numbersIn(folder: string): Promise<number[]> {
  const names = await namesIn(folder)
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other)
}

async function create(folder: string, path: string): Promise<'created' | 'taken' | 'folder-gone'> {
  const temporary = temporaryName(path)
  const content = JSON.stringify(await ownIdentity())
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, content)
    await link(temporary, path)
    return 'created'
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'taken'
    if (isMissing(error)) return 'folder-gone'
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error) ?? '')) {
      throw new TicketLabError(
        'bad-input',
        `Expected a disk with hard links for the store's locks, found one without at ${folder}. ` +
          'Choose a folder on another disk for the store.',
        { cause: error },
      )
    }
    throw await explainFull(error, path, content.length)
  } finally {
    await rm(temporary, { force: true })
  }
}

function held(folder: string, path: string): Lock {
  const timer = setInterval(() => {
    const now = new Date()
    // When this fails the disk is gone, which whoever works under the lock will find out and report.
    utimes(path, now, now).catch(() => undefined)
  }, heartbeat)
  timer.unref()
  let released = false
  return {
    async release({ forget } = { forget: false }) {
      if (released) return
      released = true
      clearInterval(timer)
      // Emptying a file needs no space, so a full disk cannot keep a lock locked.
      await truncate(path, 0).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
      if (forget) await removeFolder(folder)
    },
  }
}

/** Removes a lock's folder, unless somebody has just come to use it. */
async function removeFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    // A file that is being made may go: its maker tries again.
    if (!name.endsWith(temporarySuffix) && (await isHeld(path))) return
    await rm(path, { force: true })
  }
  // Not empty, or gone already: then it is another process's to remove.
  await rmdir(folder).catch(() => undefined)
}

async function isHeld(path: string): Promise<boolean> {
  const holder = await readHolder(path)
  if (!holder) return false
  const liveness = await livenessOf(holder)
  return liveness === 'alive' || (liveness === 'unknown' && (await beats(path)))
}

async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return ''
    throw error
  })
  try {
    return JSON.parse(text) as ProcessIdentity
  } catch {
    // Empty: released. Anything else was torn by a machine that crashed, whose processes are gone.
    return undefined
  }
}

const seen = new Map<string, { mtime: number; since: number }>()

/** Whether the file was touched lately by our own clock, so that clocks need not agree. */
async function beats(path: string): Promise<boolean> {
  const mtime = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )
  if (mtime === undefined) return false
  const now = performance.now()
  const before = seen.get(path)
  if (before?.mtime !== mtime) {
    seen.set(path, { mtime, since: now })
    return true
  }
  return now - before.since < silence
}
