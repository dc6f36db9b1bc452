import { describe, expect, it } from 'vitest'
import type { Optimizer } from '../../../src/backends/optimizers/all'
import { buildStepProgram } from '../../../src/networks/lower'
import {
  batchSize,
  network,
  random,
  randomBatches,
  randomData,
  randomWeights,
  tileBackends,
} from '../fixture'

/** Black images of a network: its first weights get no gradient, and what optimizers keep for them fades away. */
const gray = randomData(network.input, network.classes, [40, 5, 5], { mean: [0], deviation: [1] })
const black = {
  ...gray,
  splits: {
    ...gray.splits,
    train: { ...gray.splits.train, images: new Uint8Array(gray.splits.train.images.length) },
  },
}
const optimizers: readonly Optimizer[] = [
  { kind: 'momentum', learningRate: 0.01, momentum: 0.9 },
  { kind: 'adam', learningRate: 0.01 },
]

describe.each(tileBackends)('on %s, averages of gradients that fade away', (_, open) => {
  it.each(optimizers)('end at zero and never become denormal: $kind', (optimizer) => {
    const session = open().open(buildStepProgram(network, { optimizer, batchSize }), black)
    const start = randomWeights(network, 1)
    const next = random(5)
    const { shape, data } = start.parameters['dense1/weights']!
    const faint = { shape, data: data.map(() => (next() + 0.5) * 1e-19) }
    const slot = optimizer.kind === 'adam' ? 'dense1/weights/m' : 'dense1/weights/velocity'
    session.load({ ...start, slots: { [slot]: faint } }, {})
    const after = (steps: number) => {
      session.train(randomBatches(steps, 2, 40), new Float32Array(steps).fill(0.01))
      return session.state().slots[slot]!.data
    }
    expect(after(5).every((value) => value > 1e-21)).toBe(true)
    expect(after(60).every((value) => Object.is(value, 0))).toBe(true)
    session.dispose()
  })
})
