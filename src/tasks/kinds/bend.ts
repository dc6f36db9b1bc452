import type { BackendKey } from '../../backends/backend'
import type { Optimizer } from '../../backends/optimizers/all'
import type { DatasetSpec } from '../../datasets/dataset'
import type { Network } from '../../networks/network'
import { count, numeric, objectOf } from '../../support/json-shape'
import { optimizerWithoutDefaults } from './defaults'
import type { Digest, WeightsRef } from './inputs'
import { noLevel, noMask, noOrigin, nothing, type TaskRow } from './kind'

/**
 * Trains the middle C of a quadratic Bezier curve (1-t)^2 A + 2t(1-t) C + t^2 B between two weight vectors, from the
 * middle of the line, on the loss at a random t in each step (Garipov et al. 2018, section 3).
 */
export interface BendTask {
  readonly kind: 'bend'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** A and B. */
  readonly ends: readonly [WeightsRef, WeightsRef]
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** Steps that C is trained for. */
  readonly steps: number
  /** Examples per step. */
  readonly batchSize: number
  /** The rule by which C is changed; its rate is constant for half of the steps, then falls to 0. */
  readonly optimizer: Optimizer
  /** Seed of the order of examples and of every t. */
  readonly seed: number
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

export interface BendFacts {
  readonly kind: 'bend'
  readonly steps: number
  /** Mean loss over the last tenth of the steps. */
  readonly loss: number
}

export const bend: TaskRow<BendTask, BendFacts> = {
  words: 'curve',
  isCounted: true,
  inputs: ({ ends, mask }) => [...ends.map((end) => end.task), mask],
  steps: ({ steps }) => steps,
  withoutDefaults: (task) => ({ ...task, optimizer: optimizerWithoutDefaults(task.optimizer) }),
  takes: ({ steps }, { counts, weights }) => ({ steps, bytes: weights(counts) }),
  keeps: noMask,
  origin: noOrigin,
  level: noLevel,
  facts: objectOf({ steps: count, loss: numeric }),
  tell: nothing,
}
