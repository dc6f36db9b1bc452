import type { Given } from '../../runtime/given'
import type { Digest, Task } from '../../tasks/tasks'
import type { ResultReader } from '../results/result-reader'

/**
 * Gives what reads results, and computes those before that the store does not have.
 * @param wanted the tasks whose results are read
 * @param tasks these, and what they need
 * @param what is computed, for errors
 */
export type Compute = (
  wanted: readonly Digest[],
  tasks: ReadonlyMap<Digest, Task>,
  what: string,
) => Promise<ResultReader>

/** What handles on weights and masks do their work by. */
export interface Workshop {
  readonly compute: Compute
  /** Writes into the store what a cell has made. */
  give(given: readonly Given[]): Promise<void>
}
