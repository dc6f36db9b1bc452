import { describe, expect, it } from 'vitest'
import { inputs } from '../../src/backends/program'
import { openWasm } from '../../src/backends/wasm/wasm'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import { loadDataset } from '../../src/datasets/load'
import { buildStepProgram } from '../../src/networks/lower'
import type { Layer, Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { openScorer, type ScoringContext } from '../../src/trainer/scores'
import { createSessions } from '../../src/trainer/sessions'
import { sizeOf, type Masks, type Tensors } from '../../src/support/tensor'
import { batchIndices } from '../../src/training/batches'
import { initialize } from '../../src/training/initialize'
import type { Scores } from '../../src/training/criteria/criterion'
import type { PruneTask, Scoring } from '../../src/tasks/tasks'
import { interpret } from '../backends/interpreter'

const backend = { id: 'wasm', arithmetic: wasmArithmetic } as const
const dataset = { name: 'mnist', splitSeed: 1, validation: 5000 } as const
const examples = { dataset, batchSize: 10, batches: 2, orderSeed: 4 }
const seed = 1

/** The same sessions that a trainer has. */
const context: ScoringContext = {
  open: createSessions(() => openWasm()),
  signal: new AbortController().signal,
}

async function scores(
  criterion: PruneTask['criterion'],
  network: Network,
  weights: Tensors,
  scoring: Partial<Scoring>,
  masks: Masks = {},
): Promise<Scores> {
  const task: PruneTask = { kind: 'prune', network, criterion, seed, scoring: { backend, ...scoring } }
  const score = await openScorer(task, weights, context)
  return score!(masks)
}

const dense = (name: string, units: number, activation: 'relu' | 'none' = 'relu'): Layer => ({
  kind: 'dense',
  name,
  units,
  activation,
})
const perceptron = (activation: 'relu' | 'none' = 'relu'): Network => ({
  name: 'perceptron',
  input: [28, 28, 1],
  layers: [dense('hidden', 4, activation), dense('output', 10, 'none')],
  classes: 10,
})

/** The gradient of the loss, averaged over the batches, by interpreting the step program in double precision. */
async function slowGradient(network: Network, weights: Readonly<Record<string, readonly number[]>>) {
  const { batchSize, batches, orderSeed } = examples
  const program = buildStepProgram(network, { optimizer: { kind: 'sgd', learningRate: 0 }, batchSize })
  const { train, normalize, shape } = await loadDataset(dataset)
  const shapes = Object.fromEntries(parametersOf(network).map((one) => [one.name, one.shape]))
  const parameters = Object.fromEntries(
    Object.entries(weights).map(([name, data]) => [name, { shape: shapes[name]!, data }]),
  )
  const size = sizeOf(shape)
  const sums: Record<string, number[]> = {}
  for (let batch = 0; batch < batches; batch++) {
    const indices = [...batchIndices(orderSeed, train.count, batchSize, batch, 1)]
    const pixels = indices.flatMap((index) => [...train.images.subarray(index * size, (index + 1) * size)])
    const values = interpret([...program.forward, ...program.backward], {
      ...parameters,
      [inputs.images]: {
        shape: [batchSize, ...shape],
        data: pixels.map((byte) => (byte / 255 - normalize.mean[0]!) / normalize.deviation[0]!),
      },
      [inputs.labels]: { shape: [batchSize], data: indices.map((index) => train.labels[index]!) },
    })
    for (const { parameter, gradient } of program.updates) {
      const sum = (sums[parameter] ??= values[gradient]!.data.map(() => 0))
      values[gradient]!.data.forEach((value, i) => (sum[i]! += value / batches))
    }
  }
  return sums
}

const plain = (weights: Tensors) =>
  Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, [...data]]))

/** The distance between two lists of numbers over the length of the second. */
function deviation(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length)
  let [apart, length] = [0, 0]
  for (let i = 0; i < found.length; i++) {
    apart += (found[i]! - expected[i]!) ** 2
    length += expected[i]! ** 2
  }
  return Math.sqrt(apart / length)
}

describe('SNIP', () => {
  it('is |g w|, with the gradient of the mean loss over all batches', async () => {
    const network = perceptron()
    const weights = initialize({ network, seed })
    const found = await scores('snip', network, weights, { examples })
    const gradient = await slowGradient(network, plain(weights))
    for (const name of ['hidden/weights', 'output/weights']) {
      const expected = gradient[name]!.map((g, i) => Math.abs(g * weights[name]!.data[i]!))
      expect(deviation(found[name]!, expected)).toBeLessThan(1e-5)
    }
  })
})

/** Weights of a perceptron, all positive, that can be followed by hand. */
const byHand: Network = {
  name: 'by-hand',
  input: [2],
  layers: [dense('first', 2), dense('last', 2, 'none')],
  classes: 2,
}
const handWeights: Tensors = {
  'first/weights': { shape: [2, 2], data: Float32Array.of(1, -2, 3, 4) },
  'first/bias': { shape: [2], data: Float32Array.of(5, -5) },
  'last/weights': { shape: [2, 2], data: Float32Array.of(-1, 2, 0.5, 0.25) },
  'last/bias': { shape: [2], data: Float32Array.of(7, 7) },
}

/** Scores as they would be if the first one of the first layer were 3: only their ratios mean something. */
function relative(scores: Scores): Record<string, number[]> {
  const unit = scores['first/weights']![0]! / 3
  return Object.fromEntries(
    Object.entries(scores).map(([name, data]) => [
      name,
      Array.from(data, (value) => Number((value / unit).toPrecision(5))),
    ]),
  )
}

describe('SynFlow', () => {
  it('is the sum over all paths through a weight of the product of their absolute weights', async () => {
    const found = await scores('synflow', byHand, handWeights, {})
    // Out of the first hidden unit go 1 + 2, out of the second 0.5 + 0.25; into them come 1 + 3 and 2 + 4.
    expect(relative(found)).toEqual({
      'first/weights': [1 * 3, 2 * 0.75, 3 * 3, 4 * 0.75],
      'last/weights': [4 * 1, 4 * 2, 6 * 0.5, 6 * 0.25],
    })
  })

  it('looks at what a mask has left', async () => {
    const masks = { 'first/weights': { shape: [2, 2], data: Uint8Array.of(1, 1, 0, 1) } }
    const found = await scores('synflow', byHand, handWeights, {}, masks)
    expect(relative(found)).toEqual({
      'first/weights': [3, 1.5, 0, 3],
      'last/weights': [1 * 1, 1 * 2, 6 * 0.5, 6 * 0.25],
    })
  })

  it('adds up to the same in every layer of a network with convolutions, pooling and batch norm', async () => {
    const network: Network = {
      name: 'images',
      input: [8, 8, 2],
      layers: [
        { kind: 'convolution', name: 'conv1', filters: 4, batchNorm: true, activation: 'relu' },
        { kind: 'max-pool', name: 'pool' },
        { kind: 'dropout', name: 'drop', rate: 0.5 },
        { kind: 'convolution', name: 'conv2', filters: 3, activation: 'relu' },
        { kind: 'global-average-pool', name: 'average' },
        dense('output', 5, 'none'),
      ],
      classes: 5,
    }
    const weights = { ...initialize({ network, seed }) }
    weights['conv1/scale'] = { shape: [4], data: Float32Array.of(1, -2, 0.5, 3) }
    const found = await scores('synflow', network, weights, {})
    const sums = ['conv1', 'conv2', 'output'].map((layer) =>
      Array.from(found[`${layer}/weights`]!).reduce((sum, value) => sum + value, 0),
    )
    expect(sums[0]).toBeGreaterThan(0)
    expect(sums[1]! / sums[0]!).toBeCloseTo(1, 5)
    expect(sums[2]! / sums[0]!).toBeCloseTo(1, 5)
  })

  it('ranks networks whose outputs are too large for float32', async () => {
    const huge = Object.fromEntries(
      Object.entries(handWeights).map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value) => value * 1e25) },
      ]),
    )
    const found = await scores('synflow', byHand, huge, {})
    const ratio = found['first/weights']![2]! / found['first/weights']![0]!
    expect(ratio).toBeCloseTo(3, 5)
    expect(found['last/weights']!.every(Number.isFinite)).toBe(true)
  })

  it('says so when no signal passes', async () => {
    const dead = { 'first/weights': { shape: [2, 2], data: Uint8Array.of(0, 0, 0, 0) } }
    await expect(scores('synflow', byHand, handWeights, {}, dead)).rejects.toMatchObject({
      code: 'layer-died',
      message: expect.stringContaining('first/weights 0') as string,
    })
  })
})
