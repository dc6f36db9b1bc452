import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Masks, Tensors } from '../../support/tensor'
import { sizeOf } from '../../support/tensor'
import type { EvaluationSums, SessionData, SplitName, TrainingSession, TrainingState } from '../backend'
import { checkData, checkIndices, checkMasks, checkRange, checkSize, splitNames, tensorData } from '../checks'
import { scalarCount, stepScalars } from '../optimizers'
import type { StepProgram } from '../program'
import type { Feed, Model, TensorFlow } from './binding'
import { compile } from './compile'
import { entry } from './entry'
import { stateVariables } from './variables'

/**
 * Examples that are evaluated at once. Blocks begin at multiples of it, whatever range is asked for, so that the
 * loss of an example has the same bits in every range.
 */
const blockSize = 500

/** Compiles a program and puts the data where the graph finds it. */
export function openSession(
  tensorflow: TensorFlow,
  program: StepProgram,
  data: SessionData,
): TrainingSession {
  checkData(program, data)
  const model = loadModel(tensorflow, program, data)
  for (const split of splitNames) uploadSplit(model, split, data)
  const variables = stateVariables(program)
  let step = 0
  let loaded = false

  const checkLoaded = (): void => {
    if (!loaded) throw new RangeError('load() comes before anything else in a session.')
  }

  return {
    load(state: TrainingState, masks: Masks): void {
      checkMasks(program, masks)
      const feeds: Record<string, Feed> = {}
      for (const { name, shape, role } of variables) {
        const given = role === 'parameter' ? state.parameters : state.slots
        const values = tensorData(given, name, shape, role)
        feeds[entry.load.value(name)] = { type: 'float32', shape, values }
      }
      for (const { name, shape, masked } of program.parameters) {
        const mask = masks[name]
        const values = mask?.data ?? new Uint8Array(sizeOf(shape)).fill(1)
        if (masked) feeds[entry.load.mask(name)] = { type: 'uint8', shape, values }
      }
      model.run(feeds, [entry.load.done])
      step = state.step
      loaded = true
    },

    train(batches: Int32Array, learningRates: Float32Array): Float32Array {
      checkLoaded()
      const steps = learningRates.length
      if (steps === 0) return new Float32Array(0)
      checkSize(`Batches of ${steps} steps`, batches.length, [steps, program.batchSize])
      checkIndices(batches, data.splits.train.count)
      const width = scalarCount(program.optimizer)
      const scalars = new Float32Array(steps * width)
      learningRates.forEach((rate, index) => {
        scalars.set(stepScalars(program.optimizer, step + index, rate), index * width)
      })
      const [losses] = model.run(
        {
          [entry.train.batches]: { type: 'int32', shape: [steps, program.batchSize], values: batches },
          [entry.train.scalars]: { type: 'float32', shape: [steps, width], values: scalars },
        },
        [entry.train.losses],
      )
      step += steps
      return losses as Float32Array
    },

    evaluate(split: SplitName, from: number, to: number): EvaluationSums {
      checkLoaded()
      const total = data.splits[split].count
      checkRange(split, from, to, total)
      let [loss, correct] = [0, 0]
      for (let start = from - (from % blockSize); start < to; start += blockSize) {
        const size = Math.min(blockSize, total - start)
        const names = entry.evaluate(split)
        const [losses, hits] = model.run(
          {
            [names.from]: { type: 'int32', shape: [1], values: Int32Array.of(start) },
            [names.count]: { type: 'int32', shape: [1], values: Int32Array.of(size) },
          },
          [names.losses, names.correct],
        )
        const last = Math.min(to - start, size)
        for (let index = Math.max(from - start, 0); index < last; index++) {
          loss += losses![index]!
          correct += hits![index]!
        }
      }
      return { loss, correct, count: to - from }
    },

    state(): TrainingState {
      checkLoaded()
      const values = model.run(
        {},
        variables.map(({ name }) => entry.read.value(name)),
      )
      const tensors = (role: 'parameter' | 'slot'): Tensors =>
        Object.fromEntries(
          variables.flatMap((variable, index) =>
            variable.role === role
              ? [[variable.name, { shape: variable.shape, data: values[index] as Float32Array }]]
              : [],
          ),
        )
      return { step, parameters: tensors('parameter'), slots: tensors('slot') }
    },

    dispose: () => model.dispose(),
  }
}

/** Writes the graph where TensorFlow wants it, in a folder that is gone when this returns. */
function loadModel(tensorflow: TensorFlow, program: StepProgram, data: SessionData): Model {
  const { shape, normalize, splits } = data
  const counts = {
    train: splits.train.count,
    validation: splits.validation.count,
    test: splits.test.count,
  }
  const folder = mkdtempSync(join(tmpdir(), 'ticketlab-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), compile(program, { shape, normalize, counts }))
    return tensorflow.load(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function uploadSplit(model: Model, split: SplitName, { shape, splits }: SessionData): void {
  const { images, labels, count } = splits[split]
  const names = entry.data(split)
  model.run(
    {
      [names.images]: { type: 'uint8', shape: [count, ...shape], values: images },
      [names.labels]: { type: 'int32', shape: [count], values: Int32Array.from(labels) },
    },
    [names.done],
  )
}
