/**
 * Trains a small network on made-up data on wasm or the native backend (see opened.ts), densely and sparsely with every optimizer, and prints
 * one hash of all losses, weights and optimizer slots. Uses nothing whose bits may differ between machines.
 */
import { createHash } from 'node:crypto'
import type { SessionData } from '../../../src/backends/backend'
import type { Optimizer } from '../../../src/backends/optimizers/all'
import { buildStepProgram } from '../../../src/networks/lower'
import type { Network } from '../../../src/networks/network'
import { numbers } from './numbers'
import { opened } from './opened'

const network: Network = {
  name: 'golden',
  input: [13, 5],
  layers: [
    { kind: 'dense', name: 'dense1', units: 37, activation: 'relu' },
    { kind: 'dense', name: 'dense2', units: 22, activation: 'relu' },
    { kind: 'dense', name: 'output', units: 7, activation: 'none' },
  ],
  classes: 7,
}
const optimizers: readonly Optimizer[] = [
  { kind: 'sgd', learningRate: 0.125 },
  { kind: 'momentum', learningRate: 0.0625, momentum: 0.9, nesterov: true },
  { kind: 'adam', learningRate: 0.0078125 },
]
const [batchSize, steps] = [45, 30]

const next = numbers()
const split = (count: number) => ({
  images: Uint8Array.from({ length: count * 65 }, () => next(256)),
  labels: Uint8Array.from({ length: count }, () => next(7)),
  count,
})
const data: SessionData = {
  shape: [13, 5],
  normalize: { mean: [0.5], deviation: [0.25] },
  splits: { train: split(200), validation: split(10), test: split(70) },
}

const hash = createHash('sha256')
for (const optimizer of optimizers) {
  for (const kept of [100, 20]) {
    const program = buildStepProgram(network, { optimizer, batchSize, weightDecay: 0.0009765625 })
    const parameters = Object.fromEntries(
      program.parameters.map(({ name, shape }) => {
        const size = shape.reduce((product, extent) => product * extent, 1)
        return [name, { shape, data: Float32Array.from({ length: size }, () => (next(4096) - 2048) / 8192) }]
      }),
    )
    const masks = Object.fromEntries(
      program.parameters
        .filter(({ masked }) => masked)
        .map(({ name }) => [
          name,
          {
            ...parameters[name]!,
            data: Uint8Array.from(parameters[name]!.data, () => Number(next(100) < kept)),
          },
        ]),
    )
    const session = opened(process.argv).open(program, data)
    session.load({ step: 0, parameters, slots: {} }, masks)
    const batches = Int32Array.from({ length: steps * batchSize }, () => next(200))
    hash.update(session.train(batches, new Float32Array(steps).fill(optimizer.learningRate)))
    hash.update(JSON.stringify(session.evaluate('test', 0, 70)))
    const { parameters: trained, slots } = session.state()
    for (const { data: numbers } of [...Object.values(trained), ...Object.values(slots)]) hash.update(numbers)
  }
}
console.log(hash.digest('hex'))
