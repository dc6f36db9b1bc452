/**
 * A network is data: the shape of one example and a list of layers. What the layers compute is decided by
 * `lower.ts`, which turns them into primitives of a step program.
 */
export interface Network {
  readonly name: string
  /** Shape of one example, without the batch: `[784]` or `[28, 28, 1]`. */
  readonly input: readonly number[]
  readonly layers: readonly Layer[]
  readonly classes: number
}

/** One layer. A dense layer flattens its input. */
export interface DenseLayer {
  readonly kind: 'dense'
  /** Unique in the network; parameters are called `<name>/weights` and `<name>/bias`. */
  readonly name: string
  readonly units: number
  readonly activation: 'relu' | 'none'
}

export type Layer = DenseLayer

/** What a layer is for when rates are given per kind of layer (Frankle & Carbin 2019, fig. 2). */
export type PruneGroup = 'dense' | 'convolution' | 'output'

/** A trainable tensor of a network. */
export interface Parameter {
  /** `<layer>/weights` or `<layer>/bias`. */
  readonly name: string
  readonly layer: string
  readonly role: 'weights' | 'bias'
  /** Row-major; dense weights are `[inputs, units]`. */
  readonly shape: readonly number[]
  /** Which pruning rate applies; absent for what is never pruned (biases). */
  readonly group?: PruneGroup
}
