import { Tape } from './tape'
import type { Primitive, Shape } from './primitives'

/** The derivative of a scalar by some values, as primitives to run after those it was derived from. */
export interface Derivative {
  readonly primitives: readonly Primitive[]
  /** Where the derivative by each value asked for is found. */
  readonly gradients: Readonly<Record<string, string>>
  /** The shapes of all values, those given included. */
  readonly shapes: Readonly<Record<string, Shape>>
}

/** The name of the derivative by `value`. */
export function gradientOf(value: string): string {
  return `gradient:${value}`
}

/**
 * Reverse-mode differentiation of a program.
 * @param given shapes of the values that exist before the first primitive
 * @param loss a scalar that `forward` writes
 * @param by the values to differentiate by; others cost nothing
 */
export function differentiate(
  forward: readonly Primitive[],
  given: Readonly<Record<string, Shape>>,
  loss: string,
  by: readonly string[],
): Derivative {
  const tape = new Tape(given)
  for (const primitive of forward) tape.append(primitive)
  const forwardLength = tape.primitives.length
  const active = dependents(forward, by)
  const found = new Map<string, string>()
  const parts = new Map<string, number>()

  tape.append({ op: 'constant', value: 1, output: gradientOf(loss) })
  found.set(loss, gradientOf(loss))
  for (const primitive of [...forward].reverse()) {
    const contribute: Contribute = (value, part) => {
      if (!active.has(value)) return
      const earlier = found.get(value)
      const uses = (parts.get(value) ?? 0) + 1
      parts.set(value, uses)
      const name = uses === 1 ? gradientOf(value) : `${gradientOf(value)}#${uses}`
      if (typeof part !== 'string') tape.append(part(name))
      const added = typeof part === 'string' ? part : name
      if (earlier !== undefined) {
        tape.append({ op: 'add', left: earlier, right: added, output: `${name}+` })
      }
      found.set(value, earlier === undefined ? added : `${name}+`)
    }
    applyRule(primitive, (value) => found.get(value), contribute, tape)
  }
  const gradients = Object.fromEntries(
    by.map((value) => {
      const gradient = found.get(value)
      if (gradient === undefined) throw new RangeError(`The loss does not depend on ${value}.`)
      return [value, gradient]
    }),
  )
  return { primitives: tape.primitives.slice(forwardLength), gradients, shapes: tape.shapes() }
}

/** Adds to the derivative by `value` another value, or what a new primitive writes. */
type Contribute = (value: string, part: string | ((output: string) => Primitive)) => void

/** The rule of one primitive: what each of its inputs gets, given the gradients of its outputs. */
function applyRule(
  primitive: Primitive,
  gradient: (value: string) => string | undefined,
  contribute: Contribute,
  tape: Tape,
): void {
  switch (primitive.op) {
    case 'reshape': {
      const above = gradient(primitive.output)
      const shape = tape.shapeOf(primitive.input).slice(1) as number[]
      if (above) contribute(primitive.input, (output) => ({ op: 'reshape', input: above, shape, output }))
      return
    }
    case 'matmul': {
      const above = gradient(primitive.output)
      if (above) matmulRule(primitive, above, contribute)
      return
    }
    case 'addBias': {
      const above = gradient(primitive.output)
      if (!above) return
      contribute(primitive.bias, (output) => ({ op: 'biasGradient', input: above, output }))
      contribute(primitive.input, above)
      return
    }
    case 'relu': {
      const above = gradient(primitive.output)
      const activation = primitive.output
      if (above) {
        contribute(primitive.input, (output) => ({ op: 'reluGradient', gradient: above, activation, output }))
      }
      return
    }
    case 'softmaxCrossEntropy': {
      const factors = gradient(primitive.losses)
      const input = primitive.residual
      if (factors) contribute(primitive.logits, (output) => ({ op: 'scaleRows', input, factors, output }))
      return
    }
    case 'mean': {
      const above = gradient(primitive.output)
      if (above) contribute(primitive.input, (output) => ({ op: 'spread', input: above, output }))
      return
    }
    case 'add': {
      const above = gradient(primitive.output)
      if (!above) return
      contribute(primitive.left, above)
      contribute(primitive.right, above)
      return
    }
    case 'correct':
    case 'constant':
      return
    case 'spread':
    case 'scaleRows':
    case 'biasGradient':
    case 'reluGradient':
      throw new RangeError(`Primitive ${primitive.op} belongs to derivatives and has no rule of its own.`)
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

/** Every value that depends on one of `sources`, these included. */
function dependents(primitives: readonly Primitive[], sources: readonly string[]): Set<string> {
  const active = new Set(sources)
  for (const primitive of primitives) {
    const [reads, writes] = ends(primitive)
    if (reads.some((value) => active.has(value))) for (const value of writes) active.add(value)
  }
  return active
}

function ends(primitive: Primitive): [reads: string[], writes: string[]] {
  switch (primitive.op) {
    case 'matmul':
    case 'add':
      return [[primitive.left, primitive.right], [primitive.output]]
    case 'addBias':
      return [[primitive.input, primitive.bias], [primitive.output]]
    case 'softmaxCrossEntropy':
      return [[primitive.logits], [primitive.losses, primitive.residual]]
    case 'correct':
      return [[primitive.logits], [primitive.output]]
    case 'constant':
      return [[], [primitive.output]]
    case 'scaleRows':
      return [[primitive.input, primitive.factors], [primitive.output]]
    case 'reluGradient':
      return [[primitive.gradient, primitive.activation], [primitive.output]]
    case 'reshape':
    case 'relu':
    case 'mean':
    case 'spread':
    case 'biasGradient':
      return [[primitive.input], [primitive.output]]
  }
}
