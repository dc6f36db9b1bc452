/** One extent of a value's shape; `'batch'` is the number of examples, which a backend learns when it runs. */
export type Extent = number | 'batch'

/** The shape of a value. Where there is a batch, it comes first. */
export type Shape = readonly Extent[]

/**
 * The primitive operations of a step program, over values that are named by strings. A program is in single
 * assignment form: every value is written once, before it is read.
 *
 * A new kind of layer is: a member here, its shape in {@link shapesOf}, its rule in `differentiate.ts`, and its
 * translation in each backend. Members below the line occur only in derivatives.
 */
export type Primitive =
  /** Gives every example the shape `shape`; the batch stays. */
  | {
      readonly op: 'reshape'
      readonly input: string
      readonly shape: readonly number[]
      readonly output: string
    }
  /** Product of two matrices, each transposed first if so told. */
  | {
      readonly op: 'matmul'
      readonly left: string
      readonly right: string
      readonly transposeLeft?: boolean
      readonly transposeRight?: boolean
      readonly output: string
    }
  /** Adds `bias` along the last axis. */
  | { readonly op: 'addBias'; readonly input: string; readonly bias: string; readonly output: string }
  /** max(x, 0). */
  | { readonly op: 'relu'; readonly input: string; readonly output: string }
  /**
   * `losses`: -log softmax(logits)[label], one per example. `residual`: softmax(logits) - onehot(label), the
   * derivative of each loss by its logits, which costs nothing beside the losses.
   */
  | {
      readonly op: 'softmaxCrossEntropy'
      readonly logits: string
      readonly labels: string
      readonly losses: string
      readonly residual: string
    }
  /** The mean over the batch, a scalar. */
  | { readonly op: 'mean'; readonly input: string; readonly output: string }
  /** 1 where the label has the largest logit (the first one of equals), otherwise 0; one per example. */
  | { readonly op: 'correct'; readonly logits: string; readonly labels: string; readonly output: string }
  /** Sum of two values of one shape; derivatives use it too, where a value is used twice. */
  | { readonly op: 'add'; readonly left: string; readonly right: string; readonly output: string }
  // ---- derivatives ----
  /** A scalar. */
  | { readonly op: 'constant'; readonly value: number; readonly output: string }
  /** A scalar divided among the examples of the batch. */
  | { readonly op: 'spread'; readonly input: string; readonly output: string }
  /** Row i of `input` times `factors[i]`. */
  | { readonly op: 'scaleRows'; readonly input: string; readonly factors: string; readonly output: string }
  /** Sum over every axis but the last. */
  | { readonly op: 'biasGradient'; readonly input: string; readonly output: string }
  /** `gradient` where `activation` (the output of relu) is positive, otherwise 0. */
  | {
      readonly op: 'reluGradient'
      readonly gradient: string
      readonly activation: string
      readonly output: string
    }

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
    case 'add':
      if (!same(shapeOf(primitive.left), shapeOf(primitive.right))) fail(primitive.left, primitive.right)
      return { [primitive.output]: shapeOf(primitive.left) }
    case 'relu':
    case 'scaleRows':
      return { [primitive.output]: shapeOf(primitive.input) }
  }
}

/** Primitives in the making: appends, and knows the shape of every value so far. */
export class Tape {
  readonly primitives: Primitive[] = []
  readonly #shapes = new Map<string, Shape>()

  /** @param given the values that exist before the first primitive */
  constructor(given: Readonly<Record<string, Shape>>) {
    for (const [name, shape] of Object.entries(given)) this.#define(name, shape)
  }

  append(primitive: Primitive): void {
    const shapes = shapesOf(primitive, (value) => this.shapeOf(value))
    this.primitives.push(primitive)
    for (const [name, shape] of Object.entries(shapes)) this.#define(name, shape)
  }

  shapeOf(value: string): Shape {
    const shape = this.#shapes.get(value)
    if (!shape) throw new RangeError(`Value ${value} is read before it is written.`)
    return shape
  }

  /** The shapes of all values. */
  shapes(): Record<string, Shape> {
    return Object.fromEntries(this.#shapes)
  }

  #define(name: string, shape: Shape): void {
    if (this.#shapes.has(name)) throw new RangeError(`Value ${name} is written twice.`)
    this.#shapes.set(name, shape)
  }
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
