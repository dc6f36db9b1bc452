import { expect, it } from 'vitest'
import type { SessionData } from '../../src/backends/backend'
import { networkOf } from '../../src/networks/describe'
import { buildStepProgram } from '../../src/networks/lower'
import { backends } from './fixture'

const classes = 700
const network = networkOf({ input: [1, 1, 1], layers: [{ kind: 'dense', units: classes }] })

/** Every class once, on an image that is black: its logits are the biases. */
const split = (order: (at: number) => number) => ({
  images: new Uint8Array(classes),
  labels: Uint16Array.from({ length: classes }, (_, at) => order(at)),
  count: classes,
})
const data: SessionData = {
  shape: [1, 1, 1],
  normalize: { mean: [0], deviation: [1] },
  splits: {
    train: split((at) => classes - 1 - at),
    validation: split((at) => (at * 3) % classes),
    test: split((at) => at),
  },
}

it.each(backends)('%s knows labels of more than 256 classes', (_, open) => {
  const batchSize = 7
  const program = buildStepProgram(network, { optimizer: { kind: 'sgd', learningRate: 1 }, batchSize })
  const session = open().open(program, data)
  try {
    const bias = Float32Array.from({ length: classes }, (_, at) => (at === 300 ? 3 : at / classes))
    const [weightsName, biasName] = program.parameters.map(({ name }) => name) as [string, string]
    const parameters = {
      [weightsName]: { shape: [1, classes], data: new Float32Array(classes) },
      [biasName]: { shape: [classes], data: bias },
    }
    session.load({ step: 0, parameters, slots: {} }, {})
    // Minus the logarithm of what the softmax gives the label.
    const all = Math.log(bias.reduce((sum, value) => sum + Math.exp(value), 0))
    for (const label of [0, 255, 256, 300, 556, 699]) {
      const { loss, correct } = session.evaluate('test', label, label + 1)
      expect(loss).toBeCloseTo(all - bias[label]!, 4)
      expect(correct).toBe(label === 300 ? 1 : 0)
    }
    // One step of gradient descent: the biases of the batch's labels rise by 1 / 7, less their softmax.
    session.train(
      Int32Array.from({ length: batchSize }, (_, at) => at),
      Float32Array.of(1),
    )
    const after = session.state().parameters[biasName]!.data
    for (let label = 0; label < classes; label++) {
      const softmax = Math.exp(bias[label]! - all)
      const isInBatch = label >= classes - batchSize
      expect(after[label]).toBeCloseTo(bias[label]! + (isInBatch ? 1 / batchSize : 0) - softmax, 5)
    }
  } finally {
    session.dispose()
  }
})
