import { spawn } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { nameOf, type Experiment } from '../../experiments/experiment'
import { storedRunOf } from '../../experiments/stored-run'
import { attendantsOf } from '../../runtime/attendance'
import { cancelJob, statesOf, submit } from '../../runtime/slurm'
import { removeFailure } from '../../store/live'
import {
  clearRun,
  isCancelRequested,
  isOpen,
  readEndings,
  readSlurmJob,
  removeRun,
  requestCancel,
  runFolder,
  writeRun,
  writeSlurmJob,
} from '../../store/runs'
import type { Store } from '../../store/store'
import { fromFailure, TicketLabError } from '../../support/errors'
import { bundleFolder } from '../../support/paths'
import type { Digest } from '../../tasks/tasks'
import type { Where } from '../asked/where-options'
import type { LabHost } from '../host'
import { cancelled } from './failures'

/** An experiment that other processes compute, as this one sees it. */
export interface Away {
  /** Where it is, for who watches it: `in the background`, `job 17 (2 running, 2 pending)`. */
  readonly where: () => string
  /** Rejects when nobody computes it any more though it is not finished; with `cancelled` when somebody cancelled it. */
  readonly lost: Promise<never>
  /** Stops looking after it. */
  leave(): void
}

const workerLog = 'worker.log'
/** How often workers, cancellations and jobs are looked at. Milliseconds. */
const period = 500
const slurmPeriod = 5000
/** How long a worker that was just started may take to show itself. Milliseconds. */
const startUp = 60_000

/**
 * Sees to it that other processes compute an experiment: those that do so already, or new ones.
 * @throws TicketLabError `disk-full`, or what Slurm says when it refuses
 */
export async function sendAway(
  experiment: Experiment,
  where: Exclude<Where, { readonly kind: 'here' }>,
  store: Store,
  host: LabHost,
): Promise<Away> {
  const { folder } = store
  const { digest } = experiment
  if (!(await isSentAway(folder, digest))) {
    await clearRun(folder, digest)
    for (const task of experiment.tasks.keys()) await removeFailure(folder, task)
    await writeRun(folder, storedRunOf(experiment, new Date().toISOString(), host.origin?.()))
    await launch(digest, where, folder, host).catch(async (error: unknown) => {
      await removeRun(folder, digest)
      throw error
    })
  }
  return lookAfter(experiment, store)
}

/** Whether a worker has the run, or will. A kernel that has it would end with its notebook. */
async function isSentAway(store: string, digest: Digest): Promise<boolean> {
  if (!(await isOpen(store, digest)) || (await isCancelRequested(store, digest))) return false
  if ((await attendantsOf(store, digest, 'worker')) > 0) return true
  const job = await readSlurmJob(store, digest)
  return job !== undefined && (await statesOf(job.job)).length > 0
}

/** Whether anybody works on a run, or is to: a kernel, a worker or a job. */
export async function isAttended(store: string, digest: Digest): Promise<boolean> {
  return (await readSlurmJob(store, digest)) !== undefined || (await attendantsOf(store, digest)) > 0
}

async function launch(
  digest: Digest,
  where: Exclude<Where, { readonly kind: 'here' }>,
  store: string,
  host: LabHost,
): Promise<void> {
  const worker = [process.execPath, join(bundleFolder(), 'cli.cjs'), 'work', digest]
  const environment = {
    ...process.env,
    TICKETLAB_STORE: store,
    TICKETLAB_BACKENDS: host.backends,
  }
  if (where.kind === 'slurm') {
    const job = await submit(store, digest, where, worker, environment)
    await writeSlurmJob(store, digest, { job, submittedAt: new Date().toISOString() })
    return
  }
  const log = await open(join(runFolder(store, digest), workerLog), 'a')
  const [program, ...options] = worker
  const child = spawn(program!, [...options, '--share', '--trainers', String(host.trainers)], {
    cwd: store,
    // It outlives this process, and its terminal.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
    env: environment,
  })
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
  } finally {
    await log.close()
  }
  await stepBack(child.pid!)
  child.unref()
}

/**
 * Lets editor and kernels go first, as trainers do. Linux may divide the processors among sessions before it looks at the
 * priorities of processes (sched(7), "The autogroup feature"), and the worker's session is one of its own.
 */
async function stepBack(pid: number): Promise<void> {
  try {
    await writeFile(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_BELOW_NORMAL), {
      flag: 'r+',
    })
  } catch {
    // Other systems have no such groups, and some containers forbid it; then everything is a little less prompt.
  }
}

/** Looks after an experiment that other processes compute already. */
export function lookAfter(experiment: Experiment, view: Store): Away {
  const store = view.folder
  const { digest } = experiment
  const name = nameOf(experiment)
  const stop = new AbortController()
  const began = performance.now()
  let where = 'in the background'
  let jobs: readonly string[] = []
  let lastAsked = -Infinity
  let seen = false

  async function isLost(): Promise<boolean> {
    if (await isCancelRequested(store, digest)) throw cancelled(name)
    if (!(await isOpen(store, digest))) {
      // The last one removes it: when it has finished, which is seen by the tasks, or was cancelled.
      if (await isWhole(view, experiment)) return false
      throw cancelled(name)
    }
    const workers = await attendantsOf(store, digest)
    const job = await readSlurmJob(store, digest)
    if (job) {
      if (performance.now() - lastAsked > slurmPeriod) {
        lastAsked = performance.now()
        jobs = await statesOf(job.job)
      }
      where = `Slurm job ${job.job}${jobs.length > 0 ? ` (${countsOf(jobs)})` : ''}`
    }
    seen ||= workers > 0
    if (workers > 0 || jobs.length > 0) return false
    return seen || job !== undefined || performance.now() - began > startUp || (await hasEnded())
  }

  const hasEnded = async () => (await readEndings(store, digest)).length > 0

  async function look(): Promise<never> {
    for (let lost = 0; ;) {
      await sleep(period, undefined, { signal: stop.signal, ref: false })
      // Twice, since a worker may be between two words.
      lost = (await isLost()) ? lost + 1 : 0
      if (lost > 1) throw await whyLost(store, digest, name)
    }
  }

  const lost = look()
  // It may be left before it is waited for.
  lost.catch(() => undefined)
  return { where: () => where, lost, leave: () => stop.abort() }
}

async function whyLost(store: string, digest: Digest, name: string): Promise<TicketLabError> {
  const [ending] = await readEndings(store, digest)
  if (ending) {
    const { failure, where } = ending
    return fromFailure({ ...failure, message: `On ${where}: ${failure.message}` })
  }
  const log = join(runFolder(store, digest), workerLog)
  const words = await readFile(log, 'utf8').then(
    (text) => text.trim().slice(-1000),
    () => '',
  )
  return new TicketLabError(
    'trainer-died',
    `Nobody computes ${name} any more: whoever did has ended. What was computed is kept: run the cell again, or ` +
      `'ticketlab work', to go on.${words === '' ? '' : ` The last words in ${log}: ${words}`}`,
  )
}

/** Whether everything of an experiment is in the store already. */
export async function isWhole(store: Store, { tasks }: Experiment): Promise<boolean> {
  for (const task of tasks.keys()) if (!(await store.has(task))) return false
  return true
}

/** Such as `2 running, 1 pending`. */
function countsOf(states: readonly string[]): string {
  return [...new Set(states)]
    .map((state) => `${states.filter((other) => other === state).length} ${state.toLowerCase()}`)
    .join(', ')
}

/** Milliseconds that workers have to stop in an orderly way. */
const farewell = 5000

/** Asks whoever computes an experiment to stop, and Slurm to forget its jobs. @param store its folder */
export async function cancelAway(store: string, digest: Digest): Promise<void> {
  await requestCancel(store, digest)
  const job = await readSlurmJob(store, digest)
  if (job) await cancelJob(job.job)
  const until = performance.now() + farewell
  while ((await attendantsOf(store, digest)) > 0 && performance.now() < until) await sleep(period / 2)
  // One that was killed meanwhile, or hears late, finds that there is nothing to do any more.
  await removeRun(store, digest)
}
