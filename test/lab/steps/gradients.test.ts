import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import type { ScoredLayer } from '../../../src/lab/steps/scored-layer'
import { backends, network } from '../../runtime/lab'
import { openTestLab, type TestLab } from '../lab'

let opened: TestLab
let lab: Lab

beforeAll(async () => {
  opened = await openTestLab(backends)
  ;({ lab } = opened)
})
afterAll(() => opened.close())

describe.each(['auto', 'wasm'] as const)('gradients for a criterion of one’s own, on %s', (backend) => {
  const setupOf = (): Setup => ({
    ...lab.preset('lenet-mnist', { steps: 20, replicates: 2, evaluateEvery: 10, backend }),
    network,
  })
  const sensitivity = ({ weights, gradients }: ScoredLayer) =>
    weights.map((weight, at) => Math.abs(weight * gradients[at]!))

  // The derivatives that SNIP takes are compared with PyTorch's elsewhere.
  it('make |w g| what SNIP is: of W_0, and of a trained network under its mask', async () => {
    const setup = setupOf()
    const w0 = lab.initialize(setup)
    const ticket = await lab.train(w0, { mask: await lab.prune(w0, { criterion: 'random', density: 0.5 }) })
    for (const weights of [w0, ticket]) {
      const options = { density: 0.2, scope: 'global' } as const
      const mine = await lab.prune(weights, { ...options, criterion: sensitivity })
      const theirs = await lab.prune(weights, { ...options, criterion: 'snip' })
      for (const replicate of [1, 2])
        expect(await mine.masks(replicate)).toEqual(await theirs.masks(replicate))
    }
  }, 60_000)

  it('are taken when they are read, once for all layers and replicates, under whatever the function does', async () => {
    const calls: string[] = []
    const full = await lab.train(setupOf())
    const read = async (layer: ScoredLayer): Promise<Float32Array> => {
      const { name, replicate, weights } = layer
      await Promise.resolve()
      try {
        const { gradients } = layer
        calls.push(`${name} ${replicate} ${gradients.length === weights.length}`)
        gradients.fill(0)
        return layer.gradients.map(Math.abs)
      } catch {
        calls.push(`${name} ${replicate} without`)
        return weights
      }
    }
    const mask = await lab.prune(full, { density: 0.5, scope: 'global', criterion: read })
    expect(calls).toEqual([
      'hidden/weights 1 without',
      'hidden/weights 1 true',
      'output/weights 1 true',
      'hidden/weights 2 true',
      'output/weights 2 true',
    ])
    const again = await lab.prune(full, {
      ...{ density: 0.5, scope: 'global' },
      criterion: ({ gradients }) => gradients.map(Math.abs),
    })
    expect(await again.masks(2)).toEqual(await mask.masks(2))
  }, 60_000)
})
