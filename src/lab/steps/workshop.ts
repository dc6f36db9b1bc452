import type { Given } from '../../runtime/given'
import { inputsOf } from '../../tasks/digest'
import type { Digest, Task } from '../../tasks/tasks'
import type { ResultReader } from '../results/result-reader'

/** Computes tasks that are not in the store yet, and gives what reads them. */
export type Compute = (tasks: readonly Task[]) => Promise<ResultReader>

/** What handles on weights and masks do their work by. */
export interface Workshop {
  readonly compute: Compute
  /** Writes into the store what a cell has made. */
  give(given: readonly Given[]): Promise<void>
}

/** The tasks that one needs, itself included, inputs first. */
export function neededFor(wanted: Digest, tasks: ReadonlyMap<Digest, Task>): readonly Task[] {
  const needed = new Map<Digest, Task>()
  const visit = (digest: Digest): void => {
    const task = tasks.get(digest)
    if (!task || needed.has(digest)) return
    inputsOf(task).forEach(visit)
    needed.set(digest, task)
  }
  visit(wanted)
  return [...needed.values()]
}
