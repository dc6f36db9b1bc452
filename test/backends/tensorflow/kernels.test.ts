import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { arithmeticOf, kernelsFor, kernelsOf } from '../../../src/backends/tensorflow/arithmetic'
import { buildStepProgram } from '../../../src/networks/lower'
import { networkByName } from '../../../src/networks/zoo'
import { initialize } from '../../../src/training/initialize'
import { imageBackends, randomBatches, randomData, batchSize } from '../fixture'

describe('kernels', () => {
  it('can be read from the arithmetic that names them', () => {
    for (const kernels of [kernelsFor(false), kernelsFor(true), { oneDnn: true, threads: 1 }])
      expect(kernelsOf(arithmeticOf('2.21.0', kernels))).toEqual(kernels)
    expect(arithmeticOf('2.21.0', kernelsFor(false))).toBe('tensorflow-2.21.0-graph-1')
    expect(arithmeticOf('2.21.0', kernelsFor(true))).toBe('tensorflow-2.21.0-graph-1-onednn-threads-2')
  })

  it('of several threads give the same bits every time', () => {
    const [, open] = imageBackends[0]
    const input = [32, 32, 3]
    const network = networkByName('conv2', { input })
    const program = buildStepProgram(network, {
      optimizer: { kind: 'adam', learningRate: 1e-3 },
      batchSize,
    })
    const data = randomData(input, 10, [40, 5, 5])
    const steps = 3
    const trained = () => {
      const session = open().open(program, data)
      try {
        session.load({ step: 0, parameters: initialize({ network, seed: 1 }), slots: {} }, {})
        session.train(randomBatches(steps, 2, 40), new Float32Array(steps).fill(1e-3))
        const sha256 = createHash('sha256')
        for (const { data } of Object.values(session.state().parameters)) {
          expect(data.every(Number.isFinite)).toBe(true)
          sha256.update(data)
        }
        return sha256.digest('hex')
      } finally {
        session.dispose()
      }
    }
    expect(open().arithmetic).toContain('threads-2')
    const first = trained()
    for (let again = 0; again < 2; again++) expect(trained()).toBe(first)
  })
})
