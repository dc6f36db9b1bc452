import type { Network } from '../../networks/network'
import type { Digest, WeightsRef } from './inputs'
import { anything, asItIs, noMask, noSteps, nothing, type TaskRow } from './kind'

/** What the kept weights of a pruned network begin with in place of their own (Zhou et al. 2019, section 5). */
export type Treatment =
  /** The sizes of another draw, with the signs of their own. */
  | 'random-reinit-same-sign'
  /** Their own in another order, in each layer. */
  | 'reshuffle'
  /** The sizes of their own in another order, with the signs as they were. */
  | 'reshuffle-same-sign'
  /** The standard deviation of all weights of their layer, with signs that are drawn. */
  | 'constant'
  /** The same with the signs of their own. */
  | 'constant-same-sign'

/** That pruned weights begin with 0 which training has made smaller than they began, in magnitude. */
export type PrunedTreatment = 'zero-decreased'

/** Makes weights for a pruned network to begin with of those that it was to begin with. They count as those of the same step. */
export interface TreatTask {
  readonly kind: 'treat'
  /** The network. */
  readonly network: Network
  /** The weights that others are made of. */
  readonly weights: WeightsRef
  /** Which of them are kept. Only those, or only the others, are changed. */
  readonly mask: Digest
  /** What becomes of those. */
  readonly how: Treatment | PrunedTreatment
  /** Another draw of them at the same step, for `random-reinit-same-sign`. */
  readonly drawn?: WeightsRef
  /** What training has made of them, for `zero-decreased`. */
  readonly trained?: WeightsRef
  /** Seed of random orders and signs, for treatments that have any. */
  readonly seed?: number
}

export interface TreatFacts {
  readonly kind: 'treat'
}

export const treat: TaskRow<TreatTask, TreatFacts> = {
  words: 'changed weights',
  isCounted: true,
  inputs: ({ weights, mask, drawn, trained }) => [weights.task, mask, drawn?.task, trained?.task],
  steps: noSteps,
  withoutDefaults: asItIs,
  takes: (_task, { weights }) => ({ bytes: weights({}) }),
  keeps: noMask,
  origin: ({ weights }) => ({ start: weights }),
  level: ({ mask }) => ({ under: mask }),
  facts: anything,
  tell: nothing,
}
