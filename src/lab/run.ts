import { activityOf, afterEvent, seriesOf, viewOf, type Progress, type TaskProgress } from '../experiments/progress'
import type { RunActivity } from '../experiments/activity'
import type { Experiment } from '../experiments/experiment'
import type { Series } from '../experiments/series'
import type { ExperimentView } from '../experiments/view'
import type { TaskEvent } from '../runtime/events'
import type { Digest } from '../training/tasks'

/** The state of one run of an experiment: what its tasks have told so far. */
export class Run {
  private readonly progress = new Map<Digest, TaskProgress>()
  private readonly createdAt = new Date().toISOString()

  constructor(
    readonly number: number,
    readonly experiment: Experiment,
  ) {}

  /** Takes note of an event of the scheduler. */
  hear(event: TaskEvent): void {
    this.progress.set(event.task, afterEvent(this.progress.get(event.task), event))
  }

  /** Progress by task; a snapshot that does not change. */
  snapshot(): Progress {
    return new Map(this.progress)
  }

  activity(): RunActivity {
    return activityOf(this.number, this.experiment, this.progress)
  }

  view(): ExperimentView {
    return viewOf(this.experiment, this.progress, this.createdAt)
  }

  series(): Series {
    return seriesOf(this.experiment, this.progress)
  }
}
