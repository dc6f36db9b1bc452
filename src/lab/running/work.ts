import { setTimeout as sleep } from 'node:timers/promises'
import { experimentIn } from '../../experiments/stored-run'
import { attend, attendantsOf } from '../../runtime/attendance'
import type { Scheduler } from '../../runtime/scheduler'
import { thisPlace } from '../../runtime/telling'
import {
  isCancelRequested,
  isOpen,
  listRuns,
  readRun,
  removeRun,
  writeActivity,
  writeEnding,
  type StoredRun,
} from '../../store/runs'
import type { Store } from '../../store/store'
import { TicketLabError, toFailure } from '../../support/errors'
import type { Digest } from '../../tasks/tasks'
import { carryOut } from './carry-out'
import { progressLine } from './run-plots'
import { Run } from './run-state'

/** What a worker is given. */
export interface WorkOptions {
  readonly store: Store
  readonly scheduler: Scheduler
  /** Experiments to compute; by default all that are not over, those that begin meanwhile included. */
  readonly experiments?: readonly Digest[] | undefined
  /** Stops with checkpoints; what is left is for the next worker. */
  readonly signal: AbortSignal
  readonly log: (level: 'info' | 'warning' | 'error', message: string) => void
  /** Told how far each experiment is, about once a second. */
  readonly onProgress?: (name: string, line: string) => void
}

/** How the part of a worker in an experiment ended. */
export interface Worked {
  readonly digest: Digest
  readonly name: string
  readonly ending: 'finished' | 'cancelled' | 'stopped' | 'failed'
  /** Tasks that this worker computed; the others were there, or others computed them. */
  readonly computed: number
  /** Why it failed. */
  readonly error?: unknown
}

/** How often a worker looks whether somebody wants it to stop. Milliseconds. */
const attention = 200
/** How often it tells others how far it is. Milliseconds. */
const period = 1000
/** How often it looks for experiments that were begun. Milliseconds. */
const lookout = 2000

/** Computes experiments that are not over, each task once among all workers, until nothing is left. */
export async function work(options: WorkOptions): Promise<readonly Worked[]> {
  const { store, experiments, signal } = options
  const begun = new Map<Digest, Promise<Worked | undefined>>()
  const done: Worked[] = []
  let atWork = 0

  const begin = (digest: Digest): void => {
    atWork++
    const part = takePart(digest, begun.size + 1, options)
      .then((worked) => {
        if (worked) done.push(worked)
        return worked
      })
      .finally(() => atWork--)
    begun.set(digest, part)
  }
  for (;;) {
    const open = experiments ?? (await listRuns(store.folder))
    if (!signal.aborted) open.filter((digest) => !begun.has(digest)).forEach(begin)
    if (atWork === 0) break
    // Whoever waits for named experiments need not look for others.
    const all = Promise.allSettled([...begun.values()])
    await Promise.race(experiments ? [all] : [all, sleep(lookout)])
  }
  await Promise.all(begun.values())
  return done
}

/** @returns `undefined` for an experiment that is over */
async function takePart(
  digest: Digest,
  number: number,
  { store, scheduler, signal, log, onProgress }: WorkOptions,
): Promise<Worked | undefined> {
  const { folder } = store
  const stored = await readRun(folder, digest)
  if (!stored) return undefined
  const attendance = await attend(folder, digest, 'worker')
  const cancel = new AbortController()
  const run = new Run(number, experimentIn(stored), stored.startedAt)
  run.where = () => `on ${thisPlace()}`
  let changed = true
  const timers = [
    every(attention, async () => {
      if (await isCalledOff(folder, digest)) cancel.abort()
    }),
    every(period, async () => {
      if (!changed) return
      changed = false
      onProgress?.(stored.name, progressLine(run))
      await writeActivity(folder, digest, run.activity())
    }),
  ]
  const ended = (ending: Worked['ending'], error?: unknown): Worked => ({
    ...{ digest, name: stored.name, ending, computed: run.computed() },
    ...(error === undefined ? {} : { error }),
  })
  let over = false
  try {
    await carryOut(run, {
      store,
      scheduler,
      log,
      signal: AbortSignal.any([signal, cancel.signal]),
      origin: stored.origin,
      tell: () => (changed = true),
      warnOfReadOnly: (error) => {
        throw error
      },
    })
    over = true
    return ended('finished')
  } catch (error) {
    if (cancel.signal.aborted) {
      over = true
      return ended('cancelled')
    }
    if (signal.aborted) return ended('stopped')
    const failure = toFailure(error)
    await writeEnding(folder, digest, attendance.id, { where: thisPlace(), failure })
    return ended('failed', error)
  } finally {
    timers.forEach(clearInterval)
    await attendance.leave()
    // The others have nothing left to do, or end, too.
    if (over && (await attendantsOf(folder, digest)) === 0) await removeRun(folder, digest)
  }

  /** What fails, such as for a full disk, fails where it matters, too. */
  function every(milliseconds: number, look: () => Promise<void>): NodeJS.Timeout {
    let looking = false
    return setInterval(() => {
      if (looking) return
      looking = true
      look()
        .catch((error: unknown) => log('warning', String(error)))
        .finally(() => (looking = false))
    }, milliseconds)
  }
}

/** Whether somebody wants the run to stop, or has already cleaned it away: who finishes it does not while others are at work. */
async function isCalledOff(store: string, digest: Digest): Promise<boolean> {
  return (await isCancelRequested(store, digest)) || !(await isOpen(store, digest))
}

/**
 * The experiments that are meant by names, digests, or the beginnings of digests, among those that are not over.
 * @throws TicketLabError `bad-input` where none or several are meant
 */
export async function openRuns(
  store: string,
  meant: readonly string[],
): Promise<readonly Pick<StoredRun, 'digest' | 'name'>[]> {
  const open = (await Promise.all((await listRuns(store)).map((digest) => readRun(store, digest)))).filter(
    (run) => run !== undefined,
  )
  if (meant.length === 0) return open
  return meant.map((text) => {
    const found = open.filter(
      ({ digest, name }) => name === text || (text.length > 3 && digest.startsWith(text)),
    )
    const [one] = found
    if (one && found.length === 1) return one
    const list = (found.length > 0 ? found : open).map(
      ({ digest, name }) => `${digest.slice(0, 12)}  ${name}`,
    )
    throw new TicketLabError(
      'bad-input',
      `Expected the name or the digest of an experiment that is not over, found '${text}', which ` +
        `${found.length === 0 ? 'none has' : 'several have'}.` +
        (list.length === 0 ? ' All are over.' : ` There are:\n${list.join('\n')}`),
    )
  })
}
