import type { SessionData, SplitName } from '../backend'
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
