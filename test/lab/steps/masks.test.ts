import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import { bundleOf } from '../../../src/report/showing/bundle'
import { plan } from '../../../src/lab/steps/plan'
import { temporaryFolder } from '../../runtime/lab'
import { someMnist, type TestLab } from '../lab'
import { openSmallLab } from './small-lab'

let opened: TestLab
let lab: Lab
let lenet: Setup

beforeAll(async () => {
  ;({ opened, lab, lenet } = await openSmallLab({ dense: 0.5, output: 0.5 }))
})
afterAll(() => opened.close())

const hidden = 784 * 16
const evens = { 'hidden/weights': Array.from({ length: hidden }, (_, at) => at % 2) }
const thirds = { 'hidden/weights': Array.from({ length: hidden }, (_, at) => Number(at % 3 === 0)) }

describe('A mask of one’s own', () => {
  it('is trained under, again from the store, and prunes what it says and nothing else', async () => {
    const mask = await lab.mask(lenet, evens, { name: 'every second' })
    const trained = await lab.train(lab.initialize(lenet), { mask })
    expect([trained.name, trained.results.levels[0]!.level, mask.kept]).toEqual([
      'every second',
      1,
      hidden / 2,
    ])
    const { 'hidden/weights': weights, 'output/weights': output } = await trained.weights(2)
    expect(weights!.data.every((value, at) => at % 2 === 1 || value === 0)).toBe(true)
    expect(output!.data.includes(0)).toBe(false)
    const again = await lab.train(lenet, { mask: await lab.mask(lenet, evens, { name: 'the same' }) })
    expect(again[plan].at).toEqual(trained[plan].at)
    expect(opened.views.at(-1)!.levels[0]!.layers[0]).toMatchObject({ kept: hidden / 2, total: hidden })
  }, 60_000)

  it('is combined with others, and shuffled as a control is', async () => {
    const [a, b] = await Promise.all([lab.mask(lenet, evens), lab.mask(lenet, thirds)])
    const bits = async (mask: typeof a) => (await mask.masks())['hidden/weights']!.data
    const [and, or, without] = await Promise.all([a.and(b), a.or(b), a.without(b)])
    const expected = (of: (one: boolean, other: boolean) => boolean) =>
      Uint8Array.from({ length: hidden }, (_, at) => Number(of(at % 2 === 1, at % 3 === 0)))
    expect(await bits(and)).toEqual(expected((one, other) => one && other))
    expect(await bits(or)).toEqual(expected((one, other) => one || other))
    expect(await bits(without)).toEqual(expected((one, other) => one && !other))
    const tickets = await lab.imp(lenet, { levels: 1 })
    const control = await lab.control(tickets, 'random-mask')
    const shuffled = await (await lab.mask(tickets, 1)).shuffle()
    for (const replicate of [1, 2])
      expect(await shuffled.masks(replicate)).toEqual(await control.mask(1, replicate))
  }, 60_000)

  it('is compared with others beside what chance would give', async () => {
    const [a, b] = await Promise.all([lab.mask(lenet, evens), lab.mask(lenet, thirds)])
    const overlap = await a.overlap(b)
    // Of every six weights the first keeps 1, 3, 5, the second 0, 3: both keep one, and any of them four.
    expect(overlap.all.union.mean).toBeCloseTo(25, 1)
    expect(overlap.all.chance.mean).toBeCloseTo(25, 1)
    const tickets = await lab.imp(lenet, { levels: 2 })
    const between = await (await lab.mask(tickets, 2)).overlap()
    expect(between.layers.map(({ parameter }) => parameter)).toEqual([
      'hidden/weights',
      'output/weights',
      'all layers',
    ])
    expect(between.all.pairs).toHaveLength(1)
    expect(between.text()).toMatch(/Overlap of replicates of tickets, 1 pair/)
    expect((await bundleOf(between))['text/html']).toMatch(/by chance/)
    const drawn = lab.plot.overlap(overlap, between)
    expect(drawn.csv().split('\r\n').slice(0, 3)).toEqual([
      'masks,layer,intersection_over_union,low,high,by_chance,pairs',
      expect.stringMatching(/^own mask and own mask,hidden,25\.\d+,/),
      expect.stringMatching(/^own mask and own mask,all layers,/),
    ])
    expect(await drawn.svg()).toContain('random masks that keep as many')
    expect(() => lab.plot.overlap(between as never, {} as never)).toThrow(/results of overlap/)
    const nested = await (await lab.mask(tickets, 1)).overlap(await lab.mask(tickets, 2))
    expect(nested.all.pairs.map(({ both, kept }) => both === kept[1])).toEqual([true, true])
    await expect(a.overlap()).rejects.toThrow(/one replicate/)
  }, 60_000)

  it.each<[string, object, RegExp]>([
    ['a parameter that there is not', { 'hiden/weights': [1] }, /Did you mean.*hidden\/weights/],
    ['a bias', { 'hidden/bias': new Array(16).fill(1) }, /hidden\/weights/],
    ['another length', { 'hidden/weights': [1, 0] }, /12544 numbers of hidden\/weights \[784, 16\].*found 2/],
    ['other numbers', { 'hidden/weights': new Array(hidden).fill(0.5) }, /zeros and ones.*0.5 at place 0/],
    ['text', { 'hidden/weights': new Array(hidden).fill('1') }, /numbers of hidden/],
    ['an empty layer', { 'hidden/weights': new Array(hidden).fill(0) }, /none in hidden\/weights/],
    ['nothing', {}, /at least one parameter/],
    ['a list of nothing', [], /by parameter name/],
  ])('with %s is refused', async (_, given, message) => {
    await expect(lab.mask(lenet, given as never)).rejects.toThrow(message)
  })

  it('of one dataset is trained under on another, whose networks have the same shapes', async () => {
    const { dataset } = lab.preset('lenet-mnist', { dataset: await someMnist(lab, [1500, 500]) })
    const elsewhere: Setup = { ...lenet, dataset: { ...dataset, validation: lenet.dataset.validation } }
    expect(elsewhere.dataset.content).not.toBe(lenet.dataset.content)
    const mask = await lab.mask(await lab.imp(lenet, { levels: 1 }), 1)
    const transferred = await lab.train(elsewhere, { mask })
    for (const replicate of [1, 2]) {
      const [{ 'hidden/weights': bits }, { 'hidden/weights': weights }] = await Promise.all([
        mask.masks(replicate),
        transferred.weights(replicate),
      ])
      expect(weights!.data.every((weight, at) => bits!.data[at] === 1 || weight === 0)).toBe(true)
    }
    expect(transferred.results.levels[0]!.level).toBe(1)
  }, 60_000)

  it('of another network does not fit, and says where', async () => {
    const other = {
      ...lenet,
      network: lab.network({ input: [28, 28, 1], layers: [{ kind: 'dense', units: 10 }] }),
    }
    const mask = await lab.mask(lenet, evens)
    await expect(lab.train(other, { mask })).rejects.toThrow(
      /hidden\/weights \[784, 16\], which has no such weights/,
    )
  })
})

it('of a control that is drawn several times is that of the first draw, for each replicate', async () => {
  const tickets = await lab.imp(lenet, { levels: 1 })
  const control = await lab.control(tickets, 'random-mask', { draws: 2 })
  const mask = await lab.mask(control, 1)
  for (const replicate of [1, 2])
    expect(await mask.masks(replicate)).toEqual(await control.mask(1, replicate))
}, 60_000)

describe('Weights of one’s own', () => {
  it('are read from a file that PyTorch could have written, mask and all, and are the same network', async () => {
    const { folder, remove } = await temporaryFolder()
    try {
      const tickets = await lab.imp(lenet, { levels: 1 })
      const { file } = await tickets.export(1, { folder, layout: 'torch' })
      const theirs = await lab.weights(lenet, join(folder, file.split('/').at(-1)!))
      expect(await theirs.weights()).toEqual(await tickets.weights(1))
      expect(await theirs.mask!.masks()).toEqual(await tickets.mask(1))
      const full = await lab.train(lenet)
      const ticket = await lab.train(lenet, { mask: await lab.prune(full) })
      const barrier = await lab.barrier(theirs, ticket.replicate(1), { points: 3 })
      expect(barrier.height.mean).toBe(0)
      expect(barrier.barrier.l2.mean).toBe(0)
      const on = await lab.train(theirs, { mask: theirs.mask!, until: 10 })
      expect(on.accuracy.count).toBe(1)
    } finally {
      await remove()
    }
  }, 60_000)

  it('are a line’s ends, which need share no start', async () => {
    const full = await lab.train(lenet)
    const [one, other] = await Promise.all([1, 2].map((replicate) => full.weights(replicate)))
    const mine = await lab.weights(lenet, [one!, other!])
    expect([mine.setup.replicates, await mine.weights(2)]).toEqual([2, other])
    const barrier = await lab.barrier(full.replicate(1), full.replicate(2), { points: 3 })
    expect(barrier.barrier.relative).toBeUndefined()
    expect(barrier.barrier.l2.mean).toBeGreaterThan(0)
    const given = await lab.barrier(await lab.weights(lenet, one!), await lab.weights(lenet, other!), {
      points: 3,
    })
    expect(given.height).toEqual(barrier.height)
  }, 60_000)

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'lack a parameter',
      () => lab.weights(lenet, { 'hidden/bias': new Float32Array(16) }),
      /every parameter.*hidden\/weights \[784, 16\]/,
    ],
    [
      'are NaN',
      async () =>
        lab.weights(lenet, {
          ...(await lab.initialize(lenet).weights()),
          'hidden/bias': new Array(16).fill(NaN),
        }),
      /finite numbers.*hidden\/bias.*place 0/,
    ],
    ['are in a file that is not there', () => lab.weights(lenet, 'nowhere.pt'), /nowhere.pt/],
  ])(
    'that %s are refused',
    async (_, make, message) => {
      await expect(make()).rejects.toThrow(message)
    },
    60_000,
  )
})
