import { describe, expect, it } from 'vitest'
import { buildStepProgram } from '../../src/networks/lower'
import type { Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { networkByName, networkNames } from '../../src/networks/zoo'
import { openWasm } from '../../src/backends/wasm/wasm'
import { randomStream } from '../../src/support/random'
import { sizeOf, type Tensors } from '../../src/support/tensor'
import { glorotDeviation } from '../../src/training/initializers/glorot'
import { randomData, tensorflow } from '../backends/fixture'

/** Small images that the pools of a network leave something of. */
const inputs: Readonly<Record<string, readonly number[]>> = {
  lenet: [28, 28, 1],
  conv2: [8, 8, 3],
  conv4: [8, 8, 3],
  conv6: [8, 8, 3],
  resnet20: [8, 8, 3],
  vgg19: [16, 16, 3],
  resnet18: [32, 32, 3],
  resnet50: [32, 32, 3],
  'inception-v3': [75, 75, 3],
}

// VGG-16 is VGG-19 with fewer layers of a kind. The kernels of wasm are compiled once for all, so that a few networks
// show what there is to see.
const backends = [
  ['TensorFlow', tensorflow, networkNames.filter((name) => name !== 'vgg16')],
  ['wasm', openWasm, ['conv2', 'resnet20']],
] as const

describe.each(backends)('a training step on %s', (_, open, names) => {
  it.each([...names])('changes every tensor of %s, which can be evaluated then', (name) => {
    const input = inputs[name]!
    const classes = 5
    // Batch norm of two numbers, where a deep network has one place left and a batch of two, has steep gradients.
    const batchSize = 4
    const network = networkByName(name, { input, classes })
    const program = buildStepProgram(network, {
      optimizer: { kind: 'sgd', learningRate: 0.01 },
      batchSize,
      weightDecay: 1e-4,
    })
    const session = open().open(program, randomData(input, classes, [6, 2, 2]))
    try {
      const parameters = randomParameters(network)
      session.load({ step: 0, parameters, slots: {} }, {})
      const batch = Int32Array.from({ length: batchSize }, (_, index) => 5 - index)
      const [loss] = session.train(batch, Float32Array.of(0.001), { seeds: Int32Array.of(1) })
      expect(loss).toBeGreaterThan(0.1)
      expect(loss).toBeLessThan(20)
      const trained = session.state().parameters
      const state = parametersOf(network)
      expect(Object.keys(trained).sort()).toEqual(state.map((parameter) => parameter.name).sort())
      const unchanged = state.filter(({ name: parameter }) => {
        const before = parameters[parameter]!.data
        const after = trained[parameter]!.data
        expect(after.length).toBe(before.length)
        return before.every((value, index) => value === after[index])
      })
      expect(unchanged).toEqual([])
      const { loss: sum, count } = session.evaluate('test', 0, 2)
      expect(count).toBe(2)
      expect(Number.isFinite(sum)).toBe(true)
    } finally {
      session.dispose()
    }
  })
})

/**
 * Weights of the size that Glorot's have. Tens of millions of them take seconds to be drawn one by one as an experiment
 * does, and what is asked here is whether they change: a thousand draws are repeated.
 */
function randomParameters(network: Network): Tensors {
  const stream = randomStream(1, 'parameters')
  const drawn = Float32Array.from({ length: 1009 }, () => stream.normal())
  return Object.fromEntries(
    parametersOf(network).map(({ name, role, shape }) => {
      const data = new Float32Array(sizeOf(shape))
      if (role === 'scale' || role === 'variance') data.fill(1)
      if (role === 'weights') {
        const deviation = glorotDeviation(shape)
        for (let i = 0; i < data.length; i++) data[i] = deviation * drawn[i % drawn.length]!
      }
      return [name, { shape, data }]
    }),
  )
}
