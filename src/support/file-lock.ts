import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { TicketLabError } from './errors'

const beat = 5_000
const staleAfter = 60_000

/** The process that holds a lock. */
export interface LockHolder {
  readonly process: number
  readonly host: string
}

/**
 * Runs `work` while no other process holds the lock file `file`. The lock of a process that has died is taken
 * over: at once when it was on this machine, after a minute without a sign of life otherwise.
 *
 * @param onWait called once with the holder if there is somebody to wait for
 * @throws TicketLabError `cancelled` when `signal` is aborted while waiting
 */
export async function withLock<T>(
  file: string,
  options: { signal?: AbortSignal | undefined; onWait?: (holder: LockHolder) => void },
  work: () => Promise<T>,
): Promise<T> {
  const mine = JSON.stringify({ process: process.pid, host: hostname(), id: randomUUID() })
  for (let waited = false; ; waited = true) {
    if (options.signal?.aborted) throw cancelled()
    if (await create(file, mine)) break
    const holder = await removeIfStale(file)
    if (holder === undefined) continue
    if (!waited) options.onWait?.(holder)
    await sleep(500, undefined, { signal: options.signal }).catch(() => {
      throw cancelled()
    })
  }
  const heart = setInterval(() => {
    const now = new Date()
    // A lock that cannot be touched is at worst taken over; the rename that ends an installation stays atomic.
    utimes(file, now, now).catch(() => undefined)
  }, beat)
  heart.unref()
  try {
    return await work()
  } finally {
    clearInterval(heart)
    if ((await readFile(file, 'utf8').catch(() => '')) === mine) await rm(file, { force: true })
  }
}

/** What a cancelled installation rejects with. */
export function cancelled(): TicketLabError {
  return new TicketLabError(
    'cancelled',
    'The installation was cancelled. Finished downloads are kept; installing again goes on from there.',
  )
}

/**
 * Lets the program hear of an interruption between two long computations.
 * @throws TicketLabError `cancelled` when there was one
 */
export async function heedCancel(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn()
  if (signal?.aborted) throw cancelled()
}

async function create(file: string, content: string): Promise<boolean> {
  // Written first and linked into place, so that nobody reads a lock without its holder.
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, content)
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** The living holder of the lock, or undefined when there is none any more. */
async function removeIfStale(file: string): Promise<LockHolder | undefined> {
  const [content, found] = await Promise.all([
    readFile(file, 'utf8').catch(() => undefined),
    stat(file).catch(() => undefined),
  ])
  if (content === undefined || found === undefined) return undefined
  const holder = parse(content)
  const silent = Date.now() - found.mtimeMs > staleAfter
  const gone = holder?.host === hostname() && !isAlive(holder.process)
  if (holder && !silent && !gone) return holder
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  // Another process may have taken the lock over between our look and our rename: then it gets it back.
  if ((await readFile(aside, 'utf8')) !== content) await link(aside, file)
  await rm(aside, { force: true })
  return undefined
}

function parse(content: string): LockHolder | undefined {
  try {
    const value = JSON.parse(content) as Partial<LockHolder> | null
    const { process, host } = value ?? {}
    return typeof process === 'number' && typeof host === 'string' ? { process, host } : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
