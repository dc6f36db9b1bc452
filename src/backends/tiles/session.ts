import type { Masks, Tensors } from '../../support/tensor'
import type {
  EvaluationSums,
  SessionData,
  SplitName,
  StepNoise,
  TrainingSession,
  TrainingState,
} from '../backend'
import { checkData, checkIndices, checkMasks, checkNoise, checkRange, checkSize, tensorData } from '../checks'
import { evaluationBlock } from '../multiply-adds'
import { slotsOf, stepScalars } from '../optimizers/all'
import { inputs, type StepProgram } from '../program'
import { type Calls } from './compilation'
import { compile, prepare } from './compile'
import { loadExamples, type Examples, type Placed } from './examples'
import { tileSize } from './layout'
import { createMachine, type EngineMaker, type Machine, type Pointer } from './machine'
import { loadVariables, readGradient, readVariables, type Variables } from './state'
import { compileFollowing, compileUpdates, type FollowCall, type UpdateCall } from './updates'

/** Examples that are computed at once in an evaluation; each is computed by itself, so this changes no bit. */
const together = 64
/** Multiply-adds of convolutions in about two tenths of a second, on one core. */
const evaluationWork = 4e9

/** The word behind a seed, where numbers are dropped. */
const dropping = 1

/** A program translated for one state and its masks. */
interface Loaded {
  readonly variables: Variables
  readonly batch: Placed
  readonly forward: Calls
  readonly backward: Calls
  readonly updates: readonly UpdateCall[]
  readonly following: readonly FollowCall[]
  readonly loss: Pointer
  /** The seed of a step, and whether anything is dropped in it. */
  readonly seed: Pointer
  /** Those that are evaluated. */
  readonly examples: Placed
  readonly evaluation: Calls
  readonly losses: Pointer
  readonly correct: Pointer
}

/** Puts the data into a memory of its own; what is computed how is decided anew by every `load`. */
export function openSession(program: StepProgram, data: SessionData, engine: EngineMaker): TrainingSession {
  checkData(program, data)
  const gradients = gradientNames(program)
  const { batchSize, optimizer, augmentation } = program
  const block = blockOf(program)
  let machine: Machine | undefined = createMachine(engine)
  const examples = loadExamples(machine, data)
  const mark = machine.mark()
  let loaded: Loaded | undefined
  let step = 0

  const current = (): Loaded & { machine: Machine } => {
    if (!machine) throw new RangeError('The session was disposed.')
    if (!loaded) throw new RangeError('load() comes before anything else in a session.')
    return { ...loaded, machine }
  }
  const run = (calls: Calls): void => {
    for (const call of calls) call()
  }

  return {
    block,

    load(state: TrainingState, masks: Masks): void {
      if (!machine) throw new RangeError('The session was disposed.')
      checkMasks(program, masks)
      checkState(program, state)
      loaded = undefined
      machine.release(mark)
      loaded = translate(machine, program, gradients, examples, state, masks)
      step = state.step
    },

    train(batches: Int32Array, learningRates: Float32Array, noise: StepNoise = {}): Float32Array {
      const { machine, batch, forward, backward, updates, following, loss, seed } = current()
      const steps = learningRates.length
      if (steps === 0) return new Float32Array(0)
      checkSize(`Batches of ${steps} steps`, batches.length, [steps, batchSize])
      checkIndices(batches, data.splits.train.count)
      const { variants, seeds } = checkNoise(program, noise, steps)
      return learningRates.map((rate, index) => {
        const [from, to] = [index * batchSize, (index + 1) * batchSize]
        const indices = batches.subarray(from, to)
        if (augmentation && variants) batch.fillVariants(indices, variants.subarray(from, to), augmentation)
        else batch.fill('train', indices)
        machine.integers(seed, 2).set(seeds ? [seeds[index]!, dropping] : [0, 0])
        run(forward)
        run(backward)
        const scalars = stepScalars(optimizer, step, rate)
        for (const update of updates) update(scalars)
        for (const follow of following) follow()
        step++
        return machine.floats(loss, 1)[0]!
      })
    },

    gradients(indices: Int32Array): { loss: number; gradients: Tensors } {
      const { machine, variables, batch, forward, backward, loss, seed } = current()
      checkSize('A batch', indices.length, [batchSize])
      checkIndices(indices, data.splits.train.count)
      batch.fill('train', indices)
      machine.integers(seed, 2).fill(0)
      run(forward)
      run(backward)
      return {
        loss: machine.floats(loss, 1)[0]!,
        gradients: Object.fromEntries(
          program.parameters.map(({ name }) => [name, readGradient(machine, variables[name]!)]),
        ),
      }
    },

    observe(batches: Int32Array, decays: Float32Array): void {
      const { machine, batch, forward, following, seed } = current()
      checkSize(`Batches of ${decays.length} observations`, batches.length, [decays.length, batchSize])
      checkIndices(batches, data.splits.train.count)
      for (const [index, decay] of decays.entries()) {
        batch.fill('train', batches.subarray(index * batchSize, (index + 1) * batchSize))
        machine.integers(seed, 2).fill(0)
        run(forward)
        for (const follow of following) follow(decay)
      }
    },

    evaluate(split: SplitName, from: number, to: number): EvaluationSums {
      const { machine, examples, evaluation, losses, correct } = current()
      checkRange(split, from, to, data.splits[split].count)
      const sums = { loss: 0, correct: 0, count: to - from }
      for (let start = from; start < to; start += together) {
        const count = Math.min(together, to - start)
        examples.fill(
          split,
          Int32Array.from({ length: count }, (_, index) => start + index),
        )
        run(evaluation)
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
  const seed = machine.allocate(8)
  const around = (placed: Placed, size: number) => ({
    ...{ shapes: program.shapes, variables, gradients, seed },
    given: { [inputs.images]: placed.images, [inputs.labels]: placed.labels },
    examples: size,
  })
  const count = Math.min(together, blockOf(program))
  const [batch, evaluated] = [examples.place(program.batchSize), examples.place(count)]
  const { forward, backward } = program
  const { primitives, losses, correct } = program.evaluation
  const training = prepare([...forward, ...backward], around(batch, program.batchSize), forward.length)
  const evaluation = prepare(primitives, around(evaluated, count))
  // They never run at the same time.
  const values = machine.allocate(Math.max(training.bytes, evaluation.bytes))
  const step = compile(machine, training, values)
  const evaluating = compile(machine, evaluation, values)
  return {
    ...{ variables, batch, seed },
    examples: evaluated,
    forward: step.first,
    backward: step.rest,
    updates: compileUpdates(machine, program, variables),
    following: compileFollowing(machine, program, variables, (value) => step.at(value)),
    loss: step.at(program.loss),
    evaluation: evaluating.first,
    losses: evaluating.at(losses),
    correct: evaluating.at(correct),
  }
}

/** How many examples a call of evaluate should take: whole tiles where a call has few of them. */
function blockOf(program: StepProgram): number {
  const block = evaluationBlock(program, evaluationWork)
  return block < 8 * tileSize ? Math.max(tileSize, block - (block % tileSize)) : block
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
  for (const { name, shape } of program.statistics) tensorData(parameters, name, shape, 'parameter')
}
