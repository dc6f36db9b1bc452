import { describe, expect, it } from 'vitest'
import { buildStepProgram } from '../../../src/networks/lower'
import { networkByName, networkNames } from '../../../src/networks/zoo'
import { initialize } from '../../../src/training/initialize'
import { imageBackends, randomData } from '../fixture'

const [[, open]] = imageBackends
/** Of fewer examples, batch norm of a single pixel divides by next to nothing. */
const batchSize = 8
const learningRate = 1e-3
/** The smallest images that a network takes, where 32x32 are too small. */
const sizes: Readonly<Record<string, number>> = { 'inception-v3': 75 }

describe('a training step of', () => {
  it.each(networkNames)(
    '%s changes every parameter, and its evaluation is finite',
    (name) => {
      const size = sizes[name] ?? 32
      const form = { input: name === 'lenet' ? [28, 28, 1] : [size, size, 3], classes: 10 }
      const network = networkByName(name, form)
      const program = buildStepProgram(network, { optimizer: { kind: 'sgd', learningRate }, batchSize })
      const data = randomData(network.input, 10, [batchSize, 1, 3])
      const session = open().open(program, data)
      try {
        const start = initialize({ network, seed: 1 })
        session.load({ step: 0, parameters: start, slots: {} }, {})
        const examples = Int32Array.from({ length: batchSize }, (_, index) => index)
        const noise = { seeds: Int32Array.of(1) }
        const [loss] = session.train(examples, Float32Array.of(learningRate), noise)
        expect(loss).toBeGreaterThan(0)
        const { parameters } = session.state()
        expect(Object.keys(parameters).sort()).toEqual(Object.keys(start).sort())
        for (const [parameter, { data: numbers }] of Object.entries(parameters)) {
          const before = start[parameter]!.data
          const changed = numbers.some((x, index) => x !== before[index])
          expect(changed && numbers.every(Number.isFinite), parameter).toBe(true)
        }
        const { loss: evaluated } = session.evaluate('test', 0, 3)
        expect(Number.isFinite(evaluated)).toBe(true)
      } finally {
        session.dispose()
      }
    },
    120_000,
  )
})
