import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import { bundleOf } from '../../../src/report/showing/bundle'
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

const magnitudes = ({ weights }: { weights: Float32Array }) => weights.map(Math.abs)

describe('an experiment, step by step', () => {
  it('has the tasks that lab.imp has of the same, digest for digest', async () => {
    const levels = 3
    const w0 = lab.initialize(lenet)
    let trained = await lab.train(w0)
    const byHand = new Set(trained[plan].tasks.keys())
    const densities = [trained.density]
    for (let level = 1; level <= levels; level++) {
      const mask = await lab.prune(trained)
      trained = await lab.train(w0, { mask })
      densities.push(mask.density)
      for (const digest of trained[plan].tasks.keys()) byHand.add(digest)
    }
    const whole = await lab.imp(lenet, { levels })
    expect([...whole.experiment.tasks.keys()].filter((digest) => !byHand.has(digest))).toEqual([])
    expect(byHand.size).toBe(whole.experiment.tasks.size)
    expect(densities).toEqual(whole.levels.map(({ density }) => density))
    expect(trained.accuracy).toEqual(whole.levels[levels]!.finalAccuracy)
  }, 60_000)

  it('rewinds to W_k as lab.imp does with rewindTo, in the orders of examples that the setup asks for', async () => {
    const rewound = { ...lenet, rewindTo: 10, freshOrders: true } as const
    const full = await lab.train(rewound)
    const ticket = await lab.train(full.at(10), { mask: await lab.prune(full) })
    const whole = await lab.imp(rewound, { levels: 1 })
    expect(ticket[plan].at.map(({ task }) => task)).toEqual(
      whole.experiment.trainings.filter(({ level }) => level === 1).map(({ task }) => task),
    )
  }, 60_000)

  it('is that of lab.instability where two orders of the data are compared', async () => {
    const k = 10
    const full = await lab.train(lenet)
    const late = await lab.train(full.at(k))
    const other = await lab.train(full.at(k), { orderSeed: lenet.seed + 1_000_003 })
    const barrier = await lab.barrier(late, other, { points: 5 })
    const analysis = await lab.instability(lenet, { steps: [k], points: 5 })
    const tasks = (of: typeof analysis) => of.experiment.instability!.lines.map(({ task }) => task)
    expect(tasks(barrier)).toEqual(tasks(analysis))
    expect(barrier.height).toEqual(analysis.barriers[0]!.test)
    expect(barrier.text()).toMatch(/barrier between full network, from step 10 and .*order 1000004/)
    expect(lab.plot.line(barrier).text()).toMatch(/test barrier/)
  }, 60_000)

  it('goes on from what lab.imp has made: weights of a level, with their mask and W_0', async () => {
    const rewound = { ...lenet, rewindTo: 10 }
    const tickets = await lab.imp(rewound, { levels: 2 })
    const [dense, second] = [await lab.weights(tickets, 0), await lab.weights(tickets, 2)]
    const full = await lab.train(rewound)
    expect(dense[plan]).toMatchObject({ at: full[plan].at, initial: full[plan].initial })
    expect([second[plan].initial, second.mask!.level]).toEqual([full[plan].initial, 2])
    // Pruned further, it is as the third level of lab.imp.
    const further = await lab.imp(rewound, { levels: 3 })
    expect((await lab.prune(second))[plan].masks).toEqual((await lab.mask(further, 3))[plan].masks)
    const barrier = await lab.barrier(await lab.weights(tickets, 1), second, { points: 3 })
    expect(barrier.name).toBe('barrier between tickets at level 1 and tickets at level 2 lenet-mnist')
    await expect(lab.weights(tickets, 3)).rejects.toThrow(
      /a level of IMP .* that is trained \(0, 1, 2\).*found 3/,
    )
    const control = await lab.control(tickets, 'random-mask', { levels: [1], draws: 2 })
    await expect(lab.weights(control, 0)).rejects.toThrow(/\(1\) in lab.weights/)
    expect((await lab.weights(control, 1))[plan].at).toHaveLength(2)
  }, 60_000)

  it('is in the tree, and has a plot of its own', async () => {
    const before = opened.shown.length
    const full = await lab.train(lenet, { name: 'a training by hand' })
    expect(opened.shown[before]!['text/plain']).toMatch(/iteration|step/i)
    const view = opened.views.at(-1)!
    expect(view).toMatchObject({ kind: 'training', state: 'done', name: 'a training by hand lenet-mnist' })
    expect(view.levels[0]!.accuracy).toEqual(full.accuracy)
    expect((await bundleOf(full))['text/plain']).toMatch(/a training by hand/)
    expect(lab.plot.learningCurves(full).text()).toMatch(/a training by hand/)
  }, 60_000)

  it('is evaluated and written like all results, and is nothing to control for', async () => {
    const full = await lab.train(lenet)
    const { networks } = await lab.evaluate(full)
    const mean = networks.reduce((sum, { accuracy }) => sum + accuracy / networks.length, 0)
    expect(mean).toBeCloseTo(full.accuracy.mean, 10)
    const ticket = await lab.train(lenet, { mask: await lab.prune(full) })
    const [whole, alone] = await Promise.all([lab.evaluate(ticket), lab.evaluate(ticket.replicate(2))])
    expect(alone.networks).toEqual([{ ...whole.networks[1], replicate: 1 }])
    const { networks: untrained } = await lab.evaluate(full.at(0), { split: 'validation' })
    expect(untrained.map(({ level, replicate }) => [level, replicate])).toEqual([
      [0, 1],
      [0, 2],
    ])
    expect(lab.table(full).rows).toEqual(lab.table(full.results).rows)
    await expect(lab.control(full as never, 'random-mask')).rejects.toThrow(
      /lab.imp or lab.oneShot to control for, found full network/,
    )
  }, 60_000)

  it('gives weights, and masks as pictures', async () => {
    const full = await lab.train(lenet)
    const mask = await lab.prune(full, { rate: 0.5 })
    expect((await bundleOf(mask))['text/html']).toMatch(/<img/)
    const [bits, layers] = await Promise.all([mask.masks(2), mask.layers(2)])
    expect(Object.keys(bits)).toEqual(['hidden/weights', 'output/weights'])
    expect(layers.map(({ kept, total }) => kept / total)).toEqual([0.5, 0.5])
    expect(mask.density).toBe(0.5)
    const ticket = await lab.train(full.at(0), { mask })
    const [w0, start, end] = await Promise.all(
      [lab.initialize(lenet), ticket.at(0), ticket].map((one) => one.weights(2)),
    )
    bits['hidden/weights']!.data.forEach((bit, at) => {
      const [initial, first, last] = [w0, start, end].map((all) => all!['hidden/weights']!.data[at])
      expect(first).toBe(bit === 1 ? initial : 0)
      if (bit === 0) expect(last).toBe(0)
    })
  }, 60_000)
})

describe('a criterion of one’s own', () => {
  it('that returns |w| gives the masks of magnitude, bit for bit, per layer and global', async () => {
    const full = await lab.train(lenet)
    for (const scope of ['layer', 'global'] as const) {
      const options = { rate: 0.5, scope }
      const mine = await lab.prune(full, { ...options, criterion: magnitudes })
      const theirs = await lab.prune(full, options)
      for (const replicate of [1, 2])
        expect(await mine.masks(replicate)).toEqual(await theirs.masks(replicate))
    }
  }, 60_000)

  it('is nested in the mask before it, and trains from the store the second time', async () => {
    const w0 = lab.initialize(lenet)
    const full = await lab.train(w0)
    const movement = ({ weights, initial }: { weights: Float32Array; initial: Float32Array }) =>
      weights.map((weight, at) => Math.abs(weight) - Math.abs(initial[at]!))
    const ladder = async () => {
      const first = await lab.prune(full, { rate: 0.5, criterion: movement })
      const ticket = await lab.train(w0, { mask: first })
      const second = await lab.prune(ticket, { rate: 0.5, criterion: movement })
      return { first, second, last: await lab.train(w0, { mask: second }) }
    }
    const { first, second, last } = await ladder()
    const [before, after] = await Promise.all([first.masks(), second.masks()])
    for (const [name, { data }] of Object.entries(after)) {
      data.forEach((bit, at) => expect(bit).toBeLessThanOrEqual(before[name]!.data[at]!))
    }
    expect([second.level, second.density]).toEqual([2, 0.25])
    expect(last.name).toBe('pruned by movement')
    expect((await ladder()).last[plan].at).toEqual(last[plan].at)
  }, 60_000)

  it('that is one of those with a name gives the same masks as that, initial weights and all', async () => {
    const movement = ({ weights, initial }: { weights: Float32Array; initial: Float32Array }) =>
      weights.map((weight, at) => Math.abs(weight - initial[at]!))
    const [mine, theirs] = [
      await lab.imp(lenet, { levels: 2, criterion: movement }),
      await lab.imp(lenet, { levels: 2, criterion: 'movement' }),
    ]
    expect(await mine.mask(2)).toEqual(await theirs.mask(2))
    expect(mine.levels).toEqual(theirs.levels)
    expect(theirs.series.name).toBe('movement')
    const full = await lab.train(lenet)
    expect((await lab.prune(full, { criterion: 'movement' }))[plan].masks).toEqual(
      theirs.experiment.trainings.flatMap(({ level, mask }) => (level === 1 ? [mask] : [])),
    )
  }, 60_000)

  it('has whole ladders, with controls: |w| gives those of magnitude, mask for mask', async () => {
    const absolute = ({ weights }: { weights: Float32Array }) => weights.map(Math.abs)
    const [mine, theirs] = [
      await lab.imp(lenet, { levels: 2, criterion: absolute }),
      await lab.imp(lenet, { levels: 2 }),
    ]
    expect(mine.series.name).toBe('pruned by absolute')
    expect(mine.levels).toEqual(theirs.levels)
    for (const level of [1, 2]) expect(await mine.mask(level, 2)).toEqual(await theirs.mask(level, 2))
    const control = await lab.control(mine, 'random-mask', { levels: [2] })
    expect(control.levels.map(({ density }) => density)).toEqual([mine.levels[2]!.density])
    const atOnce = await lab.oneShot(lenet, { levels: 2, criterion: absolute })
    expect(await atOnce.mask(2)).toEqual(await (await lab.oneShot(lenet, { levels: 2 })).mask(2))
    await expect(lab.imp(mine.experiment.setup, { levels: 1 })).rejects.toThrow(/absolute.*Give it again/)
    await expect(lab.instability(mine, { steps: [0] })).rejects.toThrow(/lab.barrier/)
  }, 90_000)

  it.each([
    [
      'of another length',
      () => [1, 2],
      /Expected 12544 scores for hidden\/weights at level 1, replicate 1.*found 2/,
    ],
    [
      'that are NaN',
      ({ weights }: { weights: Float32Array }) => weights.map(() => NaN),
      /At level 1, replicate 1: .*NaN at place 0 of hidden\/weights/,
    ],
    [
      'that are no numbers',
      ({ weights }: { weights: Float32Array }) => Array.from(weights, String),
      /found '.*' at place 0/,
    ],
    ['that are none', () => undefined as never, /found undefined. Return a list/],
    [
      'that throw',
      () => {
        throw new RangeError('too far')
      },
      /failed for hidden\/weights at level 1, replicate 1: too far/,
    ],
  ] as const)(
    'with scores %s is told with the layer and the level',
    async (_, scores, message) => {
      const full = await lab.train(lenet)
      await expect(lab.prune(full, { criterion: scores as never })).rejects.toThrow(message)
    },
    60_000,
  )
})

describe('what does not fit', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a promise', () => lab.train(Promise.resolve(lenet) as never), /Write 'await'/],
    [
      'a mask instead of weights',
      async () => lab.train((await lab.prune(lenet, { rate: 0.5 })) as never),
      /\{ mask \}/,
    ],
    [
      'two amounts',
      () => lab.prune(lenet, { rate: 0.5, density: 0.2 }),
      /one of rate, rates, density and densities by layer.*found rate and density/,
    ],
    ['an option that is none', () => lab.prune(lenet, { rat: 0.5 } as never), /rate/],
    [
      'a step that was not passed',
      async () => (await lab.train(lenet)).at(31).weights(),
      /a step from 0 to 30/,
    ],
    ['a training with nothing to train', async () => lab.train(await lab.train(lenet)), /from: 0/],
    [
      'other layers',
      () => lab.barrier(lab.initialize(lenet), lab.initialize(lab.preset('lenet-mnist'))),
      /same layers/,
    ],
    [
      'another number of replicates',
      () => lab.barrier(lab.initialize(lenet), lab.initialize(lenet).replicate(1)),
      /replicate\(1\)/,
    ],
  ])(
    '%s is refused',
    async (_, make, message) => {
      await expect(make()).rejects.toThrow(message)
    },
    60_000,
  )
})
