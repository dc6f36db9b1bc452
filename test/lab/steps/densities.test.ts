import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import type { PruneOptions } from '../../../src/lab/asked/prune-options'
import { plan } from '../../../src/lab/steps/plan'
import type { TestLab } from '../lab'
import { openSmallLab } from './small-lab'

let opened: TestLab
let lab: Lab
let lenet: Setup

beforeAll(async () => {
  ;({ opened, lab, lenet } = await openSmallLab())
})
afterAll(() => opened.close())

const [hidden, output] = [784 * 16, 16 * 10]
const magnitudes = ({ weights }: { weights: Float32Array }) => weights.map(Math.abs)

describe('lab.prune by densities of layers', () => {
  it('draws masks that can be trained, and are those of lab.oneShot', async () => {
    const options = { criterion: 'random', densities: 'erk' } as const
    const mask = await lab.prune(lenet, { ...options, density: 0.1 })
    const total = Math.round(0.1 * (hidden + output))
    // 800 and 26 of 826 parts.
    const kept = (await mask.layers(2)).map(({ kept }) => kept)
    expect(kept).toEqual([Math.round((800 / 826) * total), Math.round((26 / 826) * total)])
    expect([mask.kept, mask.name]).toEqual([total, 'one-shot random pruning with ERK densities'])
    expect((await lab.train(lenet, { mask })).density).toBe(total / (hidden + output))
    const second = await lab.prune(lenet, { ...options, levels: 2 })
    const whole = await lab.oneShot(lenet, { ...options, levels: 2 })
    for (const replicate of [1, 2]) {
      expect(await second.masks(replicate)).toEqual(await whole.mask(2, replicate))
    }
    expect(whole.levels.map(({ density }) => density)).toEqual(
      (await lab.oneShot(lenet, { levels: 2 })).levels.map(({ density }) => density),
    )
  }, 60_000)

  it('ranks each layer by itself, by magnitude as by any criterion', async () => {
    const w0 = lab.initialize(lenet)
    const mask = await lab.prune(w0, { densities: { hidden: 0.02 } })
    const [weights, masks] = [await w0.weights(), await mask.masks()]
    expect(Object.keys(masks)).toEqual(['hidden/weights'])
    const values = weights['hidden/weights']!.data.map(Math.abs)
    const least = [...values].sort((one, other) => other - one)[Math.round(0.02 * hidden) - 1]!
    expect(masks['hidden/weights']!.data).toEqual(Uint8Array.from(values, (value) => Number(value >= least)))
    const [byName, byFunction] = await Promise.all(
      (['magnitude', magnitudes] as const).map((criterion) =>
        lab.imp(lenet, { levels: 2, densities: 'smart-ratios', criterion }),
      ),
    )
    expect(await byFunction!.mask(2)).toEqual(await byName!.mask(2))
    expect((await byName!.layers(2)).at(-1)).toMatchObject({ kept: 48, total: 160 })
  }, 60_000)

  it('takes a list in the order of the layers that are pruned, which is the same as by name', async () => {
    const full = await lab.train(lenet)
    const made = async (setup: Setup, options: PruneOptions) =>
      (await lab.prune(setup === lenet ? full : setup, options))[plan]
    const [list, record] = [
      await made(lenet, { densities: [0.1, 0.5] }),
      await made(lenet, { densities: { output: 0.5, hidden: 0.1 } }),
    ]
    expect([list.masks, list.counts, list.title]).toEqual([record.masks, record.counts, record.title])
    expect(list.counts.at(-1)).toEqual({
      'hidden/weights': Math.round(0.1 * hidden),
      'output/weights': output / 2,
    })
    // A layer that is not pruned has no place in the list.
    const untouched = { ...lenet, rates: { dense: 0.5 } }
    expect((await made(untouched, { densities: [0.1] })).masks).toEqual(
      (await made(untouched, { densities: { hidden: 0.1 } })).masks,
    )
  }, 60_000)

  it('goes on below an earlier mask, and leaves what that has pruned of other layers', async () => {
    const w0 = lab.initialize(lenet)
    const first = await lab.prune(w0, { densities: { hidden: 0.5 } })
    const trained = await lab.train(w0, { mask: first })
    const second = await lab.prune(trained, { densities: { output: 0.25 } })
    expect(second.kept).toBe(hidden / 2 + output / 4)
    expect((await second.masks())['hidden/weights']).toEqual((await first.masks())['hidden/weights'])
    const more = lab.prune(trained, { densities: { hidden: 0.75 } })
    await expect(more).rejects.toThrow(/at most the 6272 weights of hidden\/weights .*found 9408/)
    const byRate = lab.prune(trained, { densities: 'erk', rate: 0.5 })
    await expect(byRate).rejects.toThrow(/pruned before, found a rate.*{ density: 0.1, densities: 'erk' }/)
    expect((await lab.prune(trained, { densities: 'erk', density: 0.1 })).kept).toBe(1270)
  }, 60_000)

  it('says of results once more what it was told, unless it is told otherwise', async () => {
    const { experiment } = await lab.oneShot(lenet, { levels: 1, criterion: 'random', densities: 'uniform' })
    const kept = async (options: PruneOptions) => (await lab.prune(experiment.setup, options))[plan].setup
    expect(await kept({ density: 0.5 })).toMatchObject({ densities: 'uniform', criterion: 'random' })
    expect((await kept({ rate: 0.5, scope: 'global' })).densities).toBeUndefined()
    expect((await kept({ densities: { hidden: 0.5 } })).densities).toBeUndefined()
  })

  it.each<[string, PruneOptions, RegExp]>([
    ['a name that there is not', { densities: 'erkk' as never }, /Did you mean 'erk'/],
    ['a layer that there is not', { densities: { hiden: 0.5 } }, /Did you mean 'hidden'\?.*in densities/],
    ['more than all', { densities: { hidden: 1.5 } }, /above 0 and at most 1.*found 1.5 of hidden/],
    ['a list of more than all', { densities: [0.5, 2] }, /each of densities above 0 and at most 1, found 2/],
    [
      'a list with a gap',
      { densities: Object.assign([0.5], { 2: 1 }) },
      /densities to be a list without gaps, such as \[0.05, 0.2\]/,
    ],
    ['an empty list', { densities: [] }, /layer that is pruned .hidden, output., found 0 densities/],
    [
      'a list of too many',
      { densities: [0.5, 0.5, 0.5] },
      /each layer that is pruned \(hidden, output\), found 3 densities.*by name/,
    ],
    [
      'a list that leaves out one',
      { densities: [0.5, 0.5], neverPruned: ['hidden'] },
      /each layer that is pruned \(output\), found 2/,
    ],
    ['a list and a rate', { densities: [0.5, 0.5], rate: 0.1 }, /one of .*rate and densities by layer/],
    ['no layer', { densities: {} }, /densities of layers above 0.*found none/],
    [
      'a scope',
      { densities: 'erk', scope: 'global' },
      /densities or scope: 'global' in lab.prune, found both/,
    ],
    [
      'a density too',
      { densities: { hidden: 0.5 }, density: 0.1 },
      /one of .*density and densities by layer/,
    ],
    ['levels too', { densities: { hidden: 0.5 }, levels: 2 }, /levels or density/],
    ['too few', { densities: 'smart-ratios', density: 0.001 }, /from 49 to 12592 weights .*at density 0.001/],
  ])('refuses %s', async (_, options, message) => {
    await expect(lab.prune(lenet, options)).rejects.toThrow(message)
  })
})
