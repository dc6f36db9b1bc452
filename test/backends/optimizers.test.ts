import { describe, expect, it } from 'vitest'
import {
  optimizerNamed,
  optimizers,
  rowOf,
  slotsOf,
  stepScalars,
  updateRule,
  type Optimizer,
  type OptimizerKind,
} from '../../src/backends/optimizers/all'
import { buildStepProgram } from '../../src/networks/lower'
import type { Masks } from '../../src/support/tensor'
import { backends, batchSize, data, network, randomBatches, randomMasks, randomWeights } from './fixture'
import { interpret, type Value } from './interpreter'
import { expectNear } from './programs'

describe('the scalars of a step', () => {
  it('are the learning rate for SGD and momentum', () => {
    expect(stepScalars({ kind: 'sgd', learningRate: 1 }, 7, 0.25)).toEqual([0.25])
    expect(stepScalars({ kind: 'momentum', learningRate: 1, momentum: 0.9 }, 7, 0.25)).toEqual([0.25])
  })

  it('make the first step of Adam as long as the learning rate, whatever the gradient', () => {
    const gradient = 0.003
    const [rate, epsilon] = stepScalars({ kind: 'adam', learningRate: 1 }, 0, 0.01)
    const [m, v] = [(1 - Math.fround(0.9)) * gradient, (1 - Math.fround(0.999)) * gradient ** 2]
    expect((rate! * m) / (Math.sqrt(v) + epsilon!)).toBeCloseTo(0.01, 7)
  })

  it('approach the plain learning rate and epsilon as Adam goes on', () => {
    const [rate, epsilon] = stepScalars({ kind: 'adam', learningRate: 1, epsilon: 1e-4 }, 50_000, 0.01)
    expect(rate).toBeCloseTo(0.01, 12)
    expect(epsilon).toBeCloseTo(1e-4, 12)
  })
})

describe('the rule of an optimizer', () => {
  it('has its defaults filled in and names its slots after the parameter', () => {
    const adam = updateRule({ kind: 'adam', learningRate: 1 }, 'dense1/weights')
    expect(adam).toEqual({
      kind: 'adam',
      beta1: 0.9,
      beta2: 0.999,
      m: 'dense1/weights/m',
      v: 'dense1/weights/v',
    })
    expect(slotsOf(adam)).toEqual(['dense1/weights/m', 'dense1/weights/v'])
    expect(slotsOf(updateRule({ kind: 'sgd', learningRate: 1 }, 'a'))).toEqual([])
    const momentum = updateRule({ kind: 'momentum', learningRate: 1, momentum: 0.5 }, 'a')
    expect(momentum).toMatchObject({ momentum: 0.5, nesterov: false })
    expect(slotsOf(momentum)).toEqual(['a/velocity'])
  })
})

const [steps, rate, weightDecay] = [6, 0.02, 0.05]
const batches = randomBatches(steps, 8)
const start = randomWeights(network, 6)

describe.each(backends)('on %s, every optimizer computes what its row says', (_, open) => {
  const kinds = Object.keys(optimizers) as OptimizerKind[]
  it.each(kinds.flatMap((kind) => [[kind, 100] as const, [kind, 60] as const, [kind, 20] as const]))(
    '%s, with %d%% of the weights',
    (kind, percent) => {
      const masks = percent === 100 ? {} : randomMasks(network, percent / 100, 7)
      const optimizer = optimizerNamed(kind, rate)
      const program = buildStepProgram(network, { optimizer, batchSize, weightDecay })
      const session = open().open(program, data)
      try {
        session.load(start, masks)
        session.train(batches, new Float32Array(steps).fill(rate))
        const { parameters, slots } = session.state()
        const expected = trained(optimizer, masks)
        expect(Object.keys(slots).sort()).toEqual([...expected.slots.keys()].sort())
        for (const [name, value] of expected.parameters) expectNear(parameters[name]!.data, value, name)
        for (const [name, kept] of expected.slots) {
          expectNear(slots[name]!.data, { shape: [kept.length], data: [...kept] }, name)
        }
      } finally {
        session.dispose()
      }
    },
  )
})

/** A training in double precision, by the interpreter and the row of the optimizer. */
function trained(optimizer: Optimizer, masks: Masks) {
  const program = buildStepProgram(network, { optimizer, batchSize, weightDecay })
  const parameters = new Map(
    Object.entries(start.parameters).map(([name, { shape, data: numbers }]): [string, Value] => [
      name,
      { shape, data: [...numbers].map((x, index) => x * maskAt(masks, name, index)) },
    ]),
  )
  const slots = new Map<string, Float32Array>()
  for (let step = 0; step < steps; step++) {
    const scalars = stepScalars(optimizer, step, Math.fround(rate))
    const batch = examplesOf(batches.subarray(step * batchSize, (step + 1) * batchSize))
    const values = interpret([...program.forward, ...program.backward], {
      ...batch,
      ...Object.fromEntries(parameters),
    })
    for (const { parameter, gradient, weightDecay: decay, rule } of program.updates) {
      const { shape, data: weights } = parameters.get(parameter)!
      const kept = slotsOf(rule).map((slot) => slots.get(slot) ?? new Float32Array(weights.length))
      slotsOf(rule).forEach((slot, at) => slots.set(slot, kept[at]!))
      const move = rowOf(rule.kind).move(rule, kept, scalars)
      const slopes = weights.map(
        (w, index) => (values[gradient]!.data[index]! + decay * w) * maskAt(masks, parameter, index),
      )
      parameters.set(parameter, {
        shape,
        data: weights.map((w, index) => w - scalars[0]! * move(slopes[index]!, index)),
      })
    }
  }
  return { parameters, slots }
}

function maskAt(masks: Masks, name: string, index: number): number {
  return masks[name]?.data[index] ?? 1
}

/** The examples of a batch, normalized. */
function examplesOf(batch: Int32Array): Readonly<Record<'images' | 'labels', Value>> {
  const { images, labels } = data.splits.train
  const [mean, deviation] = [data.normalize.mean[0]!, data.normalize.deviation[0]!]
  const size = images.length / labels.length
  const pixels = [...batch].flatMap((example) => [...images.subarray(example * size, (example + 1) * size)])
  return {
    images: {
      shape: [batchSize, ...data.shape],
      data: pixels.map((byte) => (byte / 255 - mean) / deviation),
    },
    labels: { shape: [batchSize], data: [...batch].map((example) => labels[example]!) },
  }
}
