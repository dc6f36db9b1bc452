import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/backends/backend'
import type { Dataset } from '../../src/datasets/dataset'
import type { Layer, Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { openScorer } from '../../src/trainer/scores'
import { createSessions } from '../../src/trainer/sessions'
import { countKept, sizeOf, type Tensors } from '../../src/support/tensor'
import { batchIndices } from '../../src/training/batches'
import { initialize } from '../../src/training/initialize'
import type { Scores } from '../../src/training/criteria/criterion'
import { prune } from '../../src/training/prune'
import { weightNames } from '../../src/training/criteria/shared'
import type { PruneTask } from '../../src/tasks/tasks'
import { imageBackends, randomData } from '../backends/fixture'

/* GraSP's scores beside those that tfjs finds by differentiating its own gradient. */

const spec = { name: 'mnist', splitSeed: 1, validation: 5000 } as const
const examples = { dataset: spec, batchSize: 7, batches: 2, orderSeed: 4 }
const seed = 1
const image = [11, 10, 2]

/** Instead of those of the task: small, and with more than one channel. */
const { shape, normalize, splits } = randomData(image, 10, [40, 1, 1])
const dataset = { shape, normalize, ...splits } as unknown as Dataset

const dense = (name: string, units: number, activation: 'relu' | 'none' = 'relu'): Layer => ({
  kind: 'dense',
  name,
  units,
  activation,
})
const convolution = (name: string, filters: number, more: object = {}) =>
  ({ kind: 'convolution', name, filters, activation: 'relu', ...more }) as const

const networks: Readonly<Record<string, readonly Layer[]>> = {
  'a perceptron': [dense('dense1', 12), dense('dense2', 8), dense('output', 10, 'none')],
  'convolutions, max pooling and dropout': [
    convolution('conv1', 4),
    convolution('conv2', 4),
    { kind: 'max-pool', name: 'pool1' },
    convolution('conv3', 6, { stride: 2 }),
    { kind: 'max-pool', name: 'pool2', window: 3, stride: 2, padding: 'valid' },
    { kind: 'dropout', name: 'drop', rate: 0.5 },
    dense('dense1', 10),
    dense('output', 10, 'none'),
  ],
  'batch norm, residual blocks and pooling by means': [
    convolution('conv1', 4, { batchNorm: true, stride: 2 }),
    {
      kind: 'residual',
      name: 'block1',
      layers: [
        convolution('conv2', 6, { batchNorm: true, stride: 2 }),
        convolution('conv3', 6, { batchNorm: true, activation: 'none' }),
      ],
      shortcut: convolution('short', 6, { window: 1, stride: 2, batchNorm: true, activation: 'none' }),
      activation: 'relu',
    },
    {
      kind: 'branches',
      name: 'both',
      branches: [[convolution('conv4', 3, { batchNorm: true })], [convolution('conv5', 3)]],
    },
    { kind: 'average-pool', name: 'average' },
    { kind: 'global-average-pool', name: 'all' },
    dense('output', 10, 'none'),
  ],
}

function networkOf(name: string): Network {
  return { name, input: image, layers: networks[name]!, classes: 10 }
}

/** As trained networks have them: scales and offsets are not 1 and 0. */
function weightsOf(network: Network): Tensors {
  const drawn = initialize({ network, seed })
  const vary = (data: Float32Array, from: number) =>
    data.map((_, index) => from + (((index * 7) % 5) - 2) / 5)
  return Object.fromEntries(
    Object.entries(drawn).map(([name, { shape, data }]) => {
      const from = name.endsWith('/scale')
        ? 1
        : name.endsWith('/offset') || name.endsWith('/bias')
          ? 0
          : undefined
      return [name, { shape, data: from === undefined ? data : vary(data, from) }]
    }),
  )
}

function jobOf(name: string, temperature: number): object {
  const network = networkOf(name)
  const { train } = splits
  const size = sizeOf(shape)
  const batches = Array.from({ length: examples.batches }, (_, batch) => {
    const indices = [...batchIndices(examples.orderSeed, train.count, examples.batchSize, batch, 1)]
    const pixels = indices.flatMap((index) => [...train.images.subarray(index * size, (index + 1) * size)])
    const data = pixels.map((byte) => (byte / 255 - normalize.mean[0]!) / normalize.deviation[0]!)
    return {
      images: { shape: [indices.length, ...shape], data },
      labels: indices.map((index) => train.labels[index]!),
    }
  })
  const parameters = Object.fromEntries(
    Object.entries(weightsOf(network)).map(([key, tensor]) => [
      key,
      { shape: tensor.shape, data: [...tensor.data] },
    ]),
  )
  return { network, parameters, batches, temperature, moved: weightNames(network) }
}

const jobs = [
  ...Object.keys(networks).map((name) => ({ name, temperature: 200 })),
  // Where the curvature of the softmax counts most.
  { name: Object.keys(networks).at(-1)!, temperature: 1 },
]
const answers = new Map<string, Readonly<Record<string, readonly number[]>>>()

beforeAll(async () => {
  const script = fileURLToPath(new URL('grasp-oracle.cjs', import.meta.url))
  const running = promisify(execFile)(process.execPath, [script], { maxBuffer: 2 ** 28 })
  running.child.stdin!.end(JSON.stringify(jobs.map(({ name, temperature }) => jobOf(name, temperature))))
  const found = JSON.parse((await running).stdout) as Readonly<Record<string, readonly number[]>>[]
  for (const [index, { name, temperature }] of jobs.entries()) {
    answers.set(`${name} at ${temperature}`, found[index]!)
  }
})

async function scoresOf(backend: Backend, network: Network, temperature: number): Promise<Scores> {
  const { id, arithmetic } = backend
  const open = Object.assign(
    createSessions(() => backend),
    { dataset: () => Promise.resolve(dataset) },
  )
  const context = { open, signal: new AbortController().signal }
  const task: PruneTask = {
    ...{ kind: 'prune', network, criterion: 'grasp', seed },
    scoring: { backend: { id, arithmetic }, examples, ...(temperature === 200 ? {} : { temperature }) },
  }
  const score = await openScorer(task, weightsOf(network), context)
  return score!({})
}

/** The masks that keep a fifth of all weights. */
function fifthOf(network: Network, scores: Scores) {
  const among = parametersOf(network)
    .filter(({ group }) => group !== undefined)
    .map(({ name }) => name)
  const total = among.reduce((sum, name) => sum + scores[name]!.length, 0)
  const count = Math.round(total / 5)
  return prune({ kind: 'prune', network, criterion: 'grasp', keepTotal: { count, among }, seed }, { scores })
}

describe.each(imageBackends)('on %s, GraSP has the exact w H g of', (_backend, open) => {
  it.each(jobs)('$name, at the temperature $temperature', async ({ name, temperature }) => {
    const network = networkOf(name)
    const found = await scoresOf(open(), network, temperature)
    const exact = Object.fromEntries(
      Object.entries(answers.get(`${name} at ${temperature}`)!).map(([key, data]) => [
        key,
        Float64Array.from(data),
      ]),
    )
    let [apart, length] = [0, 0]
    for (const key of weightNames(network)) {
      expect(found[key]).toHaveLength(exact[key]!.length)
      found[key]!.forEach((value, i) => {
        apart += (value - exact[key]![i]!) ** 2
        length += exact[key]![i]! ** 2
      })
    }
    expect(Math.sqrt(apart / length)).toBeLessThan(1e-3)

    const [ours, theirs] = [fifthOf(network, found), fifthOf(network, exact)]
    let [kept, common] = [0, 0]
    for (const [key, mask] of Object.entries(theirs)) {
      kept += countKept(mask)
      mask.data.forEach((bit, i) => (common += bit * ours[key]!.data[i]!))
    }
    expect(common / kept).toBeGreaterThan(0.99)
  })
})
