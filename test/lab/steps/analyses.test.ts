import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunActivity } from '../../../src/experiments/activity'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import { plan } from '../../../src/lab/steps/plan'
import { symmetriesOf } from '../../../src/networks/symmetries'
import { permutation, randomStream } from '../../../src/support/random'
import { distancesOf } from '../../../src/training/interpolate'
import { permuted } from '../../../src/training/permute'
import { network } from '../../runtime/lab'
import type { TestLab } from '../lab'
import { openSmallLab } from './small-lab'

let opened: TestLab
let lab: Lab
let lenet: Setup

beforeAll(async () => {
  ;({ opened, lab, lenet } = await openSmallLab())
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

  it('is told in the status bar with how far it is, and can be cancelled there', async () => {
    const network = lab.network({
      input: [28, 28, 1],
      layers: [
        { kind: 'dense', units: 4 },
        { kind: 'dense', units: 4000 },
        { kind: 'dense', units: 10 },
      ],
    })
    const w0 = lab.initialize({ ...lenet, network })
    const aligning = lab.align(w0.replicate(1), { to: w0.replicate(2) })
    const cancelled = expect(aligning).rejects.toMatchObject({ code: 'cancelled' })
    const runs = () => opened.activities.at(-1)!.runs
    await vi.waitFor(() => expect(runs()).toMatchObject([{ running: ['alignment'], total: 3, done: 2 }]), {
      timeout: 30_000,
    })
    const [{ run, name }] = runs() as [RunActivity]
    expect(name).toBe('initial weights, replicate 1, aligned')
    lab.cancel(run)
    await cancelled
    expect(runs()).toEqual([])

    const before = opened.activities.length
    const small = lab.initialize(lenet)
    await lab.align(small.replicate(1), { to: small.replicate(2) })
    const parts = opened.activities
      .slice(before)
      .flatMap(({ runs: all }) => all.flatMap(({ part }) => part ?? []))
    expect(Math.max(...parts)).toBe(1)
    expect(runs()).toEqual([])
  }, 60_000)

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

describe('lab.plane', () => {
  const options = { points: 5, testExamples: 1000, splits: ['test', 'train'], trainExamples: 500 } as const

  it('has the three networks as they are evaluated, and on its edge the line between two', async () => {
    const w0 = lab.initialize(lenet)
    const full = await lab.train(w0)
    const mask = await lab.prune(full, { rate: 0.5 })
    const [a, b] = [await lab.train(w0, { mask }), await lab.train(w0, { mask, orderSeed: 7 })]
    const c = await lab.train(w0, { mask, orderSeed: 8, until: 20 })
    const before = opened.history.length
    const plane = await lab.plane(a, b, c, { points: 5, margin: 0.2, names: ['a', 'b', 'c'] })
    const drawn = opened.history.slice(before).map((bundle) => bundle['text/plain'])
    expect(drawn.at(-1)).toMatch(/network +replicate +x +y +split/)
    const networks = plane.values.filter(({ network }) => network !== undefined)
    for (const [name, network] of Object.entries({ a, b, c })) {
      const { networks: evaluated } = await lab.evaluate(network)
      for (const { replicate, accuracy, loss } of evaluated) {
        const found = networks.find((one) => one.network === name && one.replicate === replicate)!
        expect(found).toMatchObject({ split: 'test', loss, error: 1 - accuracy })
      }
    }

    const k = 3
    const line = await lab.barrier(a, b, { points: k + 1, trainExamples: 100 })
    for (const { replicate, test, distances } of line.lines) {
      const edge = plane.values.filter(
        (one) => one.network === undefined && one.replicate === replicate && one.y === 0,
      )
      const between = edge.filter(({ x }) => x >= 0 && x <= distances.l2 * (1 + 1e-9))
      expect(between.map(({ loss }) => loss)).toEqual(test.loss)
      expect(between.map(({ error }) => error)).toEqual(test.error)
      between.forEach(({ x }, at) => expect(x / distances.l2).toBeCloseTo(at / k, 10))
    }

    // It is in the tree.
    const view = opened.views.findLast(({ kind }) => kind === 'plane')!
    expect(view).toMatchObject({ name: 'plane through a, b, c lenet-mnist', state: 'done', levels: [] })
    expect(view.parts).toEqual({ done: 14, total: 14 })
    expect(String(plane)).toMatch(/^plane through a, b, c lenet-mnist: 7[2-9] points$/)
  }, 120_000)

  it('is drawn by error or loss, of both splits and every replicate, and is computed once', async () => {
    const w0 = lab.initialize(lenet)
    const trained = await Promise.all([1, 2, 3].map((orderSeed) => lab.train(w0, { orderSeed })))
    const [a, b, c] = trained as [(typeof trained)[0], (typeof trained)[0], (typeof trained)[0]]
    const plane = await lab.plane(a, b, c, options)
    const drawn = lab.plot.plane(plane, { of: 'loss' })
    expect(drawn.csv().split('\r\n')[0]).toBe('plane,replicate,network,x,y,split,loss,error')
    expect(await drawn.svg()).toMatch(/Train loss, replicate 2/)
    expect((drawn.spec as unknown as { concat: unknown[] }).concat).toHaveLength(4)
    expect(drawn.text()).toMatch(/1,000 test examples/)
    expect((await lab.plane(a, b, c, options)).values).toEqual(plane.values)
    const again = await lab.plane(a, b, c, options)
    expect(again.experiment.digest).toBe(plane.experiment.digest)
    expect(new Set(plane.values.map(({ split }) => split))).toEqual(new Set(['test', 'train']))
  }, 120_000)

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['the same network twice', () => plane((w) => [w, w, w.replicate(1)]), /same number of replicates/],
    [
      'networks on no plane',
      () => plane((w) => [w.replicate(1), w.replicate(1), w.replicate(2)]),
      /no two the same/,
    ],
    ['a split that is none', () => plane((w) => [w, w, w], { splits: ['tst'] as never }), /tst/],
    ['names that are the same', () => plane((w) => [w, w, w], { names: ['a', 'a', 'b'] }), /three names/],
    ['train examples of no use', () => plane((w) => [w, w, w], { trainExamples: 10 }), /splits with 'train'/],
    ['statistics there are not', () => plane((w) => [w, w, w], { statistics: 'recompute' }), /no batch norm/],
    [
      'a promise',
      () => lab.plane(Promise.resolve() as never, lab.initialize(lenet), lab.initialize(lenet)),
      /await/,
    ],
  ])(
    '%s is refused',
    async (_, make, message) => {
      await expect(make()).rejects.toThrow(message)
    },
    60_000,
  )

  type Three = Parameters<typeof lab.plane>
  const plane = (of: (w0: Three[0]) => [Three[0], Three[0], Three[0]], more: Three[3] = {}) =>
    lab.plane(...of(lab.initialize(lenet)), more)
})

describe('lab.distances', () => {
  it('tells how many weights of a ticket kept the sign they began with, layer by layer', async () => {
    const w0 = lab.initialize(lenet)
    const full = await lab.train(w0)
    const mask = await lab.prune(full, { rate: 0.5 })
    const ticket = await lab.train(w0, { mask })
    const found = await lab.distances(w0, ticket)
    expect(found.layers.map(({ parameter }) => parameter)).toEqual([
      ...['hidden/weights', 'output/weights', 'all layers'],
    ])
    const [initial, end, bits] = await Promise.all([w0.weights(2), ticket.weights(2), mask.masks(2)])
    const name = 'output/weights'
    const kept = [...initial[name]!.data.keys()].filter((at) => bits[name]!.data[at] === 1)
    const [before, after] = [initial, end].map((all) => kept.map((at) => all[name]!.data[at]!))
    const same = before!.filter((value, at) => value * after![at]! > 0).length / kept.length
    const l2 = Math.hypot(...before!.map((value, at) => value - after![at]!))
    const { weights, ...row } = found.layers[1]!
    expect(weights).toMatchObject({ minimum: kept.length, maximum: kept.length, count: 2 })
    expect([row.sameSign.minimum, row.sameSign.maximum]).toContainEqual(expect.closeTo(100 * same, 9))
    expect([row.l2.minimum, row.l2.maximum]).toContainEqual(expect.closeTo(l2, 6))
    expect(found.text()).toMatch(/layer +weights kept by both +same sign \(%\)/)
    expect(String(found)).toMatch(/distance of initial weights and .*weights have the same sign/)
    const self = await lab.distances(ticket, ticket)
    expect([self.all.l2.mean, self.all.sameSign.mean, self.all.cosine.mean]).toEqual([
      0,
      100,
      expect.closeTo(1, 12),
    ])
    await expect(lab.distances(w0, ticket.replicate(1))).rejects.toThrow(/same number of replicates/)
  }, 120_000)
})
