import type { BackendKey } from '../../backends/backend'
import type { Network } from '../../networks/network'
import type { Digest, ScoringExamples, WeightsRef } from './inputs'
import { anything, asItIs, noLevel, noMask, noOrigin, noSteps, nothing, type TaskRow } from './kind'

/**
 * Takes the derivative of the mean loss by every trained parameter of a network under its mask, without dropout, for
 * criteria of one's own.
 */
export interface GradientsTask {
  readonly kind: 'gradients'
  /** The network. */
  readonly network: Network
  /** The weights at which it is taken. */
  readonly weights: WeightsRef
  /** The mask that is applied; absent for the full network. */
  readonly mask?: Digest
  /** The batches of which it is the mean. */
  readonly examples: ScoringExamples
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

export interface GradientsFacts {
  readonly kind: 'gradients'
}

export const gradients: TaskRow<GradientsTask, GradientsFacts> = {
  words: 'gradients',
  isCounted: true,
  inputs: ({ weights, mask }) => [weights.task, mask],
  steps: noSteps,
  withoutDefaults: asItIs,
  takes: ({ examples }, { weights }) => ({ steps: examples.batches, bytes: weights({}) }),
  keeps: noMask,
  origin: noOrigin,
  level: noLevel,
  facts: anything,
  tell: nothing,
}
