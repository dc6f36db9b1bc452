import type { Failure } from '../support/errors'
import type { Digest, Task } from '../tasks/tasks'
import type { FromTrainer, Product } from '../trainer/protocol'

/**
 * Computes tasks somewhere: here in processes on this machine, elsewhere on a cluster. The scheduler decides what
 * and when; the executor, where.
 */
export interface Executor {
  /** Makes sure that these tasks could run. @throws TicketLabError such as `backend-missing` */
  check(tasks: readonly Task[]): Promise<void>
  /**
   * Waits until one more task may run.
   * @throws TicketLabError `disk-full`; an AbortError when `signal` is aborted
   */
  acquire(signal: AbortSignal): Promise<Place>
  /** Ends everything that runs. */
  close(): Promise<void>
}

/** The right to run tasks one after the other. */
export interface Place {
  /** Computes a task, all inputs of which are in the store. Never rejects: an unexpected error is a failure too. */
  run(job: Job, onReport: (report: Report) => void, signal: AbortSignal): Promise<Outcome>
  /** Whether others wait who should have this place now. Never rejects: where that is unknown, they need not. */
  shouldYield(): Promise<boolean>
  release(): Promise<void>
}

export interface Job {
  readonly digest: Digest
  readonly task: Task
}

/** What is told while a task runs. */
export type Report = Extract<FromTrainer, { readonly type: 'started' | 'progress' | 'phase' | 'metrics' }>

/** How a task ended. */
export type Outcome =
  /** Its files are in its folder. */
  | { readonly kind: 'finished'; readonly product: Product }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The process that computed it ended; trying again may help. */
  | { readonly kind: 'died'; readonly failure: Failure }
  | { readonly kind: 'cancelled' }
