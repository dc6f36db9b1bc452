import type { Primitive } from './primitives'
import type { Tape } from './tape'

/**
 * Forward-mode differentiation: appends what becomes of the derivative of some values along a direction, the tangent,
 * on the way to the values that `forward` computes. Relus and the largest number of a window of max pooling stay who they
 * are; batch norm's statistics move with its input.
 *
 * @param tape holds `forward` already
 * @param directions the tangents of the values that are moved, by value; the others of `forward`'s inputs stay
 * @returns the name of a value's tangent; undefined where it is zero
 */
export function appendTangents(
  tape: Tape,
  forward: readonly Primitive[],
  directions: Readonly<Record<string, string>>,
): (value: string) => string | undefined {
  const found = new Map(Object.entries(directions))
  for (const primitive of forward) appendTangent(primitive, found, tape)
  return (value) => found.get(value)
}

/** The name of the tangent of `value`. */
function tangentOf(value: string): string {
  return `tangent:${value}`
}

function appendTangent(primitive: Primitive, found: Map<string, string>, tape: Tape): void {
  const at = (value: string) => found.get(value)
  const set = (value: string, tangent: (output: string) => Primitive): void => {
    const name = tangentOf(value)
    tape.append(tangent(name))
    found.set(value, name)
  }
  switch (primitive.op) {
    case 'reshape':
    case 'averagePool':
    case 'globalAveragePool':
    case 'scaleRows':
    case 'mean': {
      const input = at(primitive.input)
      if (input !== undefined) set(primitive.output, (output) => ({ ...primitive, input, output }))
      return
    }
    case 'addBias': {
      const input = at(primitive.input)
      if (at(primitive.bias) !== undefined) throw unmoved(primitive.bias)
      if (input !== undefined) found.set(primitive.output, input)
      return
    }
    case 'relu': {
      const gradient = at(primitive.input)
      const activation = primitive.output
      if (gradient !== undefined) {
        set(activation, (output) => ({ op: 'reluGradient', gradient, activation, output }))
      }
      return
    }
    case 'dropout': {
      const left = at(primitive.input)
      const right = primitive.kept
      if (left !== undefined) set(primitive.output, (output) => ({ op: 'multiply', left, right, output }))
      return
    }
    case 'matmul': {
      const [left, right] = [at(primitive.left), at(primitive.right)]
      setSum(primitive.output, [
        left === undefined ? undefined : (output) => ({ ...primitive, left, output }),
        right === undefined ? undefined : (output) => ({ ...primitive, right, output }),
      ])
      return
    }
    case 'convolution': {
      const [input, filter] = [at(primitive.input), at(primitive.filter)]
      setSum(primitive.output, [
        input === undefined ? undefined : (output) => ({ ...primitive, input, output }),
        filter === undefined ? undefined : (output) => ({ ...primitive, filter, output }),
      ])
      return
    }
    case 'add': {
      const [left, right] = [at(primitive.left), at(primitive.right)]
      if (left !== undefined && right !== undefined) {
        set(primitive.output, (output) => ({ op: 'add', left, right, output }))
      } else if ((left ?? right) !== undefined) found.set(primitive.output, (left ?? right)!)
      return
    }
    case 'concatenate': {
      const { inputs, output: whole } = primitive
      if (inputs.every((input) => at(input) === undefined)) return
      const tangents = inputs.map((input) => at(input) ?? zeros(input))
      set(whole, (output) => ({ op: 'concatenate', inputs: tangents, output }))
      return
    }
    case 'maxPool': {
      const { input, output: pooled, window, stride, padding } = primitive
      const tangent = at(input)
      const windowed = { window, stride, padding }
      if (tangent !== undefined) {
        set(pooled, (output) => ({ op: 'maxPoolTangent', input, pooled, tangent, ...windowed, output }))
      }
      return
    }
    // The derivative by the input is symmetric, so it takes a tangent forwards as it takes a gradient back.
    case 'batchNorm': {
      const { input, scale, offset, mean, variance, epsilon } = primitive
      for (const value of [scale, offset]) if (at(value) !== undefined) throw unmoved(value)
      const gradient = at(input)
      const name = (part: string) => `${tangentOf(primitive.output)}:${part}`
      const unused = { scaleGradient: name('scale'), offsetGradient: name('offset') }
      if (gradient !== undefined) {
        const norm = { input, gradient, scale, mean, variance, epsilon }
        set(primitive.output, (output) => ({ op: 'batchNormGradient', ...norm, ...unused, output }))
      }
      return
    }
    case 'softmaxCrossEntropy': {
      const right = at(primitive.logits)
      const left = primitive.residual
      if (right !== undefined) set(primitive.losses, (output) => ({ op: 'rowDot', left, right, output }))
      return
    }
    case 'constant':
    case 'spread':
      return
    // Those of derivatives, of evaluations, and of batches.
    case 'averagePoolGradient':
    case 'batchNormCurvature':
    case 'batchNormGradient':
    case 'batchNormInference':
    case 'biasGradient':
    case 'channels':
    case 'convolutionFilterGradient':
    case 'convolutionInputGradient':
    case 'correct':
    case 'globalAveragePoolGradient':
    case 'maxPoolGradient':
    case 'maxPoolTangent':
    case 'multiply':
    case 'reluGradient':
    case 'rowDot':
    case 'softmaxGradient':
      throw new RangeError(`Primitive ${primitive.op} has no tangent.`)
  }

  function setSum(value: string, parts: readonly (((output: string) => Primitive) | undefined)[]): void {
    const [first, second] = parts.filter((part) => part !== undefined)
    if (!first) return
    if (!second) {
      set(value, first)
      return
    }
    const [left, right] = [`${tangentOf(value)}#1`, `${tangentOf(value)}#2`] as const
    tape.append(first(left))
    tape.append(second(right))
    set(value, (output) => ({ op: 'add', left, right, output }))
  }

  /** As many zeros as `value` has numbers. */
  function zeros(value: string): string {
    const [zero, factors, output] = ['zero', 'zeros', 'none'].map((part) => `${tangentOf(value)}:${part}`)
    tape.append({ op: 'constant', value: 0, output: zero! })
    tape.append({ op: 'spread', input: zero!, output: factors! })
    tape.append({ op: 'scaleRows', input: value, factors: factors!, output: output! })
    found.set(value, output!)
    return output!
  }
}

function unmoved(value: string): RangeError {
  return new RangeError(`Weights can be moved in a direction; ${value} is none.`)
}
