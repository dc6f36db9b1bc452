import type { RandomStream } from '../../support/random'

/** All that is known of a distribution of initial weights: a row of the table in `all.ts`. */
export interface InitializerKind {
  /** What summaries say of it. */
  readonly words: string
  /**
   * Draws weights `[..., inputs, units]`, where `...` is the window of a convolution.
   * @param stream of the layer's own; those that draw one normal number per weight draw the same ones, in the same order
   * @returns the weights, row-major
   */
  readonly draw: (shape: readonly number[], stream: RandomStream) => Float32Array
}
