/**
 * A network is data: the shape of one example and a list of layers. What the layers compute is decided by
 * `lower.ts`, which turns them into primitives of a step program.
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

/**
 * A layer. Names are unique in the network, those inside of residual blocks and branches included; parameters are
 * called `<name>/weights`, `<name>/bias`, and with batch norm `<name>/scale`, `/offset`, `/mean` and `/variance`.
 */
export type Layer =
  | DenseLayer
  | ConvolutionLayer
  | PoolLayer
  | GlobalAveragePoolLayer
  | DropoutLayer
  | ResidualLayer
  | BranchesLayer

export type Activation = 'relu' | 'none'

/** Flattens its input and multiplies it by weights `[inputs, units]`. */
export interface DenseLayer {
  /** A fully connected layer. */
  readonly kind: 'dense'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Outputs, at least 1; of the last layer the number of classes. */
  readonly units: number
  /** Batch norm between the product and the activation, instead of a bias; off by default. */
  readonly batchNorm?: boolean
  /** What is made of every output. */
  readonly activation: Activation
}

/** Weights `[height, width, channels, filters]`. */
export interface ConvolutionLayer {
  /** A convolution over images. */
  readonly kind: 'convolution'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Filters, which are the channels of the output; at least 1. */
  readonly filters: number
  /** Height and width, or one number for both; 3 by default. */
  readonly window?: number | readonly [number, number]
  /** 1 by default. */
  readonly stride?: number
  /** `same` by default. */
  readonly padding?: 'same' | 'valid'
  /** Batch norm between the convolution and the activation, instead of a bias; off by default. */
  readonly batchNorm?: boolean
  /** What is made of every output. */
  readonly activation: Activation
}

export interface PoolLayer {
  /** The largest value in every window, or the mean. */
  readonly kind: 'max-pool' | 'average-pool'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Height and width of the window; 2 by default. */
  readonly window?: number
  /** The window's by default. */
  readonly stride?: number
  /** `valid` by default. */
  readonly padding?: 'same' | 'valid'
}

/** The mean over all positions, one number per channel. */
export interface GlobalAveragePoolLayer {
  /** The mean over all positions. */
  readonly kind: 'global-average-pool'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
}

export interface DropoutLayer {
  /** Sets values to zero at random while training, and scales up the others. */
  readonly kind: 'dropout'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Fraction that is dropped, in (0, 1). */
  readonly rate: number
}

/** relu or nothing of: the output of `layers` plus the input, the latter through `shortcut` where there is one. */
export interface ResidualLayer {
  /** A residual block. */
  readonly kind: 'residual'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** What the input goes through; their output has the shape of the input, or of the shortcut. */
  readonly layers: readonly Layer[]
  /** A layer that gives the input the shape of the output; its weights are in the prune group `shortcut`. */
  readonly shortcut?: ConvolutionLayer
  /** What is made of the sum. */
  readonly activation: Activation
}

/** The outputs of several lists of layers on the same input, one behind the other along the channels. */
export interface BranchesLayer {
  /** Branches on one input. */
  readonly kind: 'branches'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Two lists of layers or more, whose outputs have the same height and width. */
  readonly branches: readonly (readonly Layer[])[]
}

/** What a layer is for when rates are given per kind of layer (Frankle & Carbin 2019, fig. 2). */
export type PruneGroup = 'dense' | 'convolution' | 'shortcut' | 'output'

/** A tensor of a network's state. */
export interface Parameter {
  /** `<layer>/<role>`. */
  readonly name: string
  readonly layer: string
  readonly role: ParameterRole
  /** Row-major; dense weights are `[inputs, units]`, convolutions' `[height, width, channels, filters]`. */
  readonly shape: readonly number[]
  /** Which pruning rate applies; absent for what is never pruned: all but weights. */
  readonly group?: PruneGroup
}

/** `scale` and `offset` are batch norm's own; `mean` and `variance` its running statistics, which are not trained. */
export type ParameterRole = 'weights' | 'bias' | 'scale' | 'offset' | 'mean' | 'variance'
