import type { Primitive, Shape, Windowed } from './primitives'
import { placesAlong } from './windows'

/**
 * The values that a primitive writes, with their shapes.
 * @param shapeOf the shapes of the values that it reads
 * @throws RangeError where shapes do not fit: a mistake in a lowering, not in anyone's input
 */
export function shapesOf(primitive: Primitive, shapeOf: (value: string) => Shape): Record<string, Shape> {
  const fail = (...values: string[]): never => {
    const found = values.map((value) => `${value} [${shapeOf(value).join(', ')}]`).join(' and ')
    throw new RangeError(`Primitive ${primitive.op} cannot take ${found}.`)
  }
  switch (primitive.op) {
    case 'reshape': {
      const [batch, ...example] = shapeOf(primitive.input)
      if (batch !== 'batch' || product(example) !== product(primitive.shape)) fail(primitive.input)
      return { [primitive.output]: ['batch', ...primitive.shape] }
    }
    case 'matmul': {
      const left = orient(shapeOf(primitive.left), primitive.transposeLeft)
      const right = orient(shapeOf(primitive.right), primitive.transposeRight)
      if (left.length !== 2 || right.length !== 2 || left[1] !== right[0])
        fail(primitive.left, primitive.right)
      return { [primitive.output]: [left[0]!, right[1]!] }
    }
    case 'addBias': {
      const [input, bias] = [shapeOf(primitive.input), shapeOf(primitive.bias)]
      if (bias.length !== 1 || input.at(-1) !== bias[0]) fail(primitive.input, primitive.bias)
      return { [primitive.output]: input }
    }
    case 'softmaxCrossEntropy':
      if (shapeOf(primitive.logits).length !== 2) fail(primitive.logits)
      return { [primitive.losses]: ['batch'], [primitive.residual]: shapeOf(primitive.logits) }
    case 'correct':
    case 'spread':
      return { [primitive.output]: ['batch'] }
    case 'mean':
      if (shapeOf(primitive.input).length !== 1) fail(primitive.input)
      return { [primitive.output]: [] }
    case 'constant':
      return { [primitive.output]: [] }
    case 'biasGradient':
      return { [primitive.output]: shapeOf(primitive.input).slice(-1) }
    case 'reluGradient':
      if (!same(shapeOf(primitive.gradient), shapeOf(primitive.activation))) {
        fail(primitive.gradient, primitive.activation)
      }
      return { [primitive.output]: shapeOf(primitive.gradient) }
    case 'convolution': {
      const [input, filter] = [shapeOf(primitive.input), shapeOf(primitive.filter)]
      if (filter.length !== 4 || input.at(-1) !== filter[2]) fail(primitive.input, primitive.filter)
      const [height, width] = filter as [number, number]
      const places = placesOf(input, { ...primitive, window: [height, width] }) ?? fail(primitive.input)
      return { [primitive.output]: ['batch', ...places, filter[3]!] }
    }
    case 'maxPool':
    case 'averagePool': {
      const input = shapeOf(primitive.input)
      const places = placesOf(input, primitive) ?? fail(primitive.input)
      return { [primitive.output]: ['batch', ...places, input[3]!] }
    }
    case 'globalAveragePool':
      if (shapeOf(primitive.input).length !== 4) fail(primitive.input)
      return { [primitive.output]: ['batch', shapeOf(primitive.input)[3]!] }
    case 'batchNorm':
    case 'batchNormInference': {
      const input = shapeOf(primitive.input)
      const channels = [input.at(-1)!]
      const read = [primitive.scale, primitive.offset]
      if (primitive.op === 'batchNormInference') read.push(primitive.mean, primitive.variance)
      for (const value of read) if (!same(shapeOf(value), channels)) fail(primitive.input, value)
      if (primitive.op === 'batchNormInference') return { [primitive.output]: input }
      return { [primitive.output]: input, [primitive.mean]: channels, [primitive.variance]: channels }
    }
    case 'concatenate': {
      const shapes = primitive.inputs.map(shapeOf)
      const rest = shapes[0]!.slice(0, -1)
      if (!shapes.every((shape) => same(shape.slice(0, -1), rest))) fail(...primitive.inputs)
      const sum = shapes.reduce((total, shape) => total + (shape.at(-1) as number), 0)
      return { [primitive.output]: [...rest, sum] }
    }
    case 'channels':
      return {
        [primitive.output]: [...shapeOf(primitive.input).slice(0, -1), primitive.to - primitive.from],
      }
    case 'dropout': {
      const shape = shapeOf(primitive.input)
      return { [primitive.output]: shape, [primitive.kept]: shape }
    }
    case 'convolutionFilterGradient': {
      const [input, gradient] = [shapeOf(primitive.input), shapeOf(primitive.gradient)]
      return { [primitive.output]: [...primitive.window, input[3]!, gradient[3]!] }
    }
    case 'convolutionInputGradient':
    case 'averagePoolGradient':
    case 'globalAveragePoolGradient':
      return { [primitive.output]: ['batch', ...primitive.shape] }
    case 'maxPoolGradient':
      return { [primitive.output]: shapeOf(primitive.input) }
    case 'batchNormGradient': {
      const scale = shapeOf(primitive.scale)
      return {
        [primitive.output]: shapeOf(primitive.input),
        [primitive.scaleGradient]: scale,
        [primitive.offsetGradient]: scale,
      }
    }
    case 'batchNormCurvature': {
      const [input, scale] = [shapeOf(primitive.input), shapeOf(primitive.scale)]
      for (const value of [primitive.slope, primitive.gradient]) {
        if (!same(shapeOf(value), input)) fail(primitive.input, value)
      }
      return { [primitive.output]: input, [primitive.scaleGradient]: scale }
    }
    case 'maxPoolTangent':
      if (!same(shapeOf(primitive.input), shapeOf(primitive.tangent)))
        fail(primitive.input, primitive.tangent)
      return { [primitive.output]: shapeOf(primitive.pooled) }
    case 'softmaxGradient':
      if (!same(shapeOf(primitive.residual), shapeOf(primitive.gradient))) {
        fail(primitive.residual, primitive.gradient)
      }
      return { [primitive.output]: shapeOf(primitive.gradient) }
    case 'rowDot': {
      const [left, right] = [shapeOf(primitive.left), shapeOf(primitive.right)]
      if (left.length !== 2 || !same(left, right)) fail(primitive.left, primitive.right)
      return { [primitive.output]: ['batch'] }
    }
    case 'add':
    case 'multiply':
      if (!same(shapeOf(primitive.left), shapeOf(primitive.right))) fail(primitive.left, primitive.right)
      return { [primitive.output]: shapeOf(primitive.left) }
    case 'relu':
    case 'scaleRows':
      return { [primitive.output]: shapeOf(primitive.input) }
  }
}

/** Where a window stops, down and across; undefined where it does not fit. */
function placesOf(input: Shape, windowed: Windowed): [number, number] | undefined {
  if (input.length !== 4) return undefined
  const [down, across] = ([0, 1] as const).map(
    (axis) => placesAlong(input[axis + 1] as number, axis, windowed).count,
  ) as [number, number]
  return down > 0 && across > 0 ? [down, across] : undefined
}

function orient(shape: Shape, transpose = false): Shape {
  return transpose ? [...shape].reverse() : shape
}

function product(extents: Shape): number {
  return extents.reduce<number>((size, extent) => size * (extent === 'batch' ? NaN : extent), 1)
}

function same(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((extent, axis) => extent === right[axis])
}
