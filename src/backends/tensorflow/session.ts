import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Masks, Tensor, Tensors } from '../../support/tensor'
import { sizeOf } from '../../support/tensor'
import type {
  EvaluationSums,
  SessionData,
  SplitName,
  StepNoise,
  TrainingSession,
  TrainingState,
} from '../backend'
import {
  checkData,
  checkIndices,
  checkMasks,
  checkNoise,
  checkRange,
  checkSize,
  splitNames,
  tensorData,
} from '../checks'
import { evaluationBlock } from '../multiply-adds'
import { scalarCount, stepScalars } from '../optimizers/all'
import type { StepProgram } from '../program'
import type { Feed, Model, TensorFlow } from './binding'
import { compile } from './compile'
import { entry } from './entry'
import { stateVariables } from './variables'

/** Multiply-adds of convolutions in about a tenth of a second, on one core. */
const evaluationWork = 4e9

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
  // Blocks begin at multiples of it, whatever range is asked for, so that the loss of an example has the same bits in
  // every range.
  const blockSize = evaluationBlock(program, evaluationWork)
  let step = 0
  let loaded = false

  const checkLoaded = (): void => {
    if (!loaded) throw new RangeError('load() comes before anything else in a session.')
  }

  return {
    block: blockSize,

    load(state: TrainingState, masks: Masks): void {
      checkMasks(program, masks)
      const feeds: Record<string, Feed> = {}
      for (const { name, shape, role } of variables) {
        const values =
          role === 'slot'
            ? tensorData(state.slots, name, shape, 'slot')
            : tensorData(state.parameters, name, shape, 'parameter')
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

    train(batches: Int32Array, learningRates: Float32Array, noise: StepNoise = {}): Float32Array {
      checkLoaded()
      const steps = learningRates.length
      if (steps === 0) return new Float32Array(0)
      checkSize(`Batches of ${steps} steps`, batches.length, [steps, program.batchSize])
      checkIndices(batches, data.splits.train.count)
      const noiseFeeds = feedsOf(checkNoise(program, noise, steps), [steps, program.batchSize])
      const width = scalarCount(program.optimizer)
      const scalars = new Float32Array(steps * width)
      learningRates.forEach((rate, index) => {
        scalars.set(stepScalars(program.optimizer, step + index, rate), index * width)
      })
      const [losses] = model.run(
        {
          [entry.train.batches]: { type: 'int32', shape: [steps, program.batchSize], values: batches },
          [entry.train.scalars]: { type: 'float32', shape: [steps, width], values: scalars },
          ...noiseFeeds,
        },
        [entry.train.losses],
      )
      step += steps
      return losses as Float32Array
    },

    gradients(examples: Int32Array) {
      checkLoaded()
      checkSize('A batch', examples.length, [program.batchSize])
      checkIndices(examples, data.splits.train.count)
      const names = entry.gradients
      const [loss, ...gradients] = model.run(
        { [names.batch]: { type: 'int32', shape: [program.batchSize], values: examples } },
        [names.loss, ...program.parameters.map(({ name }) => names.gradient(name))],
      )
      const tensors = program.parameters.map(({ name, shape }, index): [string, Tensor] => [
        name,
        { shape, data: gradients[index] as Float32Array },
      ])
      return { loss: loss![0]!, gradients: Object.fromEntries(tensors) }
    },

    observe(batches: Int32Array, decays: Float32Array): void {
      checkLoaded()
      checkSize(`${decays.length} batches`, batches.length, [decays.length, program.batchSize])
      checkIndices(batches, data.splits.train.count)
      if (program.statistics.length === 0) return
      for (const [index, decay] of decays.entries()) {
        const values = batches.slice(index * program.batchSize, (index + 1) * program.batchSize)
        model.run(
          {
            [entry.observe.batch]: { type: 'int32', shape: [program.batchSize], values },
            [entry.observe.decay]: { type: 'float32', shape: [], values: Float32Array.of(decay) },
          },
          [entry.observe.done],
        )
      }
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
      const tensors = (slots: boolean): Tensors =>
        Object.fromEntries(
          variables.flatMap((variable, index) =>
            (variable.role === 'slot') === slots
              ? [[variable.name, { shape: variable.shape, data: values[index] as Float32Array }]]
              : [],
          ),
        )
      return { step, parameters: tensors(false), slots: tensors(true) }
    },

    dispose: () => model.dispose(),
  }
}

function feedsOf({ variants, seeds }: StepNoise, shape: readonly [number, number]): Record<string, Feed> {
  return {
    ...(variants && { [entry.train.variants]: { type: 'int32', shape, values: variants } }),
    ...(seeds && { [entry.train.seeds]: { type: 'int32', shape: [shape[0]], values: seeds } }),
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
