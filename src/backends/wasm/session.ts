import type { Masks } from '../../support/tensor'
import type { EvaluationSums, SessionData, SplitName, TrainingSession, TrainingState } from '../backend'
import { checkData, checkIndices, checkMasks, checkRange, checkSize, tensorData } from '../checks'
import { slotsOf, stepScalars } from '../optimizers'
import { inputs, type StepProgram } from '../program'
import { compile, type Calls } from './compile'
import { loadExamples, type Examples, type Placed } from './examples'
import { createMachine, type Machine, type Pointer } from './memory'
import { loadVariables, readVariables, type Variables } from './state'
import { compileUpdates, type UpdateCall } from './updates'

/** Examples that are evaluated at once; each is computed by itself, so this changes no bit. */
const blockSize = 64

/** A program translated for one state and its masks. */
interface Loaded {
  readonly variables: Variables
  readonly batch: Placed
  /** Forward and backward. */
  readonly calls: Calls
  readonly updates: readonly UpdateCall[]
  readonly loss: Pointer
  readonly block: Placed
  readonly evaluation: Calls
  readonly losses: Pointer
  readonly correct: Pointer
}

/** Puts the data into a memory of its own; what is computed how is decided anew by every `load`. */
export function openSession(program: StepProgram, data: SessionData): TrainingSession {
  checkData(program, data)
  const gradients = gradientNames(program)
  let machine: Machine | undefined = createMachine()
  const examples = loadExamples(machine, data)
  const mark = machine.mark()
  let loaded: Loaded | undefined
  let step = 0

  const current = (): Loaded & { machine: Machine } => {
    if (!machine) throw new RangeError('The session was disposed.')
    if (!loaded) throw new RangeError('load() comes before anything else in a session.')
    return { ...loaded, machine }
  }

  return {
    load(state: TrainingState, masks: Masks): void {
      if (!machine) throw new RangeError('The session was disposed.')
      checkMasks(program, masks)
      checkState(program, state)
      loaded = undefined
      machine.release(mark)
      loaded = translate(machine, program, gradients, examples, state, masks)
      step = state.step
    },

    train(batches: Int32Array, learningRates: Float32Array): Float32Array {
      const { machine, batch, calls, updates, loss } = current()
      const { batchSize, optimizer } = program
      checkSize(`Batches of ${learningRates.length} steps`, batches.length, [learningRates.length, batchSize])
      checkIndices(batches, data.splits.train.count)
      return learningRates.map((rate, index) => {
        batch.fill('train', batches.subarray(index * batchSize, (index + 1) * batchSize))
        for (const call of calls) call()
        const scalars = stepScalars(optimizer, step, rate)
        for (const update of updates) update(scalars)
        step++
        return machine.floats(loss, 1)[0]!
      })
    },

    evaluate(split: SplitName, from: number, to: number): EvaluationSums {
      const { machine, block, evaluation, losses, correct } = current()
      checkRange(split, from, to, data.splits[split].count)
      const sums = { loss: 0, correct: 0, count: to - from }
      for (let start = from; start < to; start += blockSize) {
        const count = Math.min(blockSize, to - start)
        block.fill(
          split,
          Int32Array.from({ length: count }, (_, index) => start + index),
        )
        for (const call of evaluation) call()
        for (const loss of machine.floats(losses, count)) sums.loss += loss
        for (const hit of machine.floats(correct, count)) sums.correct += hit
      }
      return sums
    },

    sparse() {
      const { variables } = current()
      return Object.keys(variables).filter((name) => variables[name]!.survivors)
    },

    state(): TrainingState {
      const { machine, variables } = current()
      return { step, ...readVariables(machine, variables) }
    },

    dispose(): void {
      machine = loaded = undefined
    },
  }
}

function translate(
  machine: Machine,
  program: StepProgram,
  gradients: Readonly<Record<string, string>>,
  examples: Examples,
  state: TrainingState,
  masks: Masks,
): Loaded {
  const variables = loadVariables(machine, program, state, masks)
  const around = (placed: Placed, count: number) => ({
    variables,
    gradients,
    given: { [inputs.images]: placed.images, [inputs.labels]: placed.labels },
    examples: count,
  })
  const batch = examples.place(program.batchSize)
  const training = compile(machine, [...program.forward, ...program.backward], {
    ...around(batch, program.batchSize),
    shapes: program.shapes,
  })
  const block = examples.place(blockSize)
  const { primitives, losses, correct } = program.evaluation
  const evaluation = compile(machine, primitives, {
    ...around(block, blockSize),
    shapes: { ...program.shapes, [correct]: ['batch'] },
  })
  return {
    variables,
    batch,
    calls: training.calls,
    updates: compileUpdates(machine, program, variables),
    loss: training.at(program.loss),
    block,
    evaluation: evaluation.calls,
    losses: evaluation.at(losses),
    correct: evaluation.at(correct),
  }
}

/** The parameters by the values that hold their gradients. */
function gradientNames({ updates }: StepProgram): Readonly<Record<string, string>> {
  const names = Object.fromEntries(updates.map(({ gradient, parameter }) => [gradient, parameter]))
  if (Object.keys(names).length !== updates.length) {
    throw new RangeError('Two parameters share a gradient, which an update would change twice.')
  }
  return names
}

function checkState(program: StepProgram, { parameters, slots }: TrainingState): void {
  for (const { name, shape } of program.parameters) {
    tensorData(parameters, name, shape, 'parameter')
    const { rule } = program.updates.find(({ parameter }) => parameter === name)!
    for (const slot of slotsOf(rule)) tensorData(slots, slot, shape, 'slot')
  }
}
