import { expect, it } from 'vitest'
import type { Backend } from '../../src/backends/backend'
import { loadDataset } from '../../src/datasets/load'
import { buildStepProgram } from '../../src/networks/lower'
import { lenet } from '../../src/networks/zoo'
import type { Masks } from '../../src/support/tensor'
import { batchIndices } from '../../src/training/batches'
import { initialize } from '../../src/training/initialize'
import { prune } from '../../src/training/prune'
import { backends } from './fixture'

const [steps, learningRate] = [200, 1.2e-3]
const seeds = [1, 2, 3]
const program = buildStepProgram(lenet, { optimizer: { kind: 'adam', learningRate }, batchSize: 60 })
const prunable = program.parameters.filter(({ masked }) => masked)

/** Iterative magnitude pruning to 40%, 16% and 6.4% of every layer; test accuracies, the full network's first. */
async function ladder(open: () => Backend, seed: number): Promise<number[]> {
  const { shape, normalize, ...splits } = await loadDataset({ name: 'mnist', splitSeed: 1, validation: 5000 })
  const session = open().open(program, { shape, normalize, splits })
  const start = initialize({ network: lenet, seed })
  const batches = batchIndices(seed, splits.train.count, 60, 0, steps)
  const rates = new Float32Array(steps).fill(learningRate)
  let masks: Masks = {}
  const accuracies = [1, 0.4, 0.16, 0.064].map((density, level) => {
    if (level > 0) {
      const size = (extents: readonly number[]) => extents.reduce((product, extent) => product * extent, 1)
      const keep = Object.fromEntries(
        prunable.map(({ name, shape }) => [name, Math.round(size(shape) * density)]),
      )
      const task = { kind: 'prune', network: lenet, criterion: 'magnitude', keep, seed } as const
      masks = prune(task, { weights: session.state().parameters, previous: masks })
    }
    session.load({ step: 0, parameters: start, slots: {} }, masks)
    session.train(batches, rates)
    const { correct, count } = session.evaluate('test', 0, splits.test.count)
    return correct / count
  })
  session.dispose()
  return accuracies
}

it('a ladder of LeNet comes to the same accuracies on every backend, within the noise of replicates', async () => {
  const [one, other] = await Promise.all(
    backends.map(([, open]) => Promise.all(seeds.map((seed) => ladder(open, seed)))),
  )
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  for (let level = 0; level < 4; level++) {
    const [found, expected] = [one!.map((run) => run[level]!), other!.map((run) => run[level]!)]
    const spread = Math.max(...expected) - Math.min(...expected)
    expect(mean(expected), `level ${level}`).toBeGreaterThan(0.85)
    expect(Math.abs(mean(found) - mean(expected)), `level ${level}`).toBeLessThan(Math.max(spread, 0.005))
  }
})
