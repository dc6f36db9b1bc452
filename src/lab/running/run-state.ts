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
} from '../../experiments/progress'
import { activityOf } from '../../experiments/run-activity'
import { watchedOf, type Watched } from '../../experiments/in-progress'
import { viewOf } from '../../experiments/views'
import type { RunActivity } from '../../experiments/activity'
import { linesOf } from '../../experiments/barriers'
import type { Experiment } from '../../experiments/experiment'
import { learningCurvesOf } from '../../experiments/learning-curves'
import type { EvaluatedRow } from '../../experiments/plane-plan'
import type { Series } from '../../experiments/series'
import type { ExperimentView } from '../../experiments/view'
import type { TaskEvent } from '../../tasks/events'
import type { InterpolateFacts, PlaneFacts } from '../../tasks/facts'
import type { MetricsRow } from '../../tasks/recipe'
import type { Digest } from '../../tasks/tasks'
import type { Analysed } from '../results/instability-results'

/** The state of one run of an experiment: what its tasks have told so far. */
export class Run {
  /** Where others compute it, for who watches; absent while this process does. */
  where?: () => string
  private readonly progress = new Map<Digest, TaskProgress>()

  /** @param createdAt when the experiment was first run, ISO 8601 */
  constructor(
    readonly number: number,
    public experiment: Experiment,
    readonly createdAt = new Date().toISOString(),
  ) {}

  /** Takes note of an event of the scheduler. */
  hear(event: TaskEvent): void {
    this.progress.set(event.task, afterEvent(this.progress.get(event.task), event))
  }

  /** Takes note of a metrics log read from the store, which has what an earlier process recorded. */
  fill(task: Digest, rows: readonly MetricsRow[]): void {
    this.progress.set(task, afterRows(this.progress.get(task), rows))
  }

  /** Takes note of what a mask keeps. */
  fillKept(task: Digest, kept: Readonly<Record<string, number>>): void {
    this.progress.set(task, afterPrune(this.progress.get(task), kept))
  }

  /** Takes note of what an interpolation has found. */
  fillLine(task: Digest, facts: InterpolateFacts): void {
    this.progress.set(task, afterLine(this.progress.get(task), facts))
  }

  /** Takes note of what was found in a row of a plane. */
  fillPlane(task: Digest, facts: PlaneFacts): void {
    this.progress.set(task, afterPlane(this.progress.get(task), facts))
  }

  activity(): RunActivity {
    const activity = activityOf(this.number, this.experiment, this.progress)
    return this.where ? { ...activity, where: this.where() } : activity
  }

  /** How many tasks this process has computed. */
  computed(): number {
    return [...this.progress.values()].filter(({ state, cached, where }) => {
      return state === 'done' && !cached && where === undefined
    }).length
  }

  /** What trains now; `undefined` before anything has, and when nothing is left to train. */
  watched(): Watched | undefined {
    return watchedOf(this.experiment, this.progress)
  }

  view(): ExperimentView {
    return viewOf(this.experiment, this.progress, this.createdAt)
  }

  series(): Series {
    return seriesOf(this.experiment, this.progress)
  }

  /** The rows that are known so far; for planes. */
  planeRows(): readonly EvaluatedRow[] {
    return planeSoFar(this.experiment, this.progress)
  }

  /** What an analysis has found so far; for instability. */
  analysed(): Analysed {
    return {
      lines: linesOf(this.experiment, (task) => this.progress.get(task)?.line),
      trained: trainedSoFar(this.experiment, this.progress),
      learningCurves: learningCurvesOf(this.experiment, (task) => this.progress.get(task)?.rows),
    }
  }
}
