import { branches, type BranchesLayer } from './branches'
import { convolution, type ConvolutionLayer } from './convolution'
import { dense, type DenseLayer } from './dense'
import { dropout, type DropoutLayer } from './dropout'
import type { HoldingKind, LayerKind } from './kind'
import { averagePool, globalAveragePool, maxPool, type GlobalAveragePoolLayer, type PoolLayer } from './pool'
import { residual, type ResidualLayer } from './residual'

/**
 * A layer. Names are unique in the network, those inside of residual blocks and branches included; parameters are
 * called `<name>/weights`, `<name>/bias`, and with batch norm `<name>/scale`, `/offset`, `/mean` and `/variance`.
 */
export type Layer =
  | DenseLayer
  | ConvolutionLayer
  | PoolLayer<'max-pool'>
  | PoolLayer<'average-pool'>
  | GlobalAveragePoolLayer
  | DropoutLayer
  | ResidualLayer<Layer>
  | BranchesLayer<Layer>

type Kind = Layer['kind']
type LayerOf<K extends Kind> = Extract<Layer, { readonly kind: K }>
type Row<L extends Layer> = LayerKind<L, Layer> & Partial<Pick<HoldingKind<L, Layer>, 'inside'>>

/** Every kind of layer, in the order that errors list them: a kind without a row does not compile. */
const rows: { readonly [K in Kind]: Row<LayerOf<K>> } = {
  dense,
  convolution,
  'max-pool': maxPool,
  'average-pool': averagePool,
  'global-average-pool': globalAveragePool,
  dropout,
  residual: residual<Layer>(),
  branches: branches<Layer>(),
}

/** The kinds of layers there are. */
export const layerKinds = Object.keys(rows) as readonly Kind[]

/** What is known of a kind of layer. */
export function rowOf<K extends Kind>(kind: K): Row<LayerOf<K>> {
  return rows[kind]
}

/** Whether there is a kind of layer of this name. */
export function isKind(kind: unknown): kind is Kind {
  return typeof kind === 'string' && Object.hasOwn(rows, kind)
}
