import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDataset, normalizationOf } from '../../../src/datasets/load'
import type { Split } from '../../../src/datasets/dataset'
import type { Lab } from '../../../src/lab/api'
import type { LayerDescription } from '../../../src/networks/description'
import type { Tensors } from '../../../src/support/tensor'
import { batchIndices } from '../../../src/training/batches'
import { backends } from '../../runtime/lab'
import { needTensorflow } from '../../support/tensorflow'
import { askTfjs } from '../../support/tfjs'
import { openTestLab, type TestLab } from '../lab'
import { smallSetup } from '../results/small'

/* Planes beside ordinary tfjs, which is given three networks and coordinates, and finds weights, loss and error by itself. */

const networks: Readonly<Record<string, readonly LayerDescription[]>> = {
  dense: [
    { kind: 'dense', units: 6, batchNorm: true },
    { kind: 'dense', units: 5 },
    { kind: 'dense', units: 2 },
  ],
  convolutional: [
    { kind: 'convolution', filters: 4, batchNorm: true },
    { kind: 'max-pool', window: 3, stride: 1, padding: 'valid' },
    { kind: 'convolution', filters: 3, batchNorm: true },
    { kind: 'dense', units: 2 },
  ],
}

interface Answer {
  readonly loss: number
  readonly error: number
}

let opened: TestLab
let lab: Lab
beforeAll(async () => {
  opened = await openTestLab(backends)
  ;({ lab } = opened)
})
afterAll(() => opened.close())

const batchSize = 10
const batches = 3

describe.each(['wasm', 'tensorflow'] as const)('lab.plane on %s', (backend) => {
  it.each(Object.keys(networks))('finds what tfjs finds of a %s network with batch norm', async (name) => {
    if (backend === 'tensorflow') needTensorflow()
    const small = await smallSetup(lab, { replicates: 1, layers: networks[name]!, backend })
    const w0 = lab.initialize(small)
    const full = await lab.train(w0)
    const mask = await lab.prune(full, { rate: 0.4 })
    const three = await Promise.all(
      [{ mask }, { mask, orderSeed: 5 }, { mask, orderSeed: 6, until: 4 }].map((more) => lab.train(w0, more)),
    )
    const [a, b, c] = three as [(typeof three)[0], (typeof three)[0], (typeof three)[0]]

    const { dataset, network } = small
    const [{ train, test }, normalize] = [await loadDataset(dataset), await normalizationOf(dataset)]
    const examples = ({ images, labels }: Split, indices: readonly number[]) => ({
      images: indices.map((at) => [...images.subarray(at * 20, (at + 1) * 20)]),
      labels: indices.map((at) => labels[at]!),
    })
    const all = ({ count }: Split) => Array.from({ length: count }, (_, at) => at)
    const observed = Array.from(
      { length: batches },
      (_, batch) => examples(train, [...batchIndices(0, train.count, batchSize, batch, 1)]).images,
    )
    const corners = (await Promise.all(three.map((one) => one.weights()))).map(numbersOf)

    const compared = []
    for (const statistics of ['interpolate', 'recompute'] as const) {
      const { values } = await lab.plane(a, b, c, {
        ...{ points: 4, splits: ['test', 'train'], trainExamples: 33, statistics },
        ...(statistics === 'recompute' ? { statisticsExamples: batches * batchSize } : {}),
      })
      for (const split of ['test', 'train'] as const) {
        const found = values.filter((one) => one.split === split)
        expect(found.length).toBeGreaterThan(16)
        const job = {
          ...{ layers: network.layers, classes: network.classes, shape: network.input },
          ...{ mean: normalize.mean[0], deviation: normalize.deviation[0], corners },
          points: found.map(({ x, y }) => ({ x, y })),
          examples: split === 'test' ? examples(test, all(test)) : examples(train, all(train).slice(0, 33)),
          ...(statistics === 'recompute' ? { batches: observed } : {}),
        }
        compared.push({ job, found, what: `${statistics}, ${split}` })
      }
    }
    const oracle = new URL('plane-oracle.cjs', import.meta.url)
    const answers = await askTfjs<readonly (readonly Answer[])[]>(
      oracle,
      compared.map(({ job }) => job),
    )
    for (const [index, { found, what }] of compared.entries()) {
      const losses = new Set(answers[index]!.map(({ loss }) => loss.toFixed(4)))
      expect(losses.size, 'losses that differ').toBeGreaterThan(found.length / 2)
      for (const [at, { loss, error }] of answers[index]!.entries()) {
        const where = `${what}, [${found[at]!.x}, ${found[at]!.y}]`
        expect(Math.abs(found[at]!.loss / loss - 1), where).toBeLessThan(2e-5)
        expect(found[at]!.error, where).toBeCloseTo(error, 12)
      }
    }
  })
})

function numbersOf(tensors: Tensors) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]),
  )
}
