import { TicketLabError } from '../../support/errors'
import type { Primitive, Shape } from '../primitives'
import { bytesOf, isBatch, padded, tilesOf, unitsOf } from './layout'
import type { Machine, Pointer } from './memory'
import type { Variables } from './state'

/** Calls of kernels, to be made in this order. */
export type Calls = readonly (() => void)[]

/** Primitives translated to calls, and where their values lie. */
export interface Compiled {
  readonly calls: Calls
  readonly at: (value: string) => Pointer
}

/** What primitives are translated for. */
export interface Surroundings {
  readonly shapes: Readonly<Record<string, Shape>>
  readonly variables: Variables
  /** Values that are gradients of parameters, with the parameter's name. */
  readonly gradients: Readonly<Record<string, string>>
  /** Values that exist already: images and labels. */
  readonly given: Readonly<Record<string, Pointer>>
  /** Examples in the batch. */
  readonly examples: number
}

/**
 * Translates primitives to calls of kernels and allocates the values that they write.
 * @throws TicketLabError `backend-failed` for what the kernels cannot do
 */
export function compile(machine: Machine, primitives: readonly Primitive[], around: Surroundings): Compiled {
  const pointers = new Map(Object.entries(around.given))
  const tiles = tilesOf(around.examples)
  const calls: (() => void)[] = []
  const compilation: Compilation = {
    machine,
    around,
    tiles,
    shapeOf: (value) => around.shapes[value]!,
    bytes: (value) => bytesOf(around.shapes[value]!, tiles),
    at(value) {
      const pointer = pointers.get(value) ?? around.variables[value]?.weights
      if (pointer === undefined) throw new RangeError(`Value ${value} is read before it is written.`)
      return pointer
    },
    write(value) {
      const parameter = around.gradients[value]
      const pointer =
        parameter === undefined
          ? machine.allocate(bytesOf(around.shapes[value]!, tiles))
          : around.variables[parameter]!.gradient
      pointers.set(value, pointer)
      return pointer
    },
    alias: (value, pointer) => pointers.set(value, pointer),
  }
  for (const primitive of primitives) {
    const call = translate(primitive, compilation)
    if (call) calls.push(call)
  }
  return { calls, at: (value) => compilation.at(value) }
}

interface Compilation {
  readonly machine: Machine
  readonly around: Surroundings
  readonly tiles: number
  readonly shapeOf: (value: string) => Shape
  readonly bytes: (value: string) => number
  readonly at: (value: string) => Pointer
  readonly write: (value: string) => Pointer
  readonly alias: (value: string, pointer: Pointer) => void
}

function translate(primitive: Primitive, compilation: Compilation): (() => void) | undefined {
  const { machine, around, tiles, shapeOf, bytes, at, write } = compilation
  const { kernels } = machine
  const units = (value: string) => padded(unitsOf(shapeOf(value)))
  switch (primitive.op) {
    case 'reshape':
      // Examples are row-major either way.
      compilation.alias(primitive.output, at(primitive.input))
      return undefined
    case 'matmul':
      return translateMatmul(primitive, compilation)
    case 'addBias': {
      needBatchOfVectors(primitive.op, shapeOf(primitive.input))
      const [x, bias, y] = [at(primitive.input), at(primitive.bias), write(primitive.output)]
      const width = units(primitive.input)
      return () => kernels.addBias(x, bias, y, tiles, width)
    }
    case 'biasGradient': {
      needBatchOfVectors(primitive.op, shapeOf(primitive.input))
      const [dy, width, db] = [at(primitive.input), units(primitive.input), write(primitive.output)]
      return () => kernels.biasGradient(dy, db, tiles, width)
    }
    case 'relu': {
      const [x, y, size] = [at(primitive.input), write(primitive.output), bytes(primitive.input)]
      return () => kernels.relu(x, y, size)
    }
    case 'reluGradient': {
      const [dy, y] = [at(primitive.gradient), at(primitive.activation)]
      const [dx, size] = [write(primitive.output), bytes(primitive.output)]
      return () => kernels.reluGradient(dy, y, dx, size)
    }
    case 'add': {
      const [x, y] = [at(primitive.left), at(primitive.right)]
      const [z, size] = [write(primitive.output), bytes(primitive.output)]
      return () => kernels.add(x, y, z, size)
    }
    case 'softmaxCrossEntropy': {
      const [logits, labels] = [at(primitive.logits), at(primitive.labels)]
      const [losses, residual] = [write(primitive.losses), write(primitive.residual)]
      const classes = unitsOf(shapeOf(primitive.logits))
      return () => kernels.softmaxCrossEntropy(logits, labels, losses, residual, tiles, classes)
    }
    case 'correct': {
      const [logits, labels, y] = [at(primitive.logits), at(primitive.labels), write(primitive.output)]
      const classes = unitsOf(shapeOf(primitive.logits))
      return () => kernels.correct(logits, labels, y, tiles, classes)
    }
    case 'mean': {
      const [x, y] = [at(primitive.input), write(primitive.output)]
      return () => kernels.mean(x, y, around.examples)
    }
    case 'spread': {
      const [x, y] = [at(primitive.input), write(primitive.output)]
      return () => kernels.spread(x, y, tiles, around.examples)
    }
    case 'scaleRows': {
      const [x, factors] = [at(primitive.input), at(primitive.factors)]
      const [y, width] = [write(primitive.output), units(primitive.input)]
      return () => kernels.scaleRows(x, factors, y, tiles, width)
    }
    case 'constant': {
      const y = write(primitive.output)
      machine.floats(y, 1)[0] = primitive.value
      return undefined
    }
  }
}

/** Products of a batch with a parameter or another matrix, and of two batches over their examples. */
function translateMatmul(
  primitive: Extract<Primitive, { op: 'matmul' }>,
  { machine, around, tiles, shapeOf, at, write }: Compilation,
): () => void {
  const { kernels } = machine
  const { left, right, output, transposeLeft = false, transposeRight = false } = primitive
  const [leftShape, rightShape] = [shapeOf(left), shapeOf(right)]
  if (isBatch(leftShape) && isBatch(rightShape) && transposeLeft && !transposeRight) {
    const [x, dy] = [at(left), at(right)]
    const [columns, rows] = [padded(unitsOf(leftShape)), padded(unitsOf(rightShape))]
    const parameter = around.gradients[output]
    const survivors = parameter === undefined ? undefined : around.variables[parameter]!.survivors
    const gradient = write(output)
    if (!survivors) return () => kernels.denseWeightGradient(x, dy, gradient, tiles, columns, rows)
    const { offsets, starts } = survivors.byColumn
    return () => kernels.sparseWeightGradient(x, dy, gradient, offsets, starts, tiles, columns, rows)
  }
  if (isBatch(leftShape) && !isBatch(rightShape) && !transposeLeft) {
    const [x, w, y] = [at(left), at(right), write(output)]
    const [rows, columns] = (rightShape as [number, number]).map(padded) as [number, number]
    const [inner, outer] = transposeRight ? [columns, rows] : [rows, columns]
    const survivors = around.variables[right]?.survivors
    if (!survivors) {
      // Matrices lie by columns: the next row is one number further, the next column `rows` numbers.
      const [innerStride, outerStride] = transposeRight ? [rows, 1] : [1, rows]
      return () => kernels.denseMultiply(x, w, y, tiles, inner, outer, innerStride, outerStride)
    }
    const { byColumn, byRow, count } = survivors
    if (!transposeRight) {
      return () => kernels.sparseMultiply(x, w, byColumn.offsets, byColumn.starts, y, tiles, inner, outer)
    }
    return () => {
      kernels.reorder(w, byRow.order, byRow.values, count)
      kernels.sparseMultiply(x, byRow.values, byRow.offsets, byRow.starts, y, tiles, inner, outer)
    }
  }
  if (!isBatch(leftShape) && !isBatch(rightShape)) {
    const [a, b, c] = [at(left), at(right), write(output)]
    const oriented = (shape: Shape, transpose: boolean) => {
      const [rows, columns] = (shape as [number, number]).map(padded) as [number, number]
      return transpose ? ([columns, rows, rows, 1] as const) : ([rows, columns, 1, rows] as const)
    }
    const [rows, inner, aRow, aInner] = oriented(leftShape, transposeLeft)
    const [, columns, bInner, bColumn] = oriented(rightShape, transposeRight)
    return () => kernels.multiplyMatrices(a, b, c, rows, inner, columns, aRow, aInner, bInner, bColumn)
  }
  throw unsupported(`a product of [${leftShape.join(', ')}] and [${rightShape.join(', ')}] like ${output}`)
}

function needBatchOfVectors(op: string, shape: Shape): void {
  if (!isBatch(shape) || shape.length !== 2) throw unsupported(`${op} of [${shape.join(', ')}]`)
}

function unsupported(what: string): TicketLabError {
  return new TicketLabError(
    'backend-failed',
    `The wasm backend cannot compute ${what}. Use the tensorflow backend for this network.`,
  )
}
