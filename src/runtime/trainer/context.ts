import type { TrainingSession } from '../../backends/backend'
import type { Dataset, DatasetSpec } from '../../datasets/dataset'
import type { StepOptions } from '../../networks/lower'
import type { Network } from '../../networks/network'
import type { TaskReader } from '../store/reader'
import type { Work } from '../store/work'
import type { FromTrainer } from './protocol'

/** What a task has while it is computed. */
export interface TaskContext {
  readonly store: TaskReader
  readonly work: Work
  /** Aborted when the task is cancelled. */
  readonly signal: AbortSignal
  readonly send: (message: FromTrainer) => void
  /** A session for this network on this data; without `options`, one that will only evaluate. */
  readonly open: (network: Network, dataset: DatasetSpec, options?: StepOptions) => Promise<OpenSession>
}

export interface OpenSession {
  readonly session: TrainingSession
  readonly dataset: Dataset
}
