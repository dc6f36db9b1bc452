/** What a criterion of one's own is told of a layer. Lists are copies: changing them changes nothing. */
export interface ScoredLayer {
  /** The parameter's name, such as `dense1/weights`. */
  readonly name: string
  /** `[inputs, units]`, for convolutions `[height, width, channels, filters]`. */
  readonly shape: readonly number[]
  /** The weights that are pruned, row-major. */
  readonly weights: Float32Array
  /** W_0, with which their training began. */
  readonly initial: Float32Array
  /**
   * The derivative of the mean cross-entropy by each weight, where dropout drops nothing, over the first 10 batches that the
   * replicate's full network sees; 0 for weights that are pruned already. Taken when it is first read, after which the function
   * is called anew.
   */
  readonly gradients: Float32Array
  /** 1 for weights that are left, 0 for those that are pruned already; scores of these do not count. */
  readonly mask: Uint8Array
  /** Counted from 1. */
  readonly replicate: number
  /** The level of pruning that is being made, counted from 1. */
  readonly level: number
}

/**
 * A criterion of one's own: a score for each weight of a layer, row-major as they are given; weights of the largest scores are
 * kept. It is called once for each layer and replicate.
 */
export type OwnScores = (layer: ScoredLayer) => ArrayLike<number> | Promise<ArrayLike<number>>
