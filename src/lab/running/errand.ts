import { afterEvent, type TaskProgress } from '../../experiments/progress'
import { tasksActivity } from '../../experiments/run-activity'
import type { RunActivity } from '../../experiments/activity'
import type { TaskEvent } from '../../tasks/events'
import type { Digest, Task } from '../../tasks/tasks'

/** Tasks that are computed because something needs their results, such as an alignment: shown in the status bar, and kept nowhere. */
export interface Errand {
  /** Takes note of an event of the scheduler. */
  hear(event: TaskEvent): void
  activity(): RunActivity
}

/** @param name of what needs them */
export function createErrand(number: number, name: string, tasks: ReadonlyMap<Digest, Task>): Errand {
  const progress = new Map<Digest, TaskProgress>()
  return {
    hear: (event) => void progress.set(event.task, afterEvent(progress.get(event.task), event)),
    activity: () => tasksActivity(number, name, tasks, progress),
  }
}
