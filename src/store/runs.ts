import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../support/canonical'
import { isThere, namesIn, readIfThere, writeTold, writeWhole } from '../support/files'
import { objectOf, parseAs, text, type Shape } from '../support/json-shape'
import { seal, unseal } from '../support/sealed'
import type { Failure } from '../support/errors'
import type { Digest, Task } from '../tasks/tasks'
import type { Origin } from './experiments'
import { isDigest, runsFolder } from './layout'
import { corrupt } from './reader'

/*
 * What is to be computed of experiments that are not over, so that any process that sees the store can go on with it:
 *   runs/<digest of the experiment>/graph.json      what it is and all its tasks, from when its first task starts
 *                                  /workers/<id>/   a lock (runtime/locks) of each process that works on it
 *                                  /activity.json   how far it is, told by one of them
 *                                  /ended-<id>.json  why a worker ended without finishing it
 *                                  /cancelled       somebody wants it to stop
 *                                  /slurm.json      the job that was submitted for it
 * The folder goes when the experiment is finished or cancelled; then everything is in `experiments` and `tasks`.
 */

/** An experiment that is not over. What it looks like is the business of src/experiments: here it is JSON. */
export interface StoredRun {
  /** The experiment's. */
  readonly digest: Digest
  readonly name: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly tasks: readonly Task[]
  /** The experiment without its tasks. */
  readonly experiment: Json
  /** The cell that made it. */
  readonly origin?: Origin
}

const graphFile = 'graph.json'
const activityFile = 'activity.json'
const cancelledFile = 'cancelled'
const slurmFile = 'slurm.json'
/** No version wrote graphs without a sum. */
const unsealed = '{"digest":'
const endedPrefix = 'ended-'

export function runFolder(store: string, digest: Digest): string {
  return join(runsFolder(store), digest)
}

/** Where each process that works on a run has its lock, under a name of its own. */
export function workersFolder(store: string, digest: Digest): string {
  return join(runFolder(store, digest), 'workers')
}

/** Keeps what is to be computed. @throws TicketLabError `disk-full` */
export async function writeRun(store: string, run: StoredRun): Promise<void> {
  await writeWhole(join(runFolder(store, run.digest), graphFile), seal(`${JSON.stringify(run)}\n`))
}

/** `undefined` for a run that is over. @throws TicketLabError `store-corrupt` */
export async function readRun(store: string, digest: Digest): Promise<StoredRun | undefined> {
  const path = join(runFolder(store, digest), graphFile)
  const bytes = await readIfThere(path)
  if (!bytes) return undefined
  const run = unseal(bytes, unsealed) as unknown as StoredRun | undefined
  if (run?.digest !== digest) throw corrupt(path, `the run of experiment ${digest}`, 'something else')
  return run
}

/** The digests of all experiments that are not over. */
export async function listRuns(store: string): Promise<readonly Digest[]> {
  const names = await namesIn(runsFolder(store))
  return names.filter(isDigest).sort()
}

/** The run is over. */
export async function removeRun(store: string, digest: Digest): Promise<void> {
  await rm(runFolder(store, digest), { recursive: true, force: true, maxRetries: 3 })
}

/** Asks all who work on a run to stop. */
export async function requestCancel(store: string, digest: Digest): Promise<void> {
  await writeTold(join(runFolder(store, digest), cancelledFile), '')
}

export async function isCancelRequested(store: string, digest: Digest): Promise<boolean> {
  return isThere(join(runFolder(store, digest), cancelledFile))
}

/** Whether there is still something to do of an experiment. */
export async function isOpen(store: string, digest: Digest): Promise<boolean> {
  return isThere(join(runFolder(store, digest), graphFile))
}

/** What was asked of the run before, and how workers ended, no longer counts: it begins anew. */
export async function clearRun(store: string, digest: Digest): Promise<void> {
  const folder = runFolder(store, digest)
  await rm(join(folder, cancelledFile), { force: true })
  for (const name of await namesIn(folder)) {
    if (name.startsWith(endedPrefix)) await rm(join(folder, name), { force: true })
  }
}

/** Tells how far a run is. It looks like what src/experiments says. */
export async function writeActivity(store: string, digest: Digest, activity: object): Promise<void> {
  await writeTold(join(runFolder(store, digest), activityFile), JSON.stringify(activity))
}

/** `undefined` where nothing is told, or it was torn. @param shape what it must look like */
export async function readActivity(store: string, digest: Digest, shape: Shape): Promise<unknown> {
  return parseAs(await readIfThere(join(runFolder(store, digest), activityFile)), shape)
}

/** Tells why a worker ended without finishing the run. */
export async function writeEnding(store: string, digest: Digest, id: string, ending: Ending): Promise<void> {
  await writeTold(join(runFolder(store, digest), `${endedPrefix}${id}.json`), JSON.stringify(ending))
}

/** Why workers ended, in no particular order. */
export async function readEndings(store: string, digest: Digest): Promise<readonly Ending[]> {
  const folder = runFolder(store, digest)
  const endings: Ending[] = []
  for (const name of await namesIn(folder)) {
    if (!name.startsWith(endedPrefix) || !name.endsWith('.json')) continue
    const ending = parseAs(await readIfThere(join(folder, name)), endingShape) as Ending | undefined
    if (ending) endings.push(ending)
  }
  return endings
}

export interface Ending {
  /** The machine, and the job. */
  readonly where: string
  readonly failure: Failure
}

const endingShape: Shape = objectOf({ where: text, failure: objectOf({ code: text, message: text }) })

/** The job that a cluster has for a run. */
export interface SlurmJob {
  /** Slurm's number of the job, or of the array of jobs. */
  readonly job: string
  readonly submittedAt: string
}

export async function writeSlurmJob(store: string, digest: Digest, job: SlurmJob): Promise<void> {
  await writeTold(join(runFolder(store, digest), slurmFile), JSON.stringify(job))
}

export async function readSlurmJob(store: string, digest: Digest): Promise<SlurmJob | undefined> {
  const bytes = await readIfThere(join(runFolder(store, digest), slurmFile))
  return parseAs(bytes, objectOf({ job: text, submittedAt: text })) as SlurmJob | undefined
}
