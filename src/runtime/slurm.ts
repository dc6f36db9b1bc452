import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runFolder } from '../store/runs'
import { TicketLabError } from '../support/errors'
import { codeOf } from '../support/files'
import type { Digest } from '../tasks/tasks'

/** What is asked of Slurm. */
export interface SlurmRequest {
  /** Workers, each a job of one array. */
  readonly workers: number
  /** Options of sbatch. */
  readonly options: readonly string[]
}

/** What a worker is sent this long before its time is over, so that it stops with a checkpoint. Seconds. */
const notice = 120
/** Slurm gives a job without this the memory of a whole node. */
const usualMemory = '--mem=4G'

/**
 * Submits an array of jobs, each of which is a worker. USR2 says that time is nearly over: Node keeps USR1 for its
 * debugger.
 * @param command program and arguments of a worker
 * @returns Slurm's number of the array
 * @throws TicketLabError `bad-input` with what Slurm says when it refuses, and where there is no Slurm
 */
export async function submit(
  store: string,
  digest: Digest,
  { workers, options }: SlurmRequest,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const hasMemory = options.some((option) => /^--mem(-per-(cpu|gpu))?(=|$)/.test(option))
  const printed = await slurm(
    'sbatch',
    [
      '--parsable',
      `--job-name=ticketlab-${digest.slice(0, 8)}`,
      `--array=1-${workers}`,
      '--requeue',
      '--open-mode=append',
      `--signal=B:USR2@${notice}`,
      `--output=${join(runFolder(store, digest), 'slurm-%A_%a.log')}`,
      ...(hasMemory ? [] : [usualMemory]),
      ...options,
      // The shell becomes the worker, so that signals reach it.
      `--wrap=exec ${command.map(quoted).join(' ')}`,
    ],
    environment,
  )
  // With several clusters, the number is followed by a name.
  return printed.trim().split(';')[0]!
}

/** Ends all jobs of an array; those that are gone already are gone. */
export async function cancelJob(job: string): Promise<void> {
  await slurm('scancel', [job])
}

/** Puts the job that this process is in back into the queue. */
export async function requeue(job: string): Promise<void> {
  await slurm('scontrol', ['requeue', job])
}

/** The states of the jobs of an array that are not over, such as `RUNNING` and `PENDING`. */
export async function statesOf(job: string): Promise<readonly string[]> {
  try {
    const printed = await slurm('squeue', ['--noheader', '--array', `--jobs=${job}`, '--format=%T'])
    return printed.split('\n').filter((line) => line.trim() !== '')
  } catch (error) {
    // Slurm forgets jobs some minutes after their end.
    if (error instanceof TicketLabError && /invalid job id/i.test(error.message)) return []
    throw error
  }
}

/** Splits options as a shell does: at spaces that are not in quotes. */
export function splitOptions(text: string): readonly string[] {
  const parts = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  return parts.map((part) => part.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** @throws TicketLabError `bad-input` with what the program says */
async function slurm(
  program: string,
  options: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    return (await promisify(execFile)(program, options, { env: environment })).stdout
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new TicketLabError(
        'bad-input',
        `Expected Slurm's ${program} on the PATH, found none. Start Ticket Lab where jobs are submitted, such as the ` +
          "cluster's login node, or leave out slurm.",
        { cause: error },
      )
    }
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw new TicketLabError('bad-input', `Slurm's ${program} refused: ${said || String(error)}`, {
      cause: error,
    })
  }
}
