/**
 * The same as bits.ts for a network of images that has every kind of layer, on augmented images, densely and sparsely.
 */
import { createHash } from 'node:crypto'
import type { SessionData } from '../../../src/backends/backend'
import { buildStepProgram } from '../../../src/networks/lower'
import type { Network } from '../../../src/networks/network'
import { parametersOf } from '../../../src/networks/parameters'
import { numbers } from './numbers'
import { opened } from './opened'

const network: Network = {
  name: 'golden',
  input: [9, 10, 3],
  layers: [
    { kind: 'convolution', name: 'first', filters: 7, activation: 'relu' },
    { kind: 'max-pool', name: 'largest', window: 3, stride: 2, padding: 'same' },
    {
      kind: 'residual',
      name: 'block',
      activation: 'relu',
      layers: [
        { kind: 'convolution', name: 'a', filters: 8, stride: 2, batchNorm: true, activation: 'relu' },
        { kind: 'convolution', name: 'b', filters: 8, batchNorm: true, activation: 'none' },
      ],
      shortcut: { kind: 'convolution', name: 'c', filters: 8, window: 1, stride: 2, activation: 'none' },
    },
    {
      kind: 'branches',
      name: 'both',
      branches: [
        [{ kind: 'convolution', name: 'd', filters: 5, window: [1, 3], activation: 'relu' }],
        [{ kind: 'average-pool', name: 'mean', window: 3, stride: 1, padding: 'same' }],
      ],
    },
    { kind: 'dropout', name: 'dropped', rate: 0.25 },
    { kind: 'global-average-pool', name: 'all' },
    { kind: 'dense', name: 'output', units: 7, activation: 'none' },
  ],
  classes: 7,
}
const [batchSize, steps, learningRate] = [45, 20, 0.0625]
const next = numbers()
const split = (count: number) => ({
  images: Uint8Array.from({ length: count * 270 }, () => next(256)),
  labels: Uint8Array.from({ length: count }, () => next(7)),
  count,
})
const data: SessionData = {
  shape: network.input,
  normalize: { mean: [0.5, 0.25, 0.5], deviation: [0.25, 0.25, 0.5] },
  splits: { train: split(100), validation: split(10), test: split(70) },
}
const program = buildStepProgram(network, {
  optimizer: { kind: 'momentum', learningRate, momentum: 0.9 },
  batchSize,
  weightDecay: 0.0009765625,
  augmentation: { flip: true, crop: 2 },
})

const hash = createHash('sha256')
for (const kept of [100, 20]) {
  const parameters = Object.fromEntries(
    parametersOf(network).map(({ name, shape, role }) => {
      const size = shape.reduce((product, extent) => product * extent, 1)
      const draw = () => (role === 'scale' || role === 'variance' ? 1 : (next(4096) - 2048) / 4096)
      return [name, { shape, data: Float32Array.from({ length: size }, draw) }]
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
  const list = (length: number, below: number) => Int32Array.from({ length }, () => next(below))
  const noise = { variants: list(steps * batchSize, 50), seeds: list(steps, 2 ** 31) }
  hash.update(session.train(list(steps * batchSize, 100), new Float32Array(steps).fill(learningRate), noise))
  hash.update(JSON.stringify(session.evaluate('test', 0, 70)))
  const { loss, gradients } = session.gradients(list(batchSize, 100))
  hash.update(JSON.stringify(loss))
  session.observe(list(2 * batchSize, 100), Float32Array.of(0, 0.5))
  const { parameters: trained, slots } = session.state()
  for (const tensors of [trained, slots, gradients]) {
    for (const tensor of Object.values(tensors)) hash.update(tensor.data)
  }
}
console.log(hash.digest('hex'))
