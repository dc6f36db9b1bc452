import type { Layer } from './layers/all'

export type { Layer } from './layers/all'
export type { ConvolutionLayer } from './layers/convolution'
export type { DenseLayer } from './layers/dense'
export type { Parameter, PruneGroup } from './layers/kind'

/**
 * A network is data: the shape of one example and a list of layers. What the layers compute is decided by `layers/`,
 * which has a file for each kind of them, and by `lower.ts`, which makes a step program of their primitives.
 */
export interface Network {
  /** What the network is called in results and messages. */
  readonly name: string
  /** Shape of one example, without the batch: `[784]` or, for images, `[height, width, channels]`. */
  readonly input: readonly number[]
  /** From input to logits; the last one is dense, with a unit for each class and no activation. */
  readonly layers: readonly Layer[]
  /** Classes that it tells apart, at least 2. */
  readonly classes: number
}
