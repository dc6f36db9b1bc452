import type { Experiment } from '../../experiments/experiment'
import { experimentIn } from '../../experiments/stored-run'
import type { Live } from '../../report/figures/live'
import type { Plot } from '../../report/figures/plot'
import { readRun } from '../../store/runs'
import type { Store } from '../../store/store'
import { TicketLabError } from '../../support/errors'
import type { Digest } from '../../tasks/tasks'
import type { LabHost } from '../host'
import { storedRun, type StoppedRun } from '../stored'
import { isAttended } from './away'
import { plotOf } from './plot-of'
import { variantsPlot } from './run-plots'
import type { Run } from './run-state'

/** One plot of experiments that others compute, or have computed. */
export interface WatchedPlot {
  /** Those that go on. */
  readonly going: readonly Experiment[]
  /** @param runs of those that go on */
  readonly draw: (runs: readonly Run[], live: Live) => Plot
}

/** The plots that show experiments as the cells that began them did: variants have one together. @throws TicketLabError `store-corrupt` */
export async function watchedPlots(
  store: Store,
  digests: readonly Digest[],
  log: LabHost['log'],
): Promise<readonly WatchedPlot[]> {
  const going: Experiment[] = []
  const stopped: StoppedRun[] = []
  for (const digest of digests) {
    const stored = (await isAttended(store.folder, digest)) && (await readRun(store.folder, digest))
    if (stored) going.push(experimentIn(stored))
    else stopped.push(...(await stoppedRun(store, digest, log)))
  }
  const alone = [
    ...stopped.filter(({ run }) => !isVariant(run.experiment)).map((one) => ofStopped([one], store)),
    ...going.filter((one) => !isVariant(one)).map((one) => ofGoing(one, store)),
  ]
  const variants = going.filter(isVariant)
  const others = stopped.filter(({ run }) => isVariant(run.experiment))
  if (variants.length === 0) return others.length === 0 ? alone : [...alone, ofStopped(others, store)]
  const draw = (runs: readonly Run[], live: Live): Plot =>
    variantsPlot([...others.map(({ run }) => run), ...runs], live)
  return [...alone, { going: variants, draw }]
}

function isVariant({ setup }: Experiment): boolean {
  return setup.variant !== undefined
}

function ofGoing(experiment: Experiment, store: Store): WatchedPlot {
  return { going: [experiment], draw: ([run], live) => plotOf(run!, store, live) }
}

function ofStopped(stopped: readonly StoppedRun[], store: Store): WatchedPlot {
  const isWhole = stopped.every((one) => one.isWhole)
  const live: Live = isWhole
    ? {}
    : { progress: 'stopped before its end: its cell, run again, goes on with it' }
  const runs = stopped.map(({ run }) => run)
  return {
    going: [],
    draw: () => (isVariant(runs[0]!.experiment) ? variantsPlot(runs, live) : plotOf(runs[0]!, store, live)),
  }
}

/** What the store has of an experiment that nobody computes; empty where that is nothing, or cannot be read. */
async function stoppedRun(store: Store, digest: Digest, log: LabHost['log']): Promise<readonly StoppedRun[]> {
  try {
    return [await storedRun(store, digest)]
  } catch (error) {
    if (!(error instanceof TicketLabError)) throw error
    log('info', `The plot of an experiment that is over stays as it is: ${error.message}`)
    return []
  }
}
