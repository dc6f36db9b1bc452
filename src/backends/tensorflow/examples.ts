import { sourcePixels } from '../augmentation'
import type { SessionData, SplitName } from '../backend'
import type { Augmentation, StepProgram } from '../program'
import type { GraphBuilder, Ref } from './graph'
import { typeAttr } from './graph'
import type { Variable } from './variables'
import { read } from './variables'

/** How the data looks that a graph is compiled for. */
export interface DataShape {
  readonly shape: readonly number[]
  readonly normalize: SessionData['normalize']
  readonly counts: Readonly<Record<SplitName, number>>
}

/** The variables that hold one split. */
export function dataVariables(
  { shape, counts }: DataShape,
  split: SplitName,
): Record<'images' | 'labels', Variable> {
  const count = counts[split]
  return {
    images: { name: `data/${split}/images`, type: 'uint8', shape: [count, ...shape] },
    labels: { name: `data/${split}/labels`, type: 'int32', shape: [count] },
  }
}

/** Elements `from <= i < from + count` of a variable's first axis. */
export function slice(graph: GraphBuilder, variable: Variable, [from, count]: readonly [Ref, Ref]): Ref {
  const rest = variable.shape.slice(1)
  const concat = (first: Ref, others: readonly number[]): Ref =>
    others.length === 0
      ? first
      : graph.add('ConcatV2', [first, graph.constant('int32', others), graph.constant('int32', 0)], {
          N: { i: 2 },
          T: typeAttr('int32'),
          Tidx: typeAttr('int32'),
        })
  const begin = concat(
    from,
    rest.map(() => 0),
  )
  return graph.add('Slice', [read(graph, variable), begin, concat(count, rest)], {
    T: typeAttr(variable.type),
    Index: typeAttr('int32'),
  })
}

/** Bytes to what the network sees: byte * 1/(255 deviation) - mean/deviation, per channel (the last axis). */
export function normalized(
  graph: GraphBuilder,
  bytes: Ref,
  { normalize: { mean, deviation } }: DataShape,
): Ref {
  const float = { T: typeAttr('float32') }
  const cast = graph.add('Cast', [bytes], { SrcT: typeAttr('uint8'), DstT: typeAttr('float32') })
  const scale = deviation.map((channel) => 1 / (255 * channel))
  const scaled = graph.add('Mul', [cast, graph.constant('float32', scale)], float)
  if (mean.every((channel) => channel === 0)) return scaled
  const offset = mean.map((channel, index) => -channel / deviation[index]!)
  return graph.add('AddV2', [scaled, graph.constant('float32', offset)], float)
}

/**
 * Bytes `[batch, height, width, channels]`, changed by one variant for each example (see `Augmentation`): a gather of
 * pixels through a table with a row for every variant.
 */
export function augmented(
  graph: GraphBuilder,
  bytes: Ref,
  variants: Ref,
  augmentation: Augmentation,
  { example, batchSize }: Pick<StepProgram, 'example' | 'batchSize'>,
): Ref {
  const [height, width, channels] = example as [number, number, number]
  const pixels = height * width
  const [int, byte] = [typeAttr('int32'), typeAttr('uint8')]
  const reshape = (node: Ref, shape: readonly number[]): Ref =>
    graph.add('Reshape', [node, graph.constant('int32', shape)], { T: byte, Tshape: int })
  const flat = reshape(bytes, [batchSize, pixels, channels])
  const oneAfter = graph.constant('int32', [0, 0, 0, 1, 0, 0], [3, 2])
  const withBlack = graph.add('Pad', [flat, oneAfter], { T: byte, Tpaddings: int })
  const { table, rows } = sourcePixels(augmentation, [height, width])
  const sources = gather(graph, graph.constant('int32', table, [rows, pixels]), variants, 'int32')
  const moved = graph.add('GatherV2', [withBlack, sources, graph.constant('int32', 1)], {
    Tparams: byte,
    Tindices: int,
    Taxis: int,
    batch_dims: { i: 1 },
  })
  return reshape(moved, [batchSize, height, width, channels])
}

/** Rows of `from`, by `indices`. */
export function gather(
  graph: GraphBuilder,
  from: Ref,
  indices: Ref,
  type: 'int32' | 'float32' | 'uint8',
): Ref {
  return graph.add('GatherV2', [from, indices, graph.constant('int32', 0)], {
    Tparams: typeAttr(type),
    Tindices: typeAttr('int32'),
    Taxis: typeAttr('int32'),
  })
}
