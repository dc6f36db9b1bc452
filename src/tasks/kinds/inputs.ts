import type { DatasetSpec } from '../../datasets/dataset'

/** SHA-256 of a task's canonical description, 64 hexadecimal digits. */
export type Digest = string

/** The weights that an initialize or train task left at a step. */
export interface WeightsRef {
  /** The task that left them. */
  readonly task: Digest
  /** At which of its steps. */
  readonly step: number
}

/** The training examples that weights are scored by. */
export interface ScoringExamples {
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** Examples of a batch. */
  readonly batchSize: number
  /** How many batches. */
  readonly batches: number
  /** Seed of the order in which examples are visited. */
  readonly orderSeed: number
}

/**
 * The statistics of batch norm at a point between two networks: interpolated as the weights are, or those of the
 * network at that point, the mean over batches of training examples.
 */
export type LineStatistics = 'interpolate' | RecomputedStatistics

/** Statistics of the network at a point itself. */
export interface RecomputedStatistics {
  /** Training examples that they are the mean over. */
  readonly examples: number
  /** Examples of a batch. */
  readonly batchSize: number
}
