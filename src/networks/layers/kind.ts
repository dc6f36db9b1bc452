import type { Windowed } from '../../backends/primitives'
import type { ProgramStatistic } from '../../backends/program'
import type { Tape } from '../../backends/tape'

/** What every layer has. Names are unique in a network, those inside of residual blocks and branches included. */
export interface AnyLayer {
  readonly kind: string
  readonly name: string
}

/** What is made of an output: its positive part, or nothing. */
export type Activation = 'relu' | 'none'

/** The shape of one example, without the batch. */
export type ExampleShape = readonly number[]

/** Reports what is wrong with a network, after a guess at what was meant; never returns. */
export type Fail = (problem: string, guess?: string) => never

/** A layer as somebody wrote it, which may be none. */
export type Members = Readonly<Record<string, unknown>>

/** What an option of a layer may be. */
export interface OptionRule {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  readonly required?: true
}

/**
 * Everything that is known of one kind of layer: a row of the table in `all.ts`, over which the rest of this folder
 * walks. Layers have been checked wherever they are called `layer`.
 *
 * @typeParam Inner the layers that it may hold, see {@link HoldingKind}
 */
export interface LayerKind<Layer extends AnyLayer, Inner extends AnyLayer = never> {
  /** What layers without a name are called: `conv` makes `conv1`, `conv2`. */
  readonly stem: string
  /** What its options may be, all of them besides `kind` and `name`. A kind with an activation has relu by default. */
  readonly options: { readonly [Option in Exclude<keyof Layer, 'kind' | 'name'>]-?: OptionRule }
  /** A layer without the options that only repeat a default, so that equal networks have equal digests. */
  readonly canonical: (given: Members) => Members
  /** The shape that it makes of `input`; fails, with advice, where the two do not fit. */
  readonly shapeAfter: (layer: Layer, input: ExampleShape, walk: ShapeWalk<Inner>) => ExampleShape
  /** The tensors of its state, in the order that they have in the state. */
  readonly parameters: (layer: Layer, input: ExampleShape, walk: ParameterWalk<Inner>) => readonly Parameter[]
  /** Appends its primitives, and returns the value that the last of them writes. */
  readonly lower: (layer: Layer, input: string, lowering: LoweringWalk<Inner>) => string
  /** What summaries say of it, such as `convolution 3x3`, `stride 2`, `batch norm`, `relu`. */
  readonly words: (layer: Layer) => readonly string[]
  /** How its window slides over images, where it has one. */
  readonly windows?: (layer: Layer) => Windowed
  /** Whether chance has a part in training: derivatives that criteria take are those of the network without it. */
  readonly random?: true
}

/** A kind of layer that holds others. */
export interface HoldingKind<Layer extends AnyLayer, Inner extends AnyLayer> extends LayerKind<Layer, Inner> {
  readonly inside: Inside<Layer, Inner>
}

/** What is known of the layers inside of a layer. */
export interface Inside<Layer extends AnyLayer, Inner extends AnyLayer> {
  /** The lists in it, all of them on the layer's own input, and what stands before the first of each in a summary. */
  readonly lists: (layer: Layer) => readonly { readonly layers: readonly Inner[]; readonly mark: string }[]
  /** Where others stand in what somebody wrote, a list or not. */
  readonly written: (given: Members) => readonly unknown[]
  /** The options that hold others, with the names and activations that were left out. */
  readonly completed: (given: Members, name: unknown, walk: CompletionWalk) => Members
  /** Checks the others; its own options are as `options` has them. */
  readonly check: (layer: Layer, walk: CheckWalk) => void
  /** The layer with its others changed. */
  readonly changed: (layer: Layer, walk: ChangeWalk<Inner>) => Layer
}

export interface ShapeWalk<Inner extends AnyLayer> {
  readonly fail: Fail
  /** The shape that a list of layers makes of `input`. */
  readonly afterAll: (layers: readonly Inner[], input: ExampleShape) => ExampleShape
}

export interface ParameterWalk<Inner extends AnyLayer> {
  /** The prune group of the layer's weights, where it is not the usual one of its kind. */
  readonly group?: PruneGroup
  /** The tensors of a list of layers. */
  readonly all: (layers: readonly Inner[], input: ExampleShape) => readonly Parameter[]
}

/** What layers are lowered into. */
export interface Lowering {
  readonly tape: Tape
  /**
   * Present when lowering for training: batch norm takes the batch's statistics, which are noted here, and dropout
   * drops. In an evaluation, batch norm reads the running statistics and dropout does nothing.
   */
  readonly training?: {
    /** Examples per step. */
    readonly batchSize: number
    readonly statistics: ProgramStatistic[]
  }
}

export interface LoweringWalk<Inner extends AnyLayer> extends Lowering {
  /** Appends a list of layers, one after the other, and returns the value that the last one writes. */
  readonly all: (layers: readonly Inner[], input: string) => string
}

export interface CompletionWalk {
  /** Completes a list; `activation` is the default of the last layer in it, where it is not the usual one. */
  readonly all: (given: readonly unknown[], activation?: 'none') => readonly unknown[]
  /** Completes a layer; what is named here is its default. */
  readonly one: (given: unknown, defaults: { readonly name: string; readonly activation: 'none' }) => unknown
}

export interface CheckWalk {
  readonly fail: Fail
  readonly all: (given: readonly unknown[]) => void
  /** @param place what the layer is called in errors as long as it has no name */
  readonly one: (given: unknown, place: string) => void
}

export interface ChangeWalk<Inner extends AnyLayer> {
  /** The layers of a list, changed, without those that are left out. */
  readonly all: (layers: readonly Inner[]) => readonly Inner[]
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
