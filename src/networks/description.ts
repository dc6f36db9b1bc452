import type { Layer } from './layers/all'
import type { ConvolutionLayer } from './layers/convolution'
import type { Activation } from './layers/kind'

/** A network as a cell describes it; what is left out is completed (see `networkOf`). */
export interface NetworkDescription {
  /** Shape of one example, `[height, width, channels]`. */
  readonly input: readonly number[]
  /** From input to logits, at most 10,000 and 50 deep; the last one is dense, with a unit for each class. */
  readonly layers: readonly LayerDescription[]
  /** What it is called in results and messages; `network` by default. */
  readonly name?: string
  /** By default, the units of the last layer. */
  readonly classes?: number
}

/** A layer whose name and activation may be left out. */
export type LayerDescription =
  | Described<Exclude<Layer, { readonly kind: 'residual' | 'branches' }>>
  | ResidualDescription
  | BranchesDescription

/** A residual block (He et al. 2016): relu or nothing of the output of `layers` plus the input. */
export interface ResidualDescription extends NameOfLayer, ActivationOfLayer {
  /** A residual block. */
  readonly kind: 'residual'
  /** What the input goes through; the last of them has no activation by default, since the sum has one. */
  readonly layers: readonly LayerDescription[]
  /**
   * A convolution that gives the input the shape of the output, without activation by default; its weights are in the
   * prune group `shortcut`. By default the input is added as it is.
   */
  readonly shortcut?: Described<ConvolutionLayer>
}

/** Several lists of layers on the same input, whose outputs stand one behind the other along the channels. */
export interface BranchesDescription extends NameOfLayer {
  /** Branches on one input. */
  readonly kind: 'branches'
  /** Two lists of layers or more, whose outputs have the same height and width. */
  readonly branches: readonly (readonly LayerDescription[])[]
}

/** How a layer may be called. */
export interface NameOfLayer {
  /**
   * Unique in the network; letters, digits, - and _, beginning with a letter. By default layers count up by kind
   * (`dense1`, `conv1`, `pool1`, `block1`), and the last one is `output`.
   */
  readonly name?: string
}

/** What may be made of every output. */
export interface ActivationOfLayer {
  /** `'relu'`, the default, or `'none'`, the default of the last layer, of shortcuts, and at the end of residual blocks. */
  readonly activation?: Activation
}

/** Each layer of a union, described. */
type Described<L> = L extends { readonly activation: Activation } ? Activated<L> : Named<L>
/** A layer without a name, or with one. */
type Named<L> = Omit<L, 'name'> & NameOfLayer
/** The same of a layer that has an activation, which may be left out, too. */
type Activated<L> = Omit<L, 'name' | 'activation'> & NameOfLayer & ActivationOfLayer
