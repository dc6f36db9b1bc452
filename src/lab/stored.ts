import { experimentOf } from '../experiments/stored'
import { isExperimentView, type ExperimentView } from '../experiments/view'
import type { StoredExperiment } from '../store/experiments'
import { readLabels } from '../store/labels'
import type { StoreView } from '../store/store'
import { findExperiments } from '../store/upkeep/find'
import { badInput, TicketLabError } from '../support/errors'
import { rowOf } from '../tasks/kinds/all'
import { text } from '../support/options'
import type { Digest, Task } from '../tasks/tasks'
import { InstabilityResults, usualThresholds } from './results/instability-results'
import { Results } from './results/results'
import { Run } from './running/run-state'
import { PlaneResults } from './steps/plane'

/** What the store has of an experiment, as the cell that made it was given it. */
export type StoredResults = Results | InstabilityResults | PlaneResults

/**
 * Reads the results of an experiment from the store, as far as they are there. Nothing is computed. Verdicts of an analysis are
 * about the usual thresholds.
 * @throws TicketLabError `bad-input` where there is none, or one that an earlier version kept; `store-corrupt`
 */
export async function storedResults(store: StoreView, digest: Digest): Promise<StoredResults> {
  const { run } = await storedRun(store, digest)
  const { experiment } = run
  if (experiment.plane) return new PlaneResults(experiment, run.planeRows())
  if (!experiment.instability) return new Results(experiment, run.series(), store)
  return new InstabilityResults(experiment, run.analysed(), usualThresholds, store)
}

/** A run of which nothing goes on. */
export interface StoppedRun {
  readonly run: Run
  /** Whether it was run to its end. */
  readonly isWhole: boolean
}

/** The run of an experiment as far as the store has it. @throws as {@link storedResults} */
export async function storedRun(store: StoreView, digest: Digest): Promise<StoppedRun> {
  const stored = await store.experiment(digest, isExperimentView)
  if (!stored) {
    throw new TicketLabError(
      'bad-input',
      `There is no experiment ${digest.slice(0, 12)} in ${store.folder}. Run its cell again.`,
    )
  }
  const tasks = new Map<Digest, Task>()
  for (const task of stored.tasks ?? []) {
    const known = await store.task(task)
    if (known) tasks.set(task, known)
  }
  const experiment = experimentOf(digest, stored.description, stored.plan, tasks)
  if (!experiment) throw tooOld(stored)
  const run = new Run(0, experiment)
  let heard = 0
  for (const task of tasks.keys()) if (await hear(run, store, task)) heard++
  return { run, isWhole: heard === new Set(stored.tasks).size }
}

/**
 * What the store has of the experiment that is meant, such as its view and the cell that made it.
 * @param meant a digest, the beginning of one, or a name: its own, or what its user calls it
 * @throws TicketLabError `bad-input` for what means none, or several, which are listed
 */
export async function findStored(store: StoreView, meant: string): Promise<StoredExperiment<ExperimentView>> {
  const { experiments } = await store.experiments(isExperimentView)
  const labels = await readLabels(store.folder)
  const there = experiments.map((experiment) => {
    const label = labels.get(experiment.view.digest)
    return { experiment, ...(label ? { label } : {}) }
  })
  return findExperiments(there, [meant])[0]!.experiment
}

/**
 * Results of an experiment of the store from which others can start, as from those that its cell was given.
 * @throws TicketLabError `bad-input` as {@link findStored} and {@link storedResults}, for one that trains no networks by
 *   levels, and for one that was not run to its end
 */
export async function storedTickets(store: StoreView, meant: unknown): Promise<Results> {
  const { view, tasks = [] } = await findStored(store, text(meant, 'the experiment in lab.stored'))
  const results = await storedResults(store, view.digest)
  if (!(results instanceof Results)) {
    throw badInput(
      'an experiment that trains networks in lab.stored',
      `'${view.name}', of kind ${view.kind}`,
      'Open its plots from the list of experiments.',
    )
  }
  if (results.experiment.tasks.size < new Set(tasks).size || view.state !== 'done') {
    throw badInput(
      'an experiment that was run to its end in lab.stored',
      `'${view.name}', ${view.state}`,
      'Run its cell again.',
    )
  }
  return results
}

/** Tells a run what the store has of a task, as its events would. @returns whether that is anything */
async function hear(run: Run, store: StoreView, task: Digest): Promise<boolean> {
  const result = await store.result(task)
  if (!result) return false
  run.hear({ kind: 'cached', task })
  const reading: Promise<void>[] = []
  rowOf(result.kind).tell(result.facts, {
    metrics: () => reading.push(store.readMetrics(task).then((rows) => run.fill(task, rows))),
    kept: (kept) => run.fillKept(task, kept),
    line: (facts) => run.fillLine(task, facts),
    plane: (facts) => run.fillPlane(task, facts),
  })
  await Promise.all(reading)
  return true
}

function tooOld({ view }: StoredExperiment<ExperimentView>): TicketLabError {
  return new TicketLabError(
    'bad-input',
    `'${view.name}' was kept by an earlier version of Ticket Lab, which did not note which task is what. ` +
      'Run its cell once more, which computes nothing again, and then this.',
  )
}
