import type { Mask, Masks, Tensor, Tensors } from '../../support/tensor'
import { sizeOf } from '../../support/tensor'
import type { TrainingState } from '../backend'
import { writesOf } from '../ends'
import { slotsOf } from '../optimizers/all'
import type { ProgramParameter, StepProgram } from '../program'
import { pack, placesOf, unpack } from './layout'
import type { Machine, Pointer } from './machine'
import { listSurvivors, sparseBelow, type Survivors } from './sparse'

/** A parameter in memory with its gradient and what its update rule keeps, all in the same places. */
export interface Variable {
  readonly shape: readonly number[]
  /** Bytes of the weights, and of each of the following; a multiple of 16. */
  readonly bytes: number
  readonly weights: Pointer
  readonly gradient: Pointer
  readonly slots: Readonly<Record<string, Pointer>>
  /** All bits set where a weight is kept, for a dense parameter under a mask; 0 for no mask. */
  readonly mask: Pointer
  /** Only these weights are in memory, where the parameter is sparse. */
  readonly survivors?: Survivors
}

export type Variables = Readonly<Record<string, Variable>>

/** Puts the state of a training into memory, each parameter densely or sparsely. */
export function loadVariables(
  machine: Machine,
  program: StepProgram,
  state: TrainingState,
  masks: Masks,
): Variables {
  return Object.fromEntries([
    ...program.parameters.map((parameter) => [
      parameter.name,
      loadVariable(machine, program, parameter, state, masks[parameter.name]),
    ]),
    ...program.statistics.map(({ name, shape }) => [
      name,
      loadStatistic(machine, shape, state.parameters[name]!),
    ]),
  ]) as Variables
}

/** A statistic has neither gradient nor slots. */
function loadStatistic(machine: Machine, shape: readonly number[], { data }: Tensor): Variable {
  const count = placesOf(shape)
  const weights = machine.allocate(count * 4)
  pack(data, shape, machine.floats(weights, count))
  return { shape, bytes: count * 4, weights, gradient: 0, slots: {}, mask: 0 }
}

function loadVariable(
  machine: Machine,
  program: StepProgram,
  { name, shape }: ProgramParameter,
  state: TrainingState,
  mask: Mask | undefined,
): Variable {
  const { frozen } = program
  const sparse = mask !== undefined && !frozen && isSparse(program, name, mask)
  const survivors = sparse ? listSurvivors({ shape, data: mask.data }) : undefined
  const count = survivors ? Math.ceil(survivors.count / 4) * 4 : placesOf(shape)
  const put = (tensor: Tensor | undefined, whole = false): Pointer => {
    const pointer = machine.allocate(count * 4)
    if (!tensor) return pointer
    const numbers = machine.floats(pointer, count)
    if (survivors) survivors.places.forEach((place, index) => (numbers[index] = tensor.data[place]!))
    else pack(mask && !whole ? masked(tensor.data, mask.data) : tensor.data, shape, numbers)
    return pointer
  }
  const { rule } = program.updates.find(({ parameter }) => parameter === name)!
  return {
    shape,
    bytes: count * 4,
    weights: put(state.parameters[name], frozen),
    gradient: machine.allocate(count * 4),
    slots: Object.fromEntries(slotsOf(rule).map((slot) => [slot, put(state.slots[slot])])),
    mask: mask && !survivors ? putMask(machine, mask, shape, count) : 0,
    ...(survivors ? { survivors } : {}),
  }
}

/** Row-major copies of all parameters and slots, with zeros where weights are pruned. */
export function readVariables(
  machine: Machine,
  variables: Variables,
): Pick<TrainingState, 'parameters' | 'slots'> {
  const parameters: Record<string, Tensor> = {}
  const slots: Record<string, Tensor> = {}
  for (const [name, variable] of Object.entries(variables)) {
    parameters[name] = read(machine, variable, variable.weights)
    for (const [slot, pointer] of Object.entries(variable.slots))
      slots[slot] = read(machine, variable, pointer)
  }
  return { parameters, slots } satisfies { parameters: Tensors; slots: Tensors }
}

/** A row-major copy of the gradients of a parameter, with zeros where weights are pruned. */
export function readGradient(machine: Machine, variable: Variable): Tensor {
  const gradient = read(machine, variable, variable.gradient)
  if (!variable.mask) return gradient
  const { shape, bytes } = variable
  const mask = unpack(new Float32Array(machine.integers(variable.mask, bytes / 4)), shape)
  return { shape, data: masked(gradient.data, mask) }
}

function read(machine: Machine, { shape, bytes, survivors }: Variable, pointer: Pointer): Tensor {
  const numbers = machine.floats(pointer, bytes / 4)
  if (!survivors) return { shape, data: unpack(numbers, shape) }
  const data = new Float32Array(sizeOf(shape))
  survivors.places.forEach((place, index) => (data[place] = numbers[index]!))
  return { shape, data }
}

function masked(data: Float32Array, mask: Uint8Array | Float32Array): Float32Array {
  return data.map((value, index) => (mask[index] ? value : 0))
}

function putMask(machine: Machine, mask: Mask, shape: readonly number[], count: number): Pointer {
  const pointer = machine.allocate(count * 4)
  pack(
    mask.data.map((bit) => bit && 1),
    shape,
    machine.integers(pointer, count),
  ).forEach((bit, place, all) => (all[place] = bit ? 0xffffffff : 0))
  return pointer
}

/**
 * Whether a parameter is computed sparsely: few enough weights are left, and it is only ever the matrix that a batch
 * is multiplied by, or filters, so that nothing looks for the rest of it or of its gradient.
 */
function isSparse(program: StepProgram, name: string, mask: Mask): boolean {
  const kept = mask.data.reduce((sum, bit) => sum + bit, 0)
  const filters = mask.shape.length === 4
  if ((mask.shape.length !== 2 && !filters) || kept >= sparseBelow * mask.data.length) return false
  const { gradient } = program.updates.find(({ parameter }) => parameter === name)!
  const all = [...program.forward, ...program.backward]
  return all.every((primitive) => {
    const inputs = Object.entries(primitive).filter(([key]) => key !== 'op' && key !== 'output')
    const reads = inputs.filter(([, value]) => value === name).map(([key]) => key)
    if (inputs.some(([, value]) => value === gradient)) return false
    if (writesOf(primitive).includes(gradient) && !writers.includes(primitive.op)) return false
    if (reads.length === 0) return true
    if (filters) return reads.join() === 'filter'
    return (
      primitive.op === 'matmul' &&
      reads.join() === 'right' &&
      !primitive.transposeLeft &&
      program.shapes[primitive.left]![0] === 'batch'
    )
  })
}

/** What can write the gradients of survivors. */
const writers: readonly string[] = ['matmul', 'convolutionFilterGradient']
