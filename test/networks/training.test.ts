import { describe, expect, it } from 'vitest'
import { buildStepProgram } from '../../src/networks/lower'
import { parametersOf } from '../../src/networks/parameters'
import { networkByName, networkNames } from '../../src/networks/zoo'
import { initialize } from '../../src/training/initialize'
import { randomData, tensorflow } from '../backends/fixture'

/** Small images that the pools of a network leave something of. */
const inputs: Readonly<Record<string, readonly number[]>> = {
  lenet: [28, 28, 1],
  conv2: [8, 8, 3],
  conv4: [8, 8, 3],
  conv6: [8, 8, 3],
  resnet20: [8, 8, 3],
  vgg16: [16, 16, 3],
  vgg19: [16, 16, 3],
  resnet50: [32, 32, 3],
  'inception-v3': [75, 75, 3],
}

// Compiling the large networks takes seconds, and a machine may be busy.
describe('a training step on TensorFlow', { timeout: 120_000 }, () => {
  it.each(networkNames)('changes every tensor of %s, which can be evaluated then', (name) => {
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
    const session = tensorflow().open(program, randomData(input, classes, [6, 2, 2]))
    try {
      const parameters = initialize({ network, seed: 1 })
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
