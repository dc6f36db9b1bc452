import { expect, it } from 'vitest'
import { buildStepProgram } from '../../../src/networks/lower'
import { networkByName } from '../../../src/networks/zoo'
import { initialize } from '../../../src/training/initialize'
import type { Backend } from '../../../src/backends/backend'
import { batchSize, imageBackends, random, randomBatches, randomData, randomMasks } from '../fixture'

const steps = 6
const input = [8, 8, 3]
const data = randomData(input, 10, [40, 5, 50])

const [[, tensorflow], ...others] = imageBackends
const cases = others.flatMap(([id, open]) => ['conv2', 'resnet20'].map((name) => [name, id, open] as const))
it.each(cases)('%s trains on %s as on TensorFlow, dense and sparse', (name, _, open) => {
  const network = networkByName(name, { input, classes: 10 })
  const program = buildStepProgram(network, {
    optimizer: { kind: 'momentum', learningRate: 0.01, momentum: 0.9 },
    batchSize,
    weightDecay: 1e-4,
    augmentation: { flip: true, crop: 2 },
  })
  const next = random(3)
  const variants = Int32Array.from({ length: steps * batchSize }, () => next() * 50)
  const trained = (backend: Backend, share: number) => {
    const session = backend.open(program, data)
    try {
      const masks = share < 1 ? randomMasks(network, share, 4) : {}
      session.load({ step: 0, parameters: initialize({ network, seed: 1 }), slots: {} }, masks)
      const rates = new Float32Array(steps).fill(0.01)
      const losses = session.train(randomBatches(steps, 2, 40), rates, { variants })
      return [...losses, session.evaluate('test', 0, 50).loss / 50]
    } finally {
      session.dispose()
    }
  }
  for (const share of [1, 0.2]) {
    const [expected, found] = [trained(tensorflow(), share), trained(open(), share)]
    // Rounding grows from step to step.
    for (const [index, loss] of found.entries())
      expect(loss, `${share} ${index}`).toBeCloseTo(expected[index]!, 3)
    expect(new Set(found).size).toBe(steps + 1)
  }
})
