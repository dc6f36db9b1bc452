import type { Primitive } from './primitives'
import type { Tape } from './tape'

/** Adds to the derivative by `value` another value, or what a new primitive writes. */
export type Contribute = (value: string, part: string | ((output: string) => Primitive)) => void

/** What a rule works with. */
export interface Backward {
  /** The derivative by a value so far: all of it, where the primitives after it are done; undefined for zero. */
  readonly gradient: (value: string) => string | undefined
  /** The values whose derivatives somebody wants; parts of others are ignored. */
  readonly active: ReadonlySet<string>
  readonly contribute: Contribute
  readonly tape: Tape
}

/** The name of the derivative by `value`. */
export function gradientOf(value: string): string {
  return `gradient:${value}`
}

/** The rule of one primitive: what each of its inputs gets, given the gradients of its outputs. */
export function applyRule(primitive: Primitive, backward: Backward): void {
  if (primitive.op === 'softmaxCrossEntropy') {
    const { logits, labels, losses, residual } = primitive
    const [factors, gradient] = [backward.gradient(losses), backward.gradient(residual)]
    if (factors) {
      backward.contribute(logits, (output) => ({ op: 'scaleRows', input: residual, factors, output }))
    }
    if (gradient) {
      backward.contribute(logits, (output) => ({ op: 'softmaxGradient', residual, labels, gradient, output }))
    }
    return
  }
  const above = backward.gradient(primitive.output)
  if (above !== undefined) applyToOutput(primitive, above, backward)
}

/** @param above the derivative by the primitive's output */
function applyToOutput(primitive: Primitive, above: string, backward: Backward): void {
  const { contribute, tape } = backward
  const exampleShape = (value: string) => tape.shapeOf(value).slice(1) as number[]
  switch (primitive.op) {
    case 'reshape': {
      const shape = exampleShape(primitive.input)
      contribute(primitive.input, (output) => ({ op: 'reshape', input: above, shape, output }))
      return
    }
    case 'matmul': {
      matmulRule(primitive, above, contribute)
      return
    }
    case 'addBias':
      contribute(primitive.bias, (output) => ({ op: 'biasGradient', input: above, output }))
      contribute(primitive.input, above)
      return
    case 'relu': {
      const activation = primitive.output
      contribute(primitive.input, (output) => ({
        op: 'reluGradient',
        gradient: above,
        activation,
        output,
      }))
      return
    }
    case 'mean': {
      contribute(primitive.input, (output) => ({ op: 'spread', input: above, output }))
      return
    }
    case 'add':
      contribute(primitive.left, above)
      contribute(primitive.right, above)
      return
    case 'multiply':
      contribute(primitive.left, (output) => ({ ...primitive, left: above, output }))
      contribute(primitive.right, (output) => ({ ...primitive, right: above, output }))
      return
    case 'convolution': {
      convolutionRule(primitive, above, backward)
      return
    }
    case 'maxPool': {
      const { input, output: pooled, window, stride, padding } = primitive
      contribute(input, (output) => ({
        op: 'maxPoolGradient',
        input,
        pooled,
        gradient: above,
        window,
        stride,
        padding,
        output,
      }))
      return
    }
    case 'averagePool': {
      const { input, window, stride, padding } = primitive
      const shape = exampleShape(input)
      contribute(input, (output) => ({
        op: 'averagePoolGradient',
        gradient: above,
        shape,
        window,
        stride,
        padding,
        output,
      }))
      return
    }
    case 'globalAveragePool': {
      const shape = exampleShape(primitive.input)
      contribute(primitive.input, (output) => ({
        op: 'globalAveragePoolGradient',
        gradient: above,
        shape,
        output,
      }))
      return
    }
    case 'batchNorm': {
      batchNormRule(primitive, above, backward)
      return
    }
    case 'concatenate': {
      let from = 0
      for (const value of primitive.inputs) {
        const [first, to] = [from, from + (tape.shapeOf(value).at(-1) as number)]
        contribute(value, (output) => ({ op: 'channels', input: above, from: first, to, output }))
        from = to
      }
      return
    }
    case 'dropout': {
      const { input, kept } = primitive
      contribute(input, (output) => ({ op: 'multiply', left: above, right: kept, output }))
      return
    }
    case 'rowDot': {
      const { left, right } = primitive
      const times = (input: string) => (output: string) =>
        ({ op: 'scaleRows', input, factors: above, output }) as const
      contribute(left, times(right))
      contribute(right, times(left))
      return
    }
    case 'scaleRows': {
      const { input, factors } = primitive
      if (backward.active.has(factors)) throw new RangeError(`Nothing is differentiated by ${factors}.`)
      contribute(input, (output) => ({ op: 'scaleRows', input: above, factors, output }))
      return
    }
    // Whether a relu lets through does not change with what it gets, nor does the largest number of a window move.
    case 'reluGradient':
      contribute(primitive.gradient, (output) => ({ ...primitive, gradient: above, output }))
      return
    case 'maxPoolTangent': {
      const { tangent, input, pooled, window, stride, padding } = primitive
      const windowed = { window, stride, padding }
      contribute(tangent, (output) => ({
        op: 'maxPoolGradient',
        ...{ input, pooled, gradient: above, output },
        ...windowed,
      }))
      return
    }
    case 'batchNormGradient': {
      batchNormGradientRule(primitive, above, backward)
      return
    }
    case 'correct':
    case 'constant':
    case 'softmaxCrossEntropy':
      return
    case 'batchNormInference':
    case 'channels':
    case 'spread':
    case 'biasGradient':
    case 'convolutionInputGradient':
    case 'convolutionFilterGradient':
    case 'maxPoolGradient':
    case 'averagePoolGradient':
    case 'globalAveragePoolGradient':
    case 'softmaxGradient':
    case 'batchNormCurvature':
      throw new RangeError(`Primitive ${primitive.op} belongs to derivatives or evaluation and has no rule.`)
  }
}

/** C = A B: dA = dC B^T and dB = A^T dC; where an operand is transposed, so is its derivative. */
function matmulRule(
  { left, right, transposeLeft = false, transposeRight = false }: Extract<Primitive, { op: 'matmul' }>,
  above: string,
  contribute: Contribute,
): void {
  contribute(left, (output) =>
    transposeLeft
      ? {
          op: 'matmul',
          left: right,
          right: above,
          transposeLeft: transposeRight,
          transposeRight: true,
          output,
        }
      : { op: 'matmul', left: above, right, transposeRight: !transposeRight, output },
  )
  contribute(right, (output) =>
    transposeRight
      ? { op: 'matmul', left: above, right: left, transposeLeft: true, transposeRight: transposeLeft, output }
      : { op: 'matmul', left, right: above, transposeLeft: !transposeLeft, output },
  )
}

function convolutionRule(
  { input, filter, stride, padding }: Extract<Primitive, { op: 'convolution' }>,
  above: string,
  { contribute, tape }: Backward,
): void {
  const shape = tape.shapeOf(input).slice(1) as number[]
  const window = tape.shapeOf(filter).slice(0, 2) as [number, number]
  contribute(filter, (output) => ({
    op: 'convolutionFilterGradient',
    input,
    gradient: above,
    window,
    stride,
    padding,
    output,
  }))
  contribute(input, (output) => ({
    op: 'convolutionInputGradient',
    gradient: above,
    filter,
    shape,
    stride,
    padding,
    output,
  }))
}

/** One primitive has all three derivatives, so they are named after the output. */
function batchNormRule(
  primitive: Extract<Primitive, { op: 'batchNorm' }>,
  above: string,
  { gradient, active, contribute, tape }: Backward,
): void {
  const { input, scale, offset, mean, variance, epsilon } = primitive
  if (gradient(mean) ?? gradient(variance)) {
    throw new RangeError(`The loss depends on ${mean} or ${variance}, which are for statistics only.`)
  }
  if (![input, scale, offset].some((value) => active.has(value))) return
  const name = (part: string) => `${gradientOf(primitive.output)}:${part}`
  const [output, scaleGradient, offsetGradient] = [name('input'), name('scale'), name('offset')] as const
  tape.append({
    op: 'batchNormGradient',
    input,
    gradient: above,
    scale,
    mean,
    variance,
    epsilon,
    output,
    scaleGradient,
    offsetGradient,
  })
  contribute(input, output)
  contribute(scale, scaleGradient)
  contribute(offset, offsetGradient)
}

/**
 * What batchNormGradient makes of a slope is linear in the slope, and symmetric: so the derivative by the slope is
 * batchNormGradient again.
 */
function batchNormGradientRule(
  primitive: Extract<Primitive, { op: 'batchNormGradient' }>,
  above: string,
  { gradient, active, contribute, tape }: Backward,
): void {
  const { input, gradient: slope, scale, mean, variance, epsilon } = primitive
  if (gradient(primitive.scaleGradient) ?? gradient(primitive.offsetGradient)) {
    throw new RangeError(`Only ${primitive.output} can be differentiated again.`)
  }
  const name = (part: string) => `${gradientOf(primitive.output)}:${part}`
  const norm = { input, scale, mean, variance, epsilon }
  if (active.has(slope)) {
    const [output, scaleGradient, offsetGradient] = [
      name('slope'),
      name('unused'),
      name('unused too'),
    ] as const
    tape.append({ op: 'batchNormGradient', ...norm, gradient: above, output, scaleGradient, offsetGradient })
    contribute(slope, output)
  }
  const [output, scaleGradient] = [name('input'), name('scale')] as const
  tape.append({ op: 'batchNormCurvature', ...norm, slope, gradient: above, output, scaleGradient })
  contribute(input, output)
  contribute(scale, scaleGradient)
}
