import { usualThreshold, linesOf } from '../experiments/barriers'
import { learningCurvesOf } from '../experiments/learning-curves'
import { usualMargin } from '../experiments/matching'
import {
  afterEvent,
  afterLine,
  afterPlane,
  afterPrune,
  afterRows,
  planeSoFar,
  seriesOf,
  trainedSoFar,
  type TaskProgress,
} from '../experiments/progress'
import { experimentOf } from '../experiments/stored'
import { isExperimentView, type ExperimentView } from '../experiments/view'
import type { StoredExperiment } from '../store/experiments'
import type { StoreView } from '../store/store'
import { TicketLabError } from '../support/errors'
import type { Digest, Task } from '../tasks/tasks'
import { InstabilityResults } from './results/instability-results'
import { Results } from './results/results'
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
  const progress = new Map<Digest, TaskProgress>()
  for (const [task, { kind }] of tasks) {
    const found = await progressOf(store, task, kind)
    if (found) progress.set(task, found)
  }
  if (experiment.plane) return new PlaneResults(experiment, planeSoFar(experiment, progress))
  if (!experiment.instability) return new Results(experiment, seriesOf(experiment, progress), store)
  const found = {
    lines: linesOf(experiment, (task) => progress.get(task)?.line),
    trained: trainedSoFar(experiment, progress),
    learningCurves: learningCurvesOf(experiment, (task) => progress.get(task)?.rows),
  }
  const thresholds = { threshold: usualThreshold, margin: usualMargin }
  return new InstabilityResults(experiment, found, thresholds, store)
}

/** As the events of a run would have told it. */
async function progressOf(
  store: StoreView,
  task: Digest,
  kind: Task['kind'],
): Promise<TaskProgress | undefined> {
  const result = await store.result(task)
  if (!result) return undefined
  const done = afterEvent(undefined, { kind: 'cached', task })
  const { facts } = result
  if (kind === 'train') return afterRows(done, await store.readMetrics(task))
  if (facts.kind === 'prune' || facts.kind === 'align') return afterPrune(done, facts.kept)
  if (facts.kind === 'interpolate') return afterLine(done, facts)
  if (facts.kind === 'plane') return afterPlane(done, facts)
  return done
}

function tooOld({ view }: StoredExperiment<ExperimentView>): TicketLabError {
  return new TicketLabError(
    'bad-input',
    `'${view.name}' was kept by an earlier version of Ticket Lab, which did not note which task is what. ` +
      'Run its cell once more, which computes nothing again, and then this.',
  )
}
