import type { Origin } from '../store/experiments'
import type { StoredRun } from '../store/runs'
import type { Json } from '../support/canonical'
import { digestOf } from '../tasks/digest'
import { nameOf, type Experiment } from './experiment'

/** An experiment as it is kept while it is not over, for whoever goes on with it. @param startedAt ISO 8601 @param origin the cell that made it */
export function storedRunOf(experiment: Experiment, startedAt: string, origin?: Origin): StoredRun {
  const { digest, tasks, ...rest } = experiment
  return {
    digest,
    name: nameOf(experiment),
    startedAt,
    tasks: [...tasks.values()],
    experiment: rest as unknown as Json,
    ...(origin ? { origin } : {}),
  }
}

/** The experiment that was kept. Which tasks it has is told by what they are, not by what they were called. */
export function experimentIn({ digest, tasks, experiment }: StoredRun): Experiment {
  return {
    ...(experiment as unknown as Omit<Experiment, 'digest' | 'tasks'>),
    digest,
    tasks: new Map(tasks.map((task) => [digestOf(task), task])),
  }
}
