import type { SessionData, TrainingSession } from '../backends/backend'
import type { StepProgram } from '../backends/program'
import type { Dataset, DatasetSpec } from '../datasets/dataset'
import type { StepOptions } from '../networks/lower'
import type { Network } from '../networks/network'
import type { BackendKey } from '../tasks/tasks'
import type { TaskReader } from '../store/reader'
import type { Work } from '../store/work'
import type { FromTrainer } from './protocol'

/** What a task has while it is computed. */
export interface TaskContext {
  readonly store: TaskReader
  readonly work: Work
  /** Aborted when the task is cancelled. */
  readonly signal: AbortSignal
  /** Milliseconds between checkpoints, which is what a killed training loses; more where writing one is slow. */
  readonly checkpointPeriod: number
  readonly send: (message: FromTrainer) => void
  /**
   * A session for the task's network on its data. Without a recipe it will only evaluate.
   * @throws TicketLabError `backend-failed` when the backend is not the one that the task was described for
   */
  readonly open: OpenSessions
}

/** Tells that a task has begun. @returns the seconds since then */
export function begin({ send }: Pick<TaskContext, 'send'>): () => number {
  const began = performance.now()
  send({ type: 'started', rows: [] })
  return () => (performance.now() - began) / 1000
}

export interface OpenSessions {
  (wanted: SessionDescription): Promise<OpenSession>
  /** A session for any program on any data, in place of the one that is open. */
  program(backend: BackendKey, program: StepProgram, data: SessionData): Promise<TrainingSession>
  dataset(spec: DatasetSpec): Promise<Dataset>
}

/** What a session depends on; a task that trains or evaluates is one. */
export interface SessionDescription {
  readonly network: Network
  readonly dataset: DatasetSpec
  readonly backend: BackendKey
  readonly recipe?: StepOptions
  /** That pruned weights stay what they are loaded as. */
  readonly frozen?: true
}

export interface OpenSession {
  readonly session: TrainingSession
  readonly dataset: Dataset
}
