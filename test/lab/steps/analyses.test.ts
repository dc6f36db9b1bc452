import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import { plan } from '../../../src/lab/steps/plan'
import { symmetriesOf } from '../../../src/networks/symmetries'
import { permutation, randomStream } from '../../../src/support/random'
import { distancesOf } from '../../../src/training/interpolate'
import { permuted } from '../../../src/training/permute'
import { backends, network } from '../../runtime/lab'
import { openTestLab, type TestLab } from '../lab'

let opened: TestLab
let lab: Lab
let lenet: Setup

beforeAll(async () => {
  opened = await openTestLab(backends)
  ;({ lab } = opened)
  const preset = lab.preset('lenet-mnist', {
    ...{ steps: 30, replicates: 2, evaluateEvery: 10, backend: 'wasm' },
    rates: { dense: 0.5, output: 0.3 },
  })
  lenet = { ...preset, network }
})
afterAll(() => opened.close())

describe('lab.align', () => {
  it('brings a network whose units are in another order back, with its mask', async () => {
    const full = await lab.train(lenet)
    const mask = await lab.prune(full, { rate: 0.5 })
    const ticket = await lab.train(lab.initialize(lenet), { mask })
    const symmetries = symmetriesOf(network)
    const orders = symmetries.groups.map(({ size }) => permutation(size, randomStream(4, 'units')))
    const moved = await Promise.all(
      [1, 2].map(async (one) => permuted(symmetries, orders, await ticket.weights(one))),
    )
    const elsewhere = await lab.weights(lenet, moved)
    const back = await lab.align(elsewhere, { to: ticket })
    for (const one of [1, 2]) expect(await back.weights(one)).toEqual(await ticket.weights(one))
    expect([back.after.mean, back.units]).toEqual([0, 16])
    expect(back.before.mean).toBeGreaterThan(1)
    expect(String(back)).toMatch(
      /own weights, aligned of lenet-mnist, 2 replicates.*L2 distance 0.00 .*of 16 units moved/,
    )
    const barrier = await lab.barrier(ticket, back, { points: 3, trainExamples: 1000 })
    expect(barrier.height.mean).toBe(0)
  }, 120_000)

  it('takes masks and W_0 along, and computes the same', async () => {
    const full = await lab.train(lenet)
    const mask = await lab.prune(full, { rate: 0.5, scope: 'global' })
    const ticket = await lab.train(lab.initialize(lenet), { mask })
    const to = full.replicate(1)
    const aligned = await lab.align(ticket, { to })
    const [weights, bits] = await Promise.all([aligned.weights(2), aligned.mask!.masks(2)])
    for (const [name, { data }] of Object.entries(bits)) {
      data.forEach((bit, at) => bit === 1 || expect(weights[name]!.data[at]).toBe(0))
      expect(data.filter((bit) => bit === 1).length, name).toBe(
        (await ticket.mask!.masks(2))[name]!.data.filter((bit) => bit === 1).length,
      )
    }
    expect(aligned.after.mean).toBeLessThan(aligned.before.mean)
    expect(aligned.after.maximum).toBeCloseTo(
      Math.max(
        ...(await Promise.all(
          [1, 2].map(async (one) => distancesOf(await aligned.weights(one), await to.weights()).l2),
        )),
      ),
      6,
    )
    const line = await lab.barrier(ticket, aligned, { points: 3, trainExamples: 1000 })
    const [{ test }] = line.lines as [(typeof line.lines)[number]]
    expect(test.loss.at(-1)! / test.loss[0]!).toBeCloseTo(1, 5)
    expect(aligned.step).toBe(30)

    // A movement is one of the same units.
    const options = { rate: 0.5, criterion: 'movement', scope: 'global' } as const
    const [one, other] = [await lab.prune(ticket, options), await lab.prune(aligned, options)]
    expect((await other.layers(2)).map(({ kept }) => kept)).toEqual(
      (await one.layers(2)).map(({ kept }) => kept),
    )
    // What is trained under a mask that went along knows what that keeps.
    const again = await lab.train(aligned, { mask: aligned.mask!, from: 0 })
    expect(again.density).toBeCloseTo(ticket.density, 10)
    const view = opened.views.at(-1)!
    const kept = await Promise.all([1, 2].map((one) => ticket.mask!.layers(one)))
    const means = kept[0]!.map((layer, at) => Math.round((layer.kept + kept[1]![at]!.kept) / 2))
    expect(view.levels[0]!.layers.map(({ kept }) => kept)).toEqual(means)
    expect((await lab.align(ticket, { to }))[plan].at).toEqual(aligned[plan].at)
  }, 120_000)

  it('is refused for networks of other layers, and without one', async () => {
    const w0 = lab.initialize(lenet)
    const other = lab.initialize(lab.preset('lenet-mnist'))
    await expect(lab.align(w0, { to: other })).rejects.toThrow(/same layers/)
    await expect(lab.align(w0, {} as never)).rejects.toThrow(/lab.align\(b, \{ to: a \}\)/)
    await expect(lab.align(w0, { to: lenet as never })).rejects.toThrow(/to as weights/)
    const three = lab.initialize({ ...lenet, replicates: 3 })
    await expect(lab.align(w0, { to: three })).rejects.toThrow(/same number of replicates/)
  })
})
