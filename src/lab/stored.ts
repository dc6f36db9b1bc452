import { usualThreshold } from '../experiments/barriers'
import { usualMargin } from '../experiments/matching'
import { experimentOf } from '../experiments/stored'
import { isExperimentView, type ExperimentView } from '../experiments/view'
import type { StoredExperiment } from '../store/experiments'
import type { StoreView } from '../store/store'
import { TicketLabError } from '../support/errors'
import type { Digest, Task } from '../tasks/tasks'
import { InstabilityResults } from './results/instability-results'
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
  for (const [task, { kind }] of tasks) await hear(run, store, task, kind)
  if (experiment.plane) return new PlaneResults(experiment, run.planeRows())
  if (!experiment.instability) return new Results(experiment, run.series(), store)
  const found = { lines: run.lines(), trained: run.trained(), learningCurves: run.learningCurves() }
  const thresholds = { threshold: usualThreshold, margin: usualMargin }
  return new InstabilityResults(experiment, found, thresholds, store)
}

/** Tells a run what the store has of a task, as its events would. */
async function hear(run: Run, store: StoreView, task: Digest, kind: Task['kind']): Promise<void> {
  const result = await store.result(task)
  if (!result) return
  run.hear({ kind: 'cached', task })
  const { facts } = result
  if (kind === 'train') run.fill(task, await store.readMetrics(task))
  else if (facts.kind === 'prune' || facts.kind === 'align') run.fillKept(task, facts.kept)
  else if (facts.kind === 'interpolate') run.fillLine(task, facts)
  else if (facts.kind === 'plane') run.fillPlane(task, facts)
}

function tooOld({ view }: StoredExperiment<ExperimentView>): TicketLabError {
  return new TicketLabError(
    'bad-input',
    `'${view.name}' was kept by an earlier version of Ticket Lab, which did not note which task is what. ` +
      'Run its cell once more, which computes nothing again, and then this.',
  )
}
