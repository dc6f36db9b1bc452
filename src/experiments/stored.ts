import type { ExperimentNotes } from '../store/experiments'
import type { Json } from '../support/canonical'
import { listOf, objectOf, text, count } from '../support/json-shape'
import type { Digest, Task } from '../tasks/tasks'
import type { Experiment } from './experiment'
import type { Setup } from './setup'

/** What is kept of an experiment beside its view and its setup, so that results can be read without making it anew. */
export function notesOf(experiment: Experiment): ExperimentNotes {
  const plan = { ...experiment, digest: undefined, setup: undefined, tasks: undefined }
  return { tasks: [...experiment.tasks.keys()], plan: plan as unknown as Json }
}

/**
 * An experiment as it was when it was kept.
 * @param digest its own
 * @param description its setup
 * @param tasks those that the store has
 * @returns `undefined` where an earlier version kept it, which did not note what is needed
 */
export function experimentOf(
  digest: Digest,
  description: Json,
  plan: Json | undefined,
  tasks: ReadonlyMap<Digest, Task>,
): Experiment | undefined {
  if (!isPlan(plan)) return undefined
  return {
    ...(plan as unknown as Omit<Experiment, 'digest' | 'setup' | 'tasks'>),
    ...{ digest, tasks, setup: description as unknown as Setup },
  }
}

const isPlan = objectOf({
  kind: text,
  levels: count,
  counts: listOf(objectOf({})),
  trainings: listOf(objectOf({ level: count, replicate: count, task: text })),
})
