import type { Primitive, Shape } from '../primitives'
import { type GraphBuilder, type Ref, typeAttr, type Batch, sizeOfBatch } from './graph'
import { lowerImagePrimitive } from './lowering-images'
import { lowerSecondDerivative } from './lowering-second'

const float = { T: typeAttr('float32') }

/**
 * Adds the nodes of one primitive.
 * @param values the nodes of the values so far; those that the primitive writes are added
 * @param shapes of all values
 */
export function lowerPrimitive(
  graph: GraphBuilder,
  primitive: Primitive,
  values: Map<string, Ref>,
  shapes: Readonly<Record<string, Shape>>,
  batch: Batch = {},
): void {
  const ref = (value: string): Ref => values.get(value)!
  const vector = (numbers: readonly number[]) => graph.constant('int32', numbers)
  switch (primitive.op) {
    case 'reshape': {
      const shape = vector([-1, ...primitive.shape])
      const name = primitive.output
      values.set(
        name,
        graph.add(
          'Reshape',
          [ref(primitive.input), shape],
          { ...float, Tshape: typeAttr('int32') },
          { name },
        ),
      )
      return
    }
    case 'matmul': {
      const { left, right, transposeLeft = false, transposeRight = false, output: name } = primitive
      const attr = { ...float, transpose_a: { b: transposeLeft }, transpose_b: { b: transposeRight } }
      values.set(name, graph.add('MatMul', [ref(left), ref(right)], attr, { name }))
      return
    }
    case 'addBias': {
      const { input, bias, output: name } = primitive
      values.set(name, graph.add('BiasAdd', [ref(input), ref(bias)], float, { name }))
      return
    }
    case 'relu': {
      const name = primitive.output
      values.set(name, graph.add('Relu', [ref(primitive.input)], float, { name }))
      return
    }
    case 'softmaxCrossEntropy': {
      const { logits, labels, losses: name, residual } = primitive
      const attr = { ...float, Tlabels: typeAttr('int32') }
      const losses = graph.add('SparseSoftmaxCrossEntropyWithLogits', [ref(logits), ref(labels)], attr, {
        name,
      })
      values.set(name, losses)
      values.set(residual, graph.other(losses, 'backprop', 1))
      return
    }
    case 'mean': {
      const name = primitive.output
      const attr = { ...float, Tidx: typeAttr('int32') }
      values.set(name, graph.add('Mean', [ref(primitive.input), vector([0])], attr, { name }))
      return
    }
    case 'correct': {
      const { logits, labels, output: name } = primitive
      const largest = graph.add('ArgMax', [ref(logits), graph.constant('int32', 1)], {
        ...float,
        Tidx: typeAttr('int32'),
        output_type: typeAttr('int32'),
      })
      values.set(name, graph.add('Equal', [largest, ref(labels)], { T: typeAttr('int32') }, { name }))
      return
    }
    case 'constant':
      values.set(primitive.output, graph.constant('float32', primitive.value))
      return
    case 'spread': {
      const batchSize = sizeOfBatch(batch)
      const share = graph.add('RealDiv', [ref(primitive.input), graph.constant('float32', batchSize)], float)
      const attr = { ...float, index_type: typeAttr('int32') }
      values.set(primitive.output, graph.add('Fill', [vector([batchSize]), share], attr))
      return
    }
    case 'scaleRows': {
      const { input, factors, output: name } = primitive
      const shape = vector([-1, ...shapes[input]!.slice(1).map(() => 1)])
      const column = graph.add('Reshape', [ref(factors), shape], { ...float, Tshape: typeAttr('int32') })
      values.set(name, graph.add('Mul', [ref(input), column], float, { name }))
      return
    }
    case 'biasGradient': {
      const name = primitive.output
      values.set(name, graph.add('BiasAddGrad', [ref(primitive.input)], float, { name }))
      return
    }
    case 'reluGradient': {
      const { gradient, activation, output: name } = primitive
      values.set(name, graph.add('ReluGrad', [ref(gradient), ref(activation)], float, { name }))
      return
    }
    case 'add': {
      const { left, right, output: name } = primitive
      values.set(name, graph.add('AddV2', [ref(left), ref(right)], float, { name }))
      return
    }
    case 'multiply': {
      const { left, right, output: name } = primitive
      values.set(name, graph.add('Mul', [ref(left), ref(right)], float, { name }))
      return
    }
    case 'dropout': {
      const kept = keptFactors(graph, primitive, ref(primitive.input), shapes, batch)
      const name = primitive.output
      values.set(primitive.kept, kept)
      values.set(name, graph.add('Mul', [ref(primitive.input), kept], float, { name }))
      return
    }
    case 'concatenate': {
      const { inputs, output: name } = primitive
      const axis = graph.constant('int32', shapes[name]!.length - 1)
      const attr = { ...float, N: { i: inputs.length }, Tidx: typeAttr('int32') }
      values.set(name, graph.add('ConcatV2', [...inputs.map(ref), axis], attr, { name }))
      return
    }
    case 'channels': {
      const { input, from, to, output: name } = primitive
      const before = shapes[input]!.slice(1)
      const begin = vector([...before.map(() => 0), from])
      const size = vector([...before.map(() => -1), to - from])
      const attr = { ...float, Index: typeAttr('int32') }
      values.set(name, graph.add('Slice', [ref(input), begin, size], attr, { name }))
      return
    }
    case 'rowDot':
    case 'softmaxGradient':
    case 'maxPoolTangent':
    case 'batchNormCurvature':
      lowerSecondDerivative(graph, primitive, values, shapes, batch)
      return
    case 'averagePool':
    case 'averagePoolGradient':
    case 'batchNorm':
    case 'batchNormGradient':
    case 'batchNormInference':
    case 'convolution':
    case 'convolutionFilterGradient':
    case 'convolutionInputGradient':
    case 'globalAveragePool':
    case 'globalAveragePoolGradient':
    case 'maxPool':
    case 'maxPoolGradient':
      lowerImagePrimitive(graph, primitive, values, shapes, batch)
  }
}

/** 0 where dropped, otherwise 1 / (1 - rate). */
function keptFactors(
  graph: GraphBuilder,
  { input, rate, stream }: Extract<Primitive, { op: 'dropout' }>,
  node: Ref,
  shapes: Readonly<Record<string, Shape>>,
  batch: Batch,
): Ref {
  if (!batch.seed) return graph.add('OnesLike', [node], float)
  const int = typeAttr('int32')
  const shape = shapes[input]!.map((extent) => (extent === 'batch' ? sizeOfBatch(batch) : extent))
  const first = graph.add('Reshape', [batch.seed, graph.constant('int32', [1])], { T: int, Tshape: int })
  const seed = graph.add('ConcatV2', [first, graph.constant('int32', [stream]), graph.constant('int32', 0)], {
    T: int,
    N: { i: 2 },
    Tidx: int,
  })
  const uniform = graph.add('StatelessRandomUniform', [graph.constant('int32', shape), seed], {
    dtype: typeAttr('float32'),
    T: int,
    Tseed: int,
  })
  const stays = graph.add('GreaterEqual', [uniform, graph.constant('float32', rate)], float)
  const ones = graph.add('Cast', [stays], { SrcT: typeAttr('bool'), DstT: typeAttr('float32') })
  return graph.add('Mul', [ones, graph.constant('float32', 1 / (1 - rate))], float)
}
