import type { BackendKey, SplitName } from '../../backends/backend'
import type { DatasetSpec } from '../../datasets/dataset'
import type { Network } from '../../networks/network'
import { fraction, listOf, numeric, objectOf, optional, recordOf } from '../../support/json-shape'
import type { InterpolateFacts } from '../facts'
import { evaluatedAtOnce } from './estimates'
import type { Digest, LineStatistics, WeightsRef } from './inputs'
import { asItIs, noLevel, noMask, noOrigin, noSteps, type TaskRow } from './kind'

/**
 * Loss and error on the straight line between two weight vectors, under one mask (Frankle et al. 2020, section 2), or on
 * a curve between them.
 */
export interface InterpolateTask {
  readonly kind: 'interpolate'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** The weights at alpha = 0 and at alpha = 1. */
  readonly ends: readonly [WeightsRef, WeightsRef]
  /** What a bend task has found: the middle of a curve, which is evaluated in place of the line. */
  readonly bend?: WeightsRef
  /** Where both ends started from: what they have travelled is measured from here. Absent where they share no start. */
  readonly origin?: WeightsRef
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** Evenly spaced points of alpha in [0, 1], both ends among them; at least 2. */
  readonly points: number
  /** On which examples. */
  readonly splits: readonly SplitName[]
  /** How many examples of a split are evaluated, the first ones of its random order; all where none is named. */
  readonly examples?: Readonly<Partial<Record<SplitName, number>>>
  /** Where the running statistics of batch norm come from; absent, always, for networks that have none. */
  readonly statistics?: LineStatistics
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/** What the figures of a split must look like. */
export const lineShape = objectOf({ loss: listOf(numeric), error: listOf(fraction) })

export const interpolate: TaskRow<InterpolateTask, InterpolateFacts> = {
  words: 'line',
  isCounted: true,
  inputs: ({ ends, origin, mask, bend }) => [...ends.map((end) => end.task), origin?.task, mask, bend?.task],
  steps: noSteps,
  withoutDefaults: asItIs,
  takes: (task, { examples }) => ({
    evaluated: task.points * evaluatedAtOnce(task, examples),
    bytes: task.points * 100,
  }),
  keeps: noMask,
  origin: noOrigin,
  level: noLevel,
  facts: objectOf({
    alphas: listOf(fraction),
    splits: recordOf(lineShape),
    distances: objectOf({
      l2: numeric,
      cosine: numeric,
      travelled: optional(numeric),
      relative: optional(numeric),
    }),
  }),
  tell: (facts, run) => run.line(facts),
}
