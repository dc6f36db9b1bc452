import { createHash } from 'node:crypto'
import { rm, stat, utimes, readFile, mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { explainFull, isMissing, namesIn } from '../../support/files'
import { holderOf, isLocked, tryLock, type Lock } from './lock'
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity'

/**
 * The trainers that may exist on this machine, all processes that use the store together: each has a numbered
 * slot, which is a lock. Processes wait for slots in one queue, so that a notebook started later gets its share.
 */
export interface TrainerSlots {
  /** Waits for a slot. @throws TicketLabError `disk-full`; an AbortError when `signal` is aborted */
  acquire(signal: AbortSignal): Promise<Lock>
  /** Whether another process waits that should get one of the `held` slots this process has. */
  shouldYield(held: number): Promise<boolean>
}

/** How often a waiting process looks for a slot. Milliseconds. */
const period = 100
/** A process in the queue that did not look for this long, since it is busy, is passed over. Milliseconds. */
const patience = 3_000

/**
 * @param locks the store's folder of locks
 * @param count trainers that may exist at once
 * @param sharers who share the slots: all of this machine, or those with another name
 */
export function trainerSlots(locks: string, count: number, sharers = hostname()): TrainerSlots {
  const machine = createHash('sha256').update(sharers).digest('hex').slice(0, 8)
  const folder = join(locks, `trainers-${machine}`)
  const queue = join(folder, 'queue')
  const slots = Array.from({ length: count }, (_, i) => join(folder, `slot-${i}`))
  /** One wait at a time takes part in the queue for this process. */
  let turn: Promise<unknown> = Promise.resolve()

  async function takeFree(): Promise<Lock | undefined> {
    for (const slot of slots) {
      const lock = await tryLock(slot)
      if (lock) return lock
    }
    return undefined
  }

  async function waitInQueue(signal: AbortSignal): Promise<Lock> {
    signal.throwIfAborted()
    const entry = await enter(queue)
    try {
      for (;;) {
        if ((await waiting(queue))[0]?.name === entry.name) {
          const lock = await takeFree()
          if (lock) return lock
        }
        await sleep(period, undefined, { signal })
        await entry.refresh()
      }
    } finally {
      await entry.leave()
    }
  }

  return {
    acquire(signal) {
      const mine = turn.then(() => waitInQueue(signal))
      turn = mine.catch(() => undefined)
      return mine
    },

    async shouldYield(held) {
      const self = await ownIdentity()
      const first = (await waiting(queue)).find(({ holder }) => !isSame(holder, self))
      if (!first) return false
      let theirs = 0
      for (const slot of slots) {
        if (!(await isLocked(slot))) return false
        const holder = await holderOf(slot)
        if (holder && isSame(holder, first.holder)) theirs++
      }
      return held > 0 && (theirs === 0 || held > theirs + 1)
    },
  }
}

interface Waiting {
  readonly name: string
  readonly holder: ProcessIdentity
}

let entries = 0

async function enter(queue: string) {
  const name = `${Date.now()}-${process.pid}-${entries++}`
  const path = join(queue, name)
  const write = async () => {
    await mkdir(queue, { recursive: true })
    await writeFile(path, JSON.stringify(await ownIdentity()))
  }
  await write().catch(async (error: unknown) => {
    throw await explainFull(error, path, 0)
  })
  return {
    name,
    leave: () => rm(path, { force: true }),
    async refresh() {
      const now = new Date()
      await utimes(path, now, now).catch((error: unknown) => {
        if (isMissing(error)) return write()
        throw error
      })
    },
  }
}

/** The processes that wait, first come first; dead ones are removed, busy ones passed over. */
async function waiting(queue: string): Promise<Waiting[]> {
  const names = await namesIn(queue)
  const result: Waiting[] = []
  for (const name of names.sort()) {
    const path = join(queue, name)
    const [text, mtime] = await Promise.all([
      readFile(path, 'utf8').catch(() => ''),
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ])
    const quiet = Date.now() - mtime > patience
    const holder = parse(text)
    if (holder && (await livenessOf(holder)) !== 'dead') {
      if (!quiet) result.push({ name, holder })
    } else if (holder || quiet) {
      await rm(path, { force: true })
    }
  }
  return result
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity
  } catch {
    // Half written: its process will be seen at the next look.
    return undefined
  }
}

function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return (
    one.host === other.host && one.space === other.space && one.pid === other.pid && one.start === other.start
  )
}
