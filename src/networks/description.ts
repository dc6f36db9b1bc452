import type {
  ConvolutionLayer,
  DenseLayer,
  DropoutLayer,
  GlobalAveragePoolLayer,
  PoolLayer,
  ResidualLayer,
} from './network'

/** A network as a cell describes it; what is left out is completed (see `networkOf`). */
export interface NetworkDescription {
  /** Shape of one example, `[height, width, channels]`. */
  readonly input: readonly number[]
  readonly layers: readonly LayerDescription[]
  /** `network` by default. */
  readonly name?: string
  /** By default, the units of the last layer. */
  readonly classes?: number
}

/** A layer whose name and activation may be left out. */
export type LayerDescription =
  | Loose<DenseLayer>
  | Loose<ConvolutionLayer>
  | Loose<PoolLayer>
  | Loose<GlobalAveragePoolLayer>
  | Loose<DropoutLayer>
  | {
      readonly kind: 'residual'
      readonly name?: string
      readonly layers: readonly LayerDescription[]
      readonly shortcut?: Loose<ConvolutionLayer>
      readonly activation?: ResidualLayer['activation']
    }
  | {
      readonly kind: 'branches'
      readonly name?: string
      readonly branches: readonly (readonly LayerDescription[])[]
    }

type Loose<L> = Omit<L, 'name' | 'activation'> & Partial<Pick<L, Extract<keyof L, 'name' | 'activation'>>>
