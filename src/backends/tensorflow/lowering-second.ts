import type { Primitive, Shape } from '../primitives'
import { type GraphBuilder, type Ref, typeAttr, sizeOfBatch, type Batch } from './graph'
import { aroundOf, pad, windowed } from './lowering-images'

type SecondPrimitive = Extract<
  Primitive,
  { op: 'rowDot' | 'softmaxGradient' | 'maxPoolTangent' | 'batchNormCurvature' }
>

const float = { T: typeAttr('float32') }
const reducing = { ...float, Tidx: typeAttr('int32') }

/** What occurs in second derivatives only; see `lowerPrimitive`. */
export function lowerSecondDerivative(
  graph: GraphBuilder,
  primitive: SecondPrimitive,
  values: Map<string, Ref>,
  shapes: Readonly<Record<string, Shape>>,
  batch: Batch,
): void {
  const ref = (value: string): Ref => values.get(value)!
  const set = (value: string, node: Ref) => values.set(value, node)
  const pair = (op: 'Mul' | 'Sub' | 'AddV2') => (left: Ref, right: Ref) => graph.add(op, [left, right], float)
  const [times, minus, plus] = [pair('Mul'), pair('Sub'), pair('AddV2')]
  const rowSums = (node: Ref, keep: boolean) =>
    graph.add('Sum', [node, graph.constant('int32', [1])], { ...reducing, keep_dims: { b: keep } })
  switch (primitive.op) {
    case 'rowDot':
      set(primitive.output, rowSums(times(ref(primitive.left), ref(primitive.right)), false))
      return
    case 'softmaxGradient': {
      const { residual, labels, gradient, output } = primitive
      const classes = graph.constant('int32', shapes[residual]![1] as number)
      const [one, zero] = [graph.constant('float32', 1), graph.constant('float32', 0)]
      const hits = graph.add('OneHot', [ref(labels), classes, one, zero], {
        ...{ T: typeAttr('float32'), TI: typeAttr('int32') },
        axis: { i: -1 },
      })
      const probabilities = plus(ref(residual), hits)
      const products = times(probabilities, ref(gradient))
      set(output, minus(products, times(probabilities, rowSums(products, true))))
      return
    }
    case 'maxPoolTangent': {
      // Not MaxPoolGradGrad, which writes over what it reads where all shapes are the same.
      const around = aroundOf(primitive)
      const [attr, int64] = [windowed(around?.inside ?? primitive), typeAttr('int64')]
      const withEdge = (images: Ref, value: number) => (around ? pad(graph, images, around, value) : images)
      const pooled = graph.add('MaxPoolWithArgmax', [withEdge(ref(primitive.input), -Infinity)], {
        ...attr,
        Targmax: int64,
        include_batch_in_index: { b: true },
      })
      const numbers = graph.add(
        'Reshape',
        [withEdge(ref(primitive.tangent), 0), graph.constant('int32', [-1])],
        {
          ...float,
          Tshape: typeAttr('int32'),
        },
      )
      const places = [numbers, graph.other(pooled, 'argmax', 1), graph.constant('int32', 0)]
      const taking = { Tparams: typeAttr('float32'), Tindices: int64, Taxis: typeAttr('int32') }
      set(primitive.output, graph.add('GatherV2', places, taking))
      return
    }
    case 'batchNormCurvature': {
      const { input, slope, gradient, scale, mean, variance, epsilon, output, scaleGradient } = primitive
      const shape = shapes[input]!
      const axes = graph.constant('int32', [...shape.keys()].slice(0, -1))
      const channelMeans = (node: Ref) => graph.add('Mean', [node, axes], reducing)
      const centred = (node: Ref) => minus(node, channelMeans(node))
      const count = (shape.slice(1, -1) as number[]).reduce(
        (product, extent) => product * extent,
        sizeOfBatch(batch),
      )
      const number = (value: number) => graph.constant('float32', value)

      const inverse = graph.add('Rsqrt', [plus(ref(variance), number(epsilon))], float)
      const standard = times(minus(ref(input), ref(mean)), inverse)
      const [a, u] = [centred(ref(slope)), centred(ref(gradient))]
      const [alongA, alongU] = [channelMeans(times(standard, a)), channelMeans(times(standard, u))]
      const [both, along] = [channelMeans(times(a, u)), times(alongA, alongU)]
      // With P = I - 1 1' / n - x x' / n for the standardized x: u' P a / deviation, for each channel and its scale.
      set(scaleGradient, times(times(minus(both, along), inverse), number(count)))
      const ofStandard = times(standard, minus(both, times(along, number(3))))
      const sum = plus(ofStandard, plus(times(alongA, u), times(alongU, a)))
      const factor = times(times(ref(scale), number(-1)), times(inverse, inverse))
      set(output, times(sum, factor))
    }
  }
}
