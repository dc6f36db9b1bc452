import type { BackendKey, SplitName } from '../../backends/backend'
import type { DatasetSpec } from '../../datasets/dataset'
import type { Network } from '../../networks/network'
import { count, fraction, numeric, objectOf } from '../../support/json-shape'
import type { Digest, WeightsRef } from './inputs'
import { asItIs, noLevel, noMask, noOrigin, noSteps, nothing, type TaskRow } from './kind'

/** Loss and accuracy of weights under a mask on one split. */
export interface EvaluateTask {
  readonly kind: 'evaluate'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** The weights that are evaluated. */
  readonly weights: WeightsRef
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** On which examples. */
  readonly split: SplitName
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/** Mean loss, and accuracy in [0, 1], over `count` examples. */
export interface EvaluateFacts {
  readonly kind: 'evaluate'
  readonly loss: number
  readonly accuracy: number
  readonly count: number
}

export const evaluate: TaskRow<EvaluateTask, EvaluateFacts> = {
  words: 'evaluation',
  isCounted: true,
  inputs: ({ weights, mask }) => [weights.task, mask],
  steps: noSteps,
  withoutDefaults: asItIs,
  takes: ({ split }, { examples }) => ({ evaluated: examples[split] }),
  keeps: noMask,
  origin: noOrigin,
  level: noLevel,
  facts: objectOf({ loss: numeric, accuracy: fraction, count }),
  tell: nothing,
}
