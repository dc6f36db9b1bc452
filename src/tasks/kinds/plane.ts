import type { BackendKey, SplitName } from '../../backends/backend'
import type { DatasetSpec } from '../../datasets/dataset'
import type { Network } from '../../networks/network'
import { listOf, numeric, objectOf, recordOf } from '../../support/json-shape'
import type { PlaneFacts } from '../facts'
import { betasOfPlane } from '../plane-grid'
import { evaluatedAtOnce } from './estimates'
import type { Digest, LineStatistics, WeightsRef } from './inputs'
import { lineShape } from './interpolate'
import { asItIs, noLevel, noMask, noOrigin, noSteps, type TaskRow } from './kind'

/**
 * Loss and error at points of the plane through three weight vectors, under one mask (Garipov et al. 2018, appendix): at one row
 * of a grid, or at the three.
 */
export interface PlaneTask {
  readonly kind: 'plane'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** The weights that the plane goes through. */
  readonly corners: readonly [WeightsRef, WeightsRef, WeightsRef]
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** About how many points the grid has in each direction; at least 3. */
  readonly points: number
  /** How far it goes beyond the three on each side, as a part of the extent that they have. */
  readonly margin: number
  /** Which row of the grid, counted from 0, upwards; absent for the three networks themselves. */
  readonly row?: number
  /** On which examples. */
  readonly splits: readonly SplitName[]
  /** How many examples of a split are evaluated, the first ones of its random order; all where none is named. */
  readonly examples?: Readonly<Partial<Record<SplitName, number>>>
  /** Where the running statistics of batch norm come from; absent, always, for networks that have none. */
  readonly statistics?: LineStatistics
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

export const plane: TaskRow<PlaneTask, PlaneFacts> = {
  words: 'plane',
  isCounted: true,
  inputs: ({ corners, mask }) => [...corners.map((corner) => corner.task), mask],
  steps: noSteps,
  withoutDefaults: asItIs,
  takes(task, { examples }) {
    const { length } = task.row === undefined ? task.corners : betasOfPlane(task.points, task.margin)
    return { evaluated: length * evaluatedAtOnce(task, examples), bytes: length * 100 }
  },
  keeps: noMask,
  origin: noOrigin,
  level: noLevel,
  facts: objectOf({
    shape: objectOf({ width: numeric, foot: numeric, height: numeric }),
    alphas: listOf(numeric),
    betas: listOf(numeric),
    splits: recordOf(lineShape),
  }),
  tell: (facts, run) => run.plane(facts),
}
