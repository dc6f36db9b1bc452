import type { Primitive, Shape } from '../primitives'
import { shapesOf } from '../shapes'
import { translateConvolution } from './convolutions'
import { translateImages } from './images'
import { bytesOf, isBatch, padded, rowBytes, tileSize, tilesOf, unitsOf } from './layout'
import type { Machine, Pointer } from './machine'
import { translateNorm } from './norms'
import { fuse, plan, type Step } from './plan'
import { translateMatmul } from './products'
import type { Calls, Surroundings, Compilation } from './compilation'

/** Primitives translated to calls, and where their values lie. */
export interface Compiled {
  /** Those of the first `split` primitives, and those of the others. */
  readonly first: Calls
  readonly rest: Calls
  readonly at: (value: string) => Pointer
}

/**
 * Plans where the values of primitives lie, without taking memory.
 * @param split where the primitives that are called by themselves end
 */
export function prepare(
  primitives: readonly Primitive[],
  around: Surroundings,
  split = primitives.length,
): Prepared {
  const tiles = tilesOf(around.examples)
  const shapes: Record<string, Shape> = { ...around.shapes }
  for (const primitive of primitives)
    Object.assign(
      shapes,
      shapesOf(primitive, (value) => shapes[value]!),
    )
  const steps = fuse(primitives)
  const { offsets, bytes } = plan(steps, (value) =>
    isBatch(shapes[value]!) && shapes[value]!.length > 1 && !(value in around.given)
      ? bytesOf(shapes[value]!, tiles)
      : undefined,
  )
  const behind = new Set(primitives.slice(split))
  return { around, shapes, tiles, steps, offsets, bytes, behind }
}

/** A program whose values have places, relative to where it may put them. */
export interface Prepared {
  readonly around: Surroundings
  readonly shapes: Readonly<Record<string, Shape>>
  readonly tiles: number
  readonly steps: readonly Step[]
  readonly offsets: ReadonlyMap<string, number>
  readonly bytes: number
  readonly behind: ReadonlySet<Primitive>
}

/**
 * Translates a program to calls of kernels.
 * @param values where its values go, `bytes` of them; other programs may use the same place in turn
 * @throws TicketLabError `backend-failed` for what the kernels cannot do
 */
export function compile(machine: Machine, prepared: Prepared, values: Pointer): Compiled {
  const { around, shapes, tiles, steps, offsets, behind } = prepared
  const pointers = new Map(Object.entries(around.given))
  const scratch = { pointer: 0, bytes: 0 }
  const [full, last] = [
    putLanes(machine, tileSize),
    putLanes(machine, around.examples % tileSize || tileSize),
  ]
  const compilation: Compilation = {
    machine,
    around,
    tiles,
    shapeOf: (value) => shapes[value]!,
    bytes: (value) => bytesOf(shapes[value]!, tiles),
    at(value) {
      const pointer = pointers.get(value) ?? around.variables[value]?.weights
      if (pointer === undefined) throw new RangeError(`Value ${value} is read before it is written.`)
      return pointer
    },
    write(value) {
      const [parameter, offset] = [around.gradients[value], offsets.get(value)]
      let pointer: Pointer
      if (parameter !== undefined) pointer = around.variables[parameter]!.gradient
      else if (offset !== undefined) pointer = values + offset
      else pointer = machine.allocate(bytesOf(shapes[value]!, tiles))
      pointers.set(value, pointer)
      return pointer
    },
    scratch(bytes) {
      scratch.bytes = Math.max(scratch.bytes, bytes)
      return scratch
    },
    lanes: (tile) => (tile === tiles - 1 ? last : full),
  }
  const first: (() => void)[] = []
  const rest: (() => void)[] = []
  for (const step of steps) {
    if (step.primitive.op === 'reshape') {
      // Examples are row-major either way.
      pointers.set(step.primitive.output, compilation.at(step.primitive.input))
      continue
    }
    const calls = behind.has(step.primitive) ? rest : first
    const call = translate(step, compilation)
    if (call) calls.push(call)
  }
  scratch.pointer = machine.allocate(scratch.bytes)
  return { first, rest, at: (value) => compilation.at(value) }
}

function putLanes(machine: Machine, count: number): Pointer {
  const pointer = machine.allocate(rowBytes)
  machine.integers(pointer, count).fill(0xffffffff)
  return pointer
}

function translate(step: Step, compilation: Compilation): (() => void) | undefined {
  const { machine, around, tiles, shapeOf, bytes, at, write } = compilation
  const { kernels } = machine
  const { primitive } = step
  const units = (value: string) => padded(unitsOf(shapeOf(value)))
  switch (primitive.op) {
    case 'matmul':
      return translateMatmul(primitive, compilation)
    case 'convolution':
    case 'convolutionInputGradient':
    case 'convolutionFilterGradient':
      return translateConvolution(step, primitive, compilation)
    case 'relu': {
      const [x, y, size] = [at(primitive.input), write(primitive.output), bytes(primitive.input)]
      return () => kernels.relu(x, y, size)
    }
    case 'reluGradient': {
      const [dy, y] = [at(primitive.gradient), at(primitive.activation)]
      const [dx, size] = [write(primitive.output), bytes(primitive.output)]
      return () => kernels.reluGradient(dy, y, dx, size)
    }
    case 'add':
    case 'multiply': {
      const [x, y] = [at(primitive.left), at(primitive.right)]
      const [z, size] = [write(primitive.output), bytes(primitive.output)]
      return () => kernels[primitive.op](x, y, z, size)
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
    case 'rowDot': {
      const [x, y] = [at(primitive.left), at(primitive.right)]
      const [z, width] = [write(primitive.output), units(primitive.left)]
      return () => kernels.rowDot(x, y, z, tiles, width)
    }
    case 'softmaxGradient': {
      const [residual, labels] = [at(primitive.residual), at(primitive.labels)]
      const [g, dz] = [at(primitive.gradient), write(primitive.output)]
      const classes = unitsOf(shapeOf(primitive.residual))
      return () => kernels.softmaxGradient(residual, labels, g, dz, tiles, classes)
    }
    case 'constant': {
      const y = write(primitive.output)
      machine.floats(y, 1)[0] = primitive.value
      return undefined
    }
    case 'addBias':
      if (shapeOf(primitive.input).length === 2) {
        const [x, bias, y] = [at(primitive.input), at(primitive.bias), write(primitive.output)]
        const width = units(primitive.input)
        return () => kernels.addBias(x, bias, y, tiles, width)
      }
      return translateImages(primitive, compilation)
    case 'biasGradient':
      if (shapeOf(primitive.input).length === 2) {
        const [dy, width, db] = [at(primitive.input), units(primitive.input), write(primitive.output)]
        return () => kernels.biasGradient(dy, db, tiles, width)
      }
      return translateImages(primitive, compilation)
    case 'batchNorm':
    case 'batchNormInference':
    case 'batchNormGradient':
    case 'batchNormCurvature':
      return translateNorm(step, primitive, compilation)
    case 'maxPool':
    case 'averagePool':
    case 'maxPoolGradient':
    case 'maxPoolTangent':
    case 'averagePoolGradient':
    case 'globalAveragePool':
    case 'globalAveragePoolGradient':
    case 'channels':
    case 'concatenate':
    case 'dropout':
      return translateImages(primitive, compilation)
    case 'reshape':
      throw new RangeError(`There is no translation of ${primitive.op}.`)
  }
}
