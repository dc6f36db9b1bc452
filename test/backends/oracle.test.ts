import { beforeAll, describe, expect, it } from 'vitest'
import type { Optimizer } from '../../src/backends/optimizers/all'
import type { Network } from '../../src/networks/network'
import { sizeOf } from '../../src/support/tensor'
import type { Masks } from '../../src/support/tensor'
import {
  backends,
  batchSize,
  data,
  network,
  randomBatches,
  randomMasks,
  randomWeights,
  withSession,
} from './fixture'
import { askTfjs } from '../support/tfjs'

/** What the oracle answers. */
interface Answer {
  readonly steps: { readonly loss: number; readonly gradients: Readonly<Record<string, number[]>> }[]
  readonly parameters: Readonly<Record<string, number[]>>
  readonly loss: number
  readonly correct: number
}

interface Training {
  readonly name: string
  readonly optimizer: Optimizer
  readonly masks: Masks
  readonly weightDecay: number
  readonly learningRates: readonly number[]
  readonly batches: Int32Array
}

const start = randomWeights(network, 2)
const most = randomMasks(network, 0.7, 3)
/** So few weights that wasm computes with them alone. */
const quarter = randomMasks(network, 0.25, 3)

/** A training as the oracle is told of it. */
function jobOf({ optimizer, masks, weightDecay, learningRates, batches }: Training): object {
  const width = sizeOf(network.input)
  const examples = (split: 'train' | 'test', indices: readonly number[]) => ({
    images: indices.map((index) => [
      ...data.splits[split].images.subarray(index * width, (index + 1) * width),
    ]),
    labels: indices.map((index) => data.splits[split].labels[index]!),
  })
  const named = (tensors: Readonly<Record<string, { shape: readonly number[]; data: ArrayLike<number> }>>) =>
    Object.entries(tensors).map(([name, { shape, data: numbers }]) => ({
      name,
      shape,
      data: Array.from(numbers),
    }))
  return {
    ...layersOf(network),
    mean: data.normalize.mean[0],
    deviation: data.normalize.deviation[0],
    optimizer,
    weightDecay,
    parameters: named(start.parameters),
    masks: named(masks),
    steps: learningRates.map((learningRate, step) => ({
      ...examples('train', [...batches.subarray(step * batchSize, (step + 1) * batchSize)]),
      learningRate,
    })),
    evaluate: examples(
      'test',
      Array.from({ length: data.splits.test.count }, (_, index) => index),
    ),
  }
}

function layersOf({ layers, classes, input }: Network) {
  return { layers, classes, width: sizeOf(input) }
}

/** The largest difference, relative to the largest number that is expected. */
function relativeError(found: ArrayLike<number>, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs))
  expect(found).toHaveLength(expected.length)
  expect(largest).toBeGreaterThan(0)
  return Math.max(...expected.map((value, index) => Math.abs(found[index]! - value))) / largest
}

const optimizers: readonly Optimizer[] = [
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'momentum', learningRate: 0.05, momentum: 0.9 },
  { kind: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: true },
  { kind: 'adam', learningRate: 0.01 },
  { kind: 'adam', learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 },
]
const constant = (rate: number): number[] => Array<number>(10).fill(rate)
const warmedUp = (rate: number): number[] =>
  Array.from({ length: 10 }, (_, step) => (step < 4 ? (rate * step) / 4 : step < 7 ? rate : rate / 10))

const tenSteps = optimizers.flatMap((optimizer): Training[] => {
  const { learningRate, ...rest } = optimizer
  const plain: Training = {
    name: JSON.stringify(rest),
    optimizer,
    masks: {},
    weightDecay: 0,
    learningRates: constant(learningRate),
    batches: randomBatches(10, 4),
  }
  return [
    plain,
    { ...plain, name: `${plain.name} with a mask`, masks: most },
    { ...plain, name: `${plain.name} with weight decay`, weightDecay: 0.01 },
    {
      ...plain,
      name: `${plain.name} with a sparse mask, weight decay and a schedule`,
      masks: quarter,
      weightDecay: 0.01,
      learningRates: warmedUp(learningRate),
    },
  ]
})

const oneStep = [
  { name: 'plain', masks: {}, weightDecay: 0 },
  { name: 'with a mask and weight decay', masks: most, weightDecay: 0.01 },
  { name: 'with a sparse mask and weight decay', masks: quarter, weightDecay: 0.01 },
].map((change): Training => ({
  ...change,
  // At rate 0, the velocity after one step is the gradient.
  optimizer: { kind: 'momentum', learningRate: 0, momentum: 0 },
  learningRates: [0],
  batches: randomBatches(1, 5),
}))

const answers = new Map<Training, Answer>()

beforeAll(async () => {
  const trainings = [...tenSteps, ...oneStep]
  // By one process, since loading tfjs-node takes a second.
  const found = await askTfjs<readonly Answer[]>(new URL('oracle.cjs', import.meta.url), trainings.map(jobOf))
  for (const [index, answer] of found.entries()) {
    answers.set(trainings[index]!, answer)
  }
})

describe.each(backends)('on %s,', (_, open) => {
  describe('ten steps are what autograd does:', () => {
    it.each(tenSteps.map((training) => [training.name, training] as const))('%s', (_, training) => {
      const expected = answers.get(training)!
      const { optimizer, weightDecay, masks, learningRates, batches } = training
      withSession(open, { optimizer, weightDecay }, (session) => {
        session.load(start, masks)
        const losses = session.train(batches, Float32Array.from(learningRates))
        const expectedLosses = expected.steps.map(({ loss }) => loss)
        expect(relativeError(losses, expectedLosses)).toBeLessThan(1e-5)
        const { parameters, step } = session.state()
        expect(step).toBe(10)
        for (const [name, numbers] of Object.entries(expected.parameters)) {
          expect(relativeError(parameters[name]!.data, numbers), name).toBeLessThan(1e-5)
        }
        const { loss, correct, count } = session.evaluate('test', 0, data.splits.test.count)
        expect(count).toBe(data.splits.test.count)
        expect(loss / expected.loss).toBeCloseTo(1, 5)
        expect(correct).toBe(expected.correct)
      })
    })
  })

  describe('each gradient is what autograd computes,', () => {
    it.each(oneStep.map((training) => [training.name, training] as const))('%s', (_, training) => {
      const { gradients } = answers.get(training)!.steps[0]!
      expect(Object.keys(gradients).sort()).toEqual(Object.keys(start.parameters).sort())
      const { optimizer, weightDecay, masks, batches } = training
      withSession(open, { optimizer, weightDecay }, (session) => {
        session.load(start, masks)
        session.train(batches, Float32Array.of(0))
        const { slots } = session.state()
        for (const [name, numbers] of Object.entries(gradients)) {
          expect(relativeError(slots[`${name}/velocity`]!.data, numbers), name).toBeLessThan(1e-5)
        }
      })
    })
  })
})
