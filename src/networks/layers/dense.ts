import { sizeOf } from '../../support/tensor'
import type { Activation, LayerKind } from './kind'
import { activation, count, flag, required, withoutBatchNorm } from './options'
import { endWords, lowerEnd, tensorsOf } from './weights'

/** Flattens its input and multiplies it by weights `[inputs, units]`. */
export interface DenseLayer {
  /** A fully connected layer. */
  readonly kind: 'dense'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Outputs, at least 1; of the last layer the number of classes. */
  readonly units: number
  /** Batch norm between the product and the activation, instead of a bias; off by default. */
  readonly batchNorm?: boolean
  /** What is made of every output. */
  readonly activation: Activation
}

export const dense: LayerKind<DenseLayer> = {
  stem: 'dense',
  options: { units: required(count), batchNorm: flag, activation },
  canonical: withoutBatchNorm,
  shapeAfter: ({ units }) => [units],
  parameters: (layer, input, { group = 'dense' }) => tensorsOf(layer, [sizeOf(input), layer.units], group),
  lower(layer, input, lowering) {
    const { tape } = lowering
    const { name } = layer
    const shape = tape.shapeOf(input).slice(1) as number[]
    let value = input
    if (shape.length !== 1) {
      const output = `${name}/flat`
      tape.append({ op: 'reshape', input: value, shape: [sizeOf(shape)], output })
      value = output
    }
    const product = `${name}/product`
    tape.append({ op: 'matmul', left: value, right: `${name}/weights`, output: product })
    return lowerEnd(layer, product, lowering)
  },
  words: (layer) => ['dense', ...endWords(layer)],
}
