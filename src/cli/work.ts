import { availableParallelism, hostname } from 'node:os'
import { join } from 'node:path'
import { Option, type Command } from 'commander'
import { cancelAway } from '../lab/running/away'
import { openRuns, work, type Worked } from '../lab/running/work'
import { createScheduler } from '../runtime/scheduler'
import { requeue } from '../runtime/slurm'
import { openStore } from '../store/store'
import { TicketLabError } from '../support/errors'
import { bundleFolder, places } from '../support/paths'
import { interruptSignal, progressLine } from './terminal'
import { trainerCount } from './trainer-count'

interface Options {
  readonly trainers?: number
  readonly share?: boolean
}

/** Adds `ticketlab work` and `ticketlab cancel`. */
export function workCommand(parent: Command): void {
  parent
    .command('work')
    .description(
      'compute experiments of the store that are not over, with any number of other workers on any machines, and end',
    )
    .argument(
      '[experiment...]',
      'names, digests or their beginnings; by default all, also those that begin meanwhile',
    )
    .option(
      '--trainers <count>',
      "trainings at once (default: the job's or the machine's cores)",
      trainerCount,
    )
    .addOption(
      new Option(
        '--share',
        "share the trainers of this machine's notebooks, instead of having own ones",
      ).hideHelp(),
    )
    .action(run)
  parent
    .command('cancel')
    .description('stop experiments that workers compute, wherever they are; what is computed is kept')
    .argument('<experiment...>', 'names, digests or their beginnings')
    .action(cancel)
}

async function run(meant: readonly string[], { trainers, share }: Options): Promise<void> {
  const { store: folder, backends } = places()
  const log = (level: string, message: string) => console.error(`${level}: ${message}`)
  const store = await openStore(folder, log)
  const experiments =
    meant.length === 0 ? undefined : (await openRuns(folder, meant)).map(({ digest }) => digest)
  const { SLURM_JOB_ID: job, SLURM_CPUS_PER_TASK: cores } = process.env
  const scheduler = createScheduler({
    store,
    backends,
    trainers: trainers ?? (Number(cores) || availableParallelism()),
    trainerPath: join(bundleFolder(), 'trainer.cjs'),
    log,
    // Each worker was given cores of its own, by whoever started it.
    ...(share ? {} : { sharers: `${hostname()} ${job ?? process.pid}` }),
  })
  const timeOver = nearlyOver()
  const progress = progressLine(process.stdout)
  const signal = AbortSignal.any([interruptSignal(), timeOver])
  try {
    const done = await work({
      ...{ store, scheduler, experiments, signal, log },
      onProgress: (name, line) => progress.show(name, `${name}: ${line}`),
    })
    progress.end()
    done.forEach(tell)
    if (done.length === 0) console.log('Nothing is left to compute.')
    const isLeft = done.some(({ ending }) => ending === 'stopped')
    if (timeOver.aborted && job !== undefined && isLeft) await requeue(job)
    else if (signal.aborted) process.exitCode = 130
    else if (done.some(({ ending }) => ending === 'failed')) process.exitCode = 1
  } finally {
    await scheduler.close()
  }
}

/** Aborted when a cluster says that this job's time is nearly over. */
function nearlyOver(): AbortSignal {
  const over = new AbortController()
  for (const name of ['SIGUSR1', 'SIGUSR2'] as const) {
    if (process.platform !== 'win32') process.once(name, () => over.abort())
  }
  return over.signal
}

function tell({ name, ending, computed, error }: Worked): void {
  const words = {
    finished: `finished; ${computed} tasks were computed here`,
    cancelled: 'cancelled; what was computed is kept',
    stopped: 'stopped; the next worker goes on from here',
    failed: `failed: ${error instanceof Error ? error.message : String(error)}`,
  }
  ;(ending === 'failed' ? console.error : console.log)(`${name}: ${words[ending]}`)
  if (error !== undefined && !(error instanceof TicketLabError)) console.error(error)
}

async function cancel(meant: readonly string[]): Promise<void> {
  const { store } = places()
  for (const { digest, name } of await openRuns(store, meant)) {
    await cancelAway(store, digest)
    console.log(`${name}: cancelled; what was computed is kept`)
  }
}
