import type { SplitName } from '../backends/backend'

/** How much more alike two networks are when the units of one are in another order. */
export interface AlignFacts {
  readonly kind: 'align'
  /** Euclidean distance over all trained parameters, those of pruned weights being 0: before and after. */
  readonly l2: readonly [number, number]
  /** Units whose place is another now, and all that could have one. */
  readonly moved: number
  readonly units: number
  /** Assignments that were solved. */
  readonly solved: number
  /** Weights that its mask keeps, by parameter; empty without one. */
  readonly kept: Readonly<Record<string, number>>
}

/** What was found between two weight vectors. */
export interface InterpolateFacts {
  readonly kind: 'interpolate'
  readonly alphas: readonly number[]
  /** Mean loss, and error in [0, 1], at every alpha; a member for each split that was asked for. */
  readonly splits: Readonly<Partial<Record<SplitName, LineFigures>>>
  readonly distances: Distances
}

/** What was found at points of the plane through three weight vectors. */
export interface PlaneFacts {
  readonly kind: 'plane'
  /** The triangle that the three make: Euclidean distances over all trained parameters. */
  readonly shape: { readonly width: number; readonly foot: number; readonly height: number }
  /** Of each point, in widths from the first network to the second. */
  readonly alphas: readonly number[]
  /** Of each point, in heights from the line through these to the third. */
  readonly betas: readonly number[]
  /** Mean loss, and error in [0, 1], at every point; a member for each split that was asked for. */
  readonly splits: InterpolateFacts['splits']
}

export interface LineFigures {
  readonly loss: readonly number[]
  readonly error: readonly number[]
}

/**
 * How far two weight vectors are from each other; over all trained parameters (not the running statistics of batch
 * norm), those of a mask's pruned weights being 0.
 */
export interface Distances {
  /** Euclidean distance between the two. */
  readonly l2: number
  /** Cosine of the angle between the two, as seen from the origin of weight space. */
  readonly cosine: number
  /** Mean of the Euclidean distances of both from where they started; absent where they share no start. */
  readonly travelled?: number
  /** `l2 / travelled`; 0 when neither has moved. Absent where they share no start. */
  readonly relative?: number
  /**
   * Mean of the Euclidean distances of both from initialization, which is what the paper divides by; absent in results
   * of earlier versions, and where they share no start.
   */
  readonly travelledInAll?: number
}
