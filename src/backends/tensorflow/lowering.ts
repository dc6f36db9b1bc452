import type { Primitive, Shape } from '../primitives'
import type { GraphBuilder, Ref } from './graph'
import { typeAttr } from './graph'

const float = { T: typeAttr('float32') }

/**
 * Adds the nodes of one primitive.
 * @param values the nodes of the values so far; those that the primitive writes are added
 * @param shapes of all values
 * @param batchSize the examples in a batch, where that is known when the graph is built
 */
export function lowerPrimitive(
  graph: GraphBuilder,
  primitive: Primitive,
  values: Map<string, Ref>,
  shapes: Readonly<Record<string, Shape>>,
  batchSize?: number,
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
      values.set(residual, {
        node: losses.node,
        output: 'backprop',
        ...(graph.kind === 'graph' && { index: 1 }),
      })
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
      if (batchSize === undefined) throw new RangeError('A derivative needs the size of the batch.')
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
  }
}
