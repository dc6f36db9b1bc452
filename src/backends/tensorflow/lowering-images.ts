import type { Primitive, Shape, Sliding, Windowed } from '../primitives'
import { placesAlong } from '../windows'
import { type GraphBuilder, type Ref, typeAttr, type Batch, sizeOfBatch } from './graph'
import type { AttrValue } from './graph-messages'

type ImagePrimitive = Extract<
  Primitive,
  {
    op:
      | 'convolution'
      | 'convolutionInputGradient'
      | 'convolutionFilterGradient'
      | 'maxPool'
      | 'maxPoolGradient'
      | 'averagePool'
      | 'averagePoolGradient'
      | 'globalAveragePool'
      | 'globalAveragePoolGradient'
      | 'batchNorm'
      | 'batchNormInference'
      | 'batchNormGradient'
  }
>

const float = { T: typeAttr('float32') }

/** Convolution, pooling and batch norm; see `lowerPrimitive`. Images are `[batch, height, width, channels]`. */
export function lowerImagePrimitive(
  graph: GraphBuilder,
  primitive: ImagePrimitive,
  values: Map<string, Ref>,
  shapes: Readonly<Record<string, Shape>>,
  batch: Batch,
): void {
  const ref = (value: string): Ref => values.get(value)!
  const vector = (numbers: readonly number[]) => graph.constant('int32', numbers)
  const whole = (example: readonly number[]) => vector([sizeOfBatch(batch), ...example])
  const name = primitive.output
  const set = (node: Ref) => values.set(name, node)
  switch (primitive.op) {
    case 'convolution': {
      const inputs = [ref(primitive.input), ref(primitive.filter)]
      set(graph.add('Conv2D', inputs, sliding(primitive), { name }))
      return
    }
    case 'convolutionInputGradient': {
      const inputs = [whole(primitive.shape), ref(primitive.filter), ref(primitive.gradient)]
      set(graph.add('Conv2DBackpropInput', inputs, sliding(primitive), { name }))
      return
    }
    case 'convolutionFilterGradient': {
      const inputs = [ref(primitive.input), vector(shapes[name] as number[]), ref(primitive.gradient)]
      set(graph.add('Conv2DBackpropFilter', inputs, sliding(primitive), { name }))
      return
    }
    case 'maxPool':
      set(graph.add('MaxPool', [ref(primitive.input)], windowed(primitive), { name }))
      return
    case 'maxPoolGradient': {
      const inputs = [ref(primitive.input), ref(primitive.pooled), ref(primitive.gradient)]
      set(graph.add('MaxPoolGrad', inputs, windowed(primitive), { name }))
      return
    }
    case 'averagePool': {
      const around = aroundOf(primitive)
      if (!around) {
        set(graph.add('AvgPool', [ref(primitive.input)], windowed(primitive), { name }))
        return
      }
      const image = shapes[primitive.input]!.slice(1) as number[]
      const means = graph.add(
        'AvgPool',
        [pad(graph, ref(primitive.input), around, 0)],
        windowed(around.inside),
      )
      set(graph.add('Mul', [means, shares(graph, image, primitive)], float, { name }))
      return
    }
    case 'averagePoolGradient': {
      const around = aroundOf(primitive)
      if (!around) {
        const inputs = [whole(primitive.shape), ref(primitive.gradient)]
        set(graph.add('AvgPoolGrad', inputs, windowed(primitive), { name }))
        return
      }
      const [height, width, channels] = primitive.shape as [number, number, number]
      const { vertical, horizontal, inside } = around
      const gradient = graph.add(
        'Mul',
        [ref(primitive.gradient), shares(graph, primitive.shape, primitive)],
        float,
      )
      const larger = whole([height + 2 * vertical, width + 2 * horizontal, channels])
      const all = graph.add('AvgPoolGrad', [larger, gradient], windowed(inside))
      const corner = vector([0, vertical, horizontal, 0])
      const attr = { ...float, Index: typeAttr('int32') }
      set(graph.add('Slice', [all, corner, whole(primitive.shape)], attr, { name }))
      return
    }
    case 'globalAveragePool': {
      const attr = { ...float, Tidx: typeAttr('int32') }
      set(graph.add('Mean', [ref(primitive.input), vector([1, 2])], attr, { name }))
      return
    }
    case 'globalAveragePoolGradient': {
      const [height, width, channels] = primitive.shape as [number, number, number]
      const area = graph.constant('float32', height * width)
      const share = graph.add('RealDiv', [ref(primitive.gradient), area], float)
      const pixel = reshape(graph, share, [-1, 1, 1, channels])
      const attr = { ...float, Tidx: typeAttr('int32') }
      set(graph.add('BroadcastTo', [pixel, whole(primitive.shape)], attr, { name }))
      return
    }
    case 'batchNorm': {
      const { input, scale, offset, mean, variance, epsilon } = primitive
      const nothing = graph.constant('float32', [])
      const inputs = [asImages(graph, ref(input), shapes[input]!), ref(scale), ref(offset), nothing, nothing]
      const node = graph.add('FusedBatchNormV3', inputs, normalizing(epsilon, true), { name })
      set(likeBefore(graph, node, shapes[input]!))
      // What the op calls batch_variance is of the population drawn from; the second reserve is of the batch.
      values.set(mean, graph.other(node, 'reserve_space_1', 3))
      values.set(variance, graph.other(node, 'reserve_space_2', 4))
      return
    }
    case 'batchNormInference': {
      const { input, scale, offset, mean, variance, epsilon } = primitive
      const images = asImages(graph, ref(input), shapes[input]!)
      const inputs = [images, ref(scale), ref(offset), ref(mean), ref(variance)]
      const node = graph.add('FusedBatchNormV3', inputs, normalizing(epsilon, false), { name })
      set(likeBefore(graph, node, shapes[input]!))
      return
    }
    case 'batchNormGradient': {
      const { input, gradient, scale, mean, variance, epsilon, scaleGradient, offsetGradient } = primitive
      const [above, images] = [gradient, input].map((value) => asImages(graph, ref(value), shapes[input]!))
      const reserve = graph.other(ref(mean), 'reserve_space_3', 5)
      const inputs = [above!, images!, ref(scale), ref(mean), ref(variance), reserve]
      const node = graph.add('FusedBatchNormGradV3', inputs, normalizing(epsilon, true), { name })
      set(likeBefore(graph, node, shapes[input]!))
      values.set(scaleGradient, graph.other(node, 'scale_backprop', 1))
      values.set(offsetGradient, graph.other(node, 'offset_backprop', 2))
    }
  }
}

function sliding({ stride, padding }: Sliding): Record<string, AttrValue> {
  const explicit = typeof padding === 'object'
  return {
    ...float,
    strides: { list: { i: [1, stride, stride, 1] } },
    padding: { s: Buffer.from(explicit ? 'EXPLICIT' : padding.toUpperCase()) },
    ...(explicit
      ? { explicit_paddings: { list: { i: [0, ...padding, 0].flatMap((pixels) => [pixels, pixels]) } } }
      : {}),
  }
}

export function windowed(pool: Windowed): Record<string, AttrValue> {
  return { ...sliding(pool), ksize: { list: { i: [1, ...pool.window, 1] } } }
}

/** Pixels around images, and how a window slides over images that have them. */
interface Around {
  readonly vertical: number
  readonly horizontal: number
  readonly inside: Windowed
}

/** Where pixels are said to be around images; TensorFlow's other pools than the largest number's do not know of them. */
export function aroundOf({ window, stride, padding }: Windowed): Around | undefined {
  if (typeof padding === 'string') return undefined
  return { vertical: padding[0], horizontal: padding[1], inside: { window, stride, padding: 'valid' } }
}

/** Images with pixels of one value around them. */
export function pad(graph: GraphBuilder, images: Ref, { vertical, horizontal }: Around, value: number): Ref {
  const paddings = graph.constant('int32', [0, 0, vertical, vertical, horizontal, horizontal, 0, 0], [4, 2])
  const attr = { ...float, Tpaddings: typeAttr('int32') }
  return graph.add('PadV2', [images, paddings, graph.constant('float32', value)], attr)
}

/** For every place of a window, its pixels over those of them that are in the image. */
function shares(graph: GraphBuilder, image: readonly number[], windowed: Windowed): Ref {
  const inside = ([0, 1] as const).map((axis) => {
    const [extent, size] = [image[axis]!, windowed.window[axis]]
    const { count, before } = placesAlong(extent, axis, windowed)
    return Array.from({ length: count }, (_, place) => {
      const from = place * windowed.stride - before
      return Math.min(extent, from + size) - Math.max(0, from)
    })
  })
  const [rows, columns] = inside as [number[], number[]]
  const area = windowed.window[0] * windowed.window[1]
  const numbers = rows.flatMap((high) => columns.map((wide) => area / (high * wide)))
  return graph.constant('float32', numbers, [1, rows.length, columns.length, 1])
}

function normalizing(epsilon: number, training: boolean): Record<string, AttrValue> {
  return { ...float, U: typeAttr('float32'), epsilon: { f: epsilon }, is_training: { b: training } }
}

/** Batch norm takes images only, so a vector becomes one of a single pixel. */
function asImages(graph: GraphBuilder, node: Ref, shape: Shape): Ref {
  return shape.length === 4 ? node : reshape(graph, node, [-1, 1, 1, shape.at(-1) as number])
}

function likeBefore(graph: GraphBuilder, images: Ref, shape: Shape): Ref {
  return shape.length === 4 ? images : reshape(graph, images, [-1, ...(shape.slice(1) as number[])])
}

function reshape(graph: GraphBuilder, node: Ref, shape: readonly number[]): Ref {
  return graph.add('Reshape', [node, graph.constant('int32', shape)], {
    ...float,
    Tshape: typeAttr('int32'),
  })
}
