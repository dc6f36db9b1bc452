import type { Network } from '../../networks/network'
import { count, listOf, numeric, objectOf, recordOf } from '../../support/json-shape'
import type { AlignFacts } from '../facts'
import { sum } from './estimates'
import type { Digest, WeightsRef } from './inputs'
import { asItIs, noLevel, noOrigin, noSteps, type TaskRow } from './kind'

/**
 * Puts the units and channels of a network into the order in which it is most like another (Ainsworth et al. 2023, section
 * 3.2), which changes nothing of what it computes. Its mask, and the weights that it was trained from, go along.
 */
export interface AlignTask {
  readonly kind: 'align'
  /** The network of both. */
  readonly network: Network
  /** The weights whose units are put into another order. */
  readonly weights: WeightsRef
  /** What they began with, W_0, which is put into the same order; absent for initial weights. */
  readonly initial?: WeightsRef
  /** The prune task whose mask is applied, and is put into the same order; absent for the full network. */
  readonly mask?: Digest
  /** The weights that they are to be like. */
  readonly to: WeightsRef
  /** The prune task whose mask these have; absent for the full network. */
  readonly toMask?: Digest
  /** Seed of the order in which groups of units are looked at. */
  readonly seed: number
}

export const align: TaskRow<AlignTask, AlignFacts> = {
  words: 'alignment',
  isCounted: true,
  inputs: ({ weights, initial, mask, to, toMask }) => [weights.task, initial?.task, mask, to.task, toMask],
  steps: noSteps,
  withoutDefaults: asItIs,
  takes({ mask }, { counts, weights }) {
    const lengths = mask === undefined ? [] : Object.values(counts)
    return { bytes: 2 * weights(counts) + sum(lengths) }
  },
  // In another order are as many as before.
  keeps: ({ mask }, under) => under(mask),
  origin: noOrigin,
  level: noLevel,
  facts: objectOf({ l2: listOf(numeric), moved: count, units: count, solved: count, kept: recordOf(count) }),
  tell: ({ kept }, run) => run.kept(kept),
}
