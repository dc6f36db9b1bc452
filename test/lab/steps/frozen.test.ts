import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import type { NetworkWeights } from '../../../src/lab/steps/weights'
import { plan } from '../../../src/lab/steps/plan'
import type { TestLab } from '../lab'
import { openSmallLab } from './small-lab'

let opened: TestLab
let lab: Lab
let lenet: Setup

beforeAll(async () => {
  ;({ opened, lab, lenet } = await openSmallLab({ dense: 0.7, output: 0.7 }))
})
afterAll(() => opened.close())

const names = ['hidden/weights', 'output/weights'] as const
const dataOf = async (weights: NetworkWeights, replicate = 1) => {
  const all = await weights.weights(replicate)
  return names.map((name) => all[name]!.data)
}

describe('lab.train with pruned weights that are not 0', () => {
  it('leaves them what they begin with, to the bit, and trains the others', async () => {
    const w0 = lab.initialize(lenet)
    const mask = await lab.prune(await lab.train(w0))
    const frozen = await lab.train(w0, { mask, pruned: 'initial' })
    expect(frozen.name).toBe('tickets, pruned weights initial')
    for (const replicate of [1, 2]) {
      const masks = await mask.masks(replicate)
      const before = await dataOf(w0, replicate)
      for (const weights of [frozen, frozen.at(10)]) {
        for (const [layer, after] of (await dataOf(weights, replicate)).entries()) {
          const bits = masks[names[layer]!]!.data
          const same = after.filter((value, at) => Object.is(value, before[layer]![at]))
          expect(after.every((value, at) => bits[at] === 1 || Object.is(value, before[layer]![at]))).toBe(
            true,
          )
          // Pixels that are always 0 train nothing.
          expect(same.length).toBeLessThan(after.length)
        }
      }
    }
  }, 60_000)

  it('evaluates, compares and prunes them as a part of the network', async () => {
    const w0 = lab.initialize(lenet)
    const mask = await lab.prune(await lab.train(w0))
    const [one, other] = await Promise.all([
      lab.train(w0, { mask, pruned: 'initial' }),
      lab.train(w0, { mask, pruned: 'initial', orderSeed: 7 }),
    ])
    const zero = await lab.train(w0, { mask })
    expect(one.accuracy).not.toEqual(zero.accuracy)
    const found = (await lab.evaluate(one)).networks.map(({ accuracy }) => accuracy)
    expect(found).toHaveLength(2)
    expect([Math.min(...found), Math.max(...found)]).toEqual([one.accuracy.minimum, one.accuracy.maximum])
    const again = await lab.weights(one.results, 1)
    expect((await lab.evaluate(again)).networks.map(({ accuracy }) => accuracy)).toEqual(found)
    const barrier = await lab.barrier(one, other, { points: 3 })
    const task = barrier.experiment.tasks.get(barrier.experiment.instability!.lines[0]!.task)
    expect(task).toMatchObject({ kind: 'interpolate' })
    expect(task).not.toHaveProperty('mask')
    const next = await lab.prune(one, { criterion: 'movement' })
    expect(next.level).toBe(2)
    await expect(lab.prune(one, { criterion: 'snip', levels: 1 })).rejects.toThrow(/pruned ones are frozen/)
    await expect(Promise.resolve().then(() => lab.align(one, { to: other }))).rejects.toThrow(/0 to align/)
    const byGradients = await lab.prune(one, {
      criterion: ({ weights, gradients }) => weights.map((weight, at) => Math.abs(weight * gradients[at]!)),
    })
    expect(byGradients.kept).toBe(next.kept)
    await expect(one.results.export(1)).rejects.toThrow(/pruned weights are 0 to export/)
  }, 60_000)

  it('is 0 where training has made them smaller, if so asked', async () => {
    const w0 = lab.initialize(lenet)
    const full = await lab.train(w0)
    const mask = await lab.prune(full)
    const frozen = await lab.train(w0, { mask, pruned: 'initial-unless-decreased' })
    const masks = await mask.masks(2)
    const [before, trained, after] = await Promise.all([w0, full, frozen].map((one) => dataOf(one, 2)))
    for (const [layer, name] of names.entries()) {
      const places = [...masks[name]!.data.keys()].filter((at) => masks[name]!.data[at] === 0)
      const expected = places.map((at) => {
        const [own, final] = [before![layer]![at]!, trained![layer]![at]!]
        return Math.abs(final) < Math.abs(own) ? 0 : own
      })
      expect(places.map((at) => after![layer]![at])).toEqual(expected)
      expect(new Set(expected.map((value) => value === 0)).size).toBe(2)
    }
  }, 60_000)

  it('is the same training as ever where they are 0', async () => {
    const w0 = lab.initialize(lenet)
    const mask = await lab.prune(await lab.train(w0))
    const [said, unsaid] = await Promise.all([
      lab.train(w0, { mask, pruned: 'zero' }),
      lab.train(w0, { mask }),
    ])
    expect([said[plan].at, said.name]).toEqual([unsaid[plan].at, unsaid.name])
  }, 60_000)

  it('says what is missing', async () => {
    const w0 = lab.initialize(lenet)
    await expect(lab.train(w0, { pruned: 'initial' })).rejects.toThrow(/{ mask: ... } with pruned: 'initial'/)
    const mask = await lab.prune(w0, { criterion: 'random' })
    await expect(lab.train(w0, { mask, pruned: 'initial-unless-decreased' })).rejects.toThrow(
      /a mask that was made of trained weights .*says of no training/,
    )
    await expect(lab.train(w0, { mask, pruned: 'inital' as never })).rejects.toThrow(/Did you mean 'initial'/)
  })
})

describe('Controls whose pruned weights are not 0', () => {
  it.each([
    ['initial', 0],
    ['initial-unless-decreased', 10],
  ] as const)(
    '%s from W_%i are the trainings that lab.train makes by hand',
    async (pruned, rewindTo) => {
      const tickets = await lab.imp({ ...lenet, rewindTo }, { levels: 2 })
      const start = (await lab.train(lenet)).at(rewindTo)
      const control = await lab.control(tickets, `pruned-${pruned}`)
      const { trainings } = control.experiment
      for (const level of [1, 2]) {
        const mask = await lab.mask(tickets, level)
        const byHand = await lab.train(start, { mask, pruned })
        const tasks = trainings.filter((one) => one.level === level).map(({ task }) => task)
        expect(tasks).toEqual(byHand[plan].at.map(({ task }) => task))
        expect(control.levels[level - 1]!.finalAccuracy).toEqual(byHand.accuracy)
      }
      expect(lab.plot.accuracy(tickets, control).text()).toMatch(
        `pruned weights ${pruned.replaceAll('-', ' ')}`,
      )
    },
    60_000,
  )

  it('can be analysed for instability, as the whole networks that they are', async () => {
    const tickets = await lab.imp(lenet, { levels: 1 })
    const control = await lab.control(tickets, 'pruned-initial')
    const options = { steps: [0], points: 3, trainExamples: 500 }
    const found = await lab.instability(control, options)
    const [evaluated] = (await lab.evaluate(control)).networks
    const { lines } = found.experiment.instability!
    const [first] = lines.map(({ task }) => found.experiment.tasks.get(task))
    expect(first).not.toHaveProperty('mask')
    const copies = found.experiment.trainings.filter(({ replicate }) => replicate === 1)
    expect(copies[0]!.task).toBe(control.experiment.trainings[0]!.task)
    expect(found.lines[0]!.test.error[0]).toBeCloseTo(1 - evaluated!.accuracy, 12)
    await expect(lab.instability(control, { ...options, curve: { steps: 5 } })).rejects.toThrow(
      /pruned weights are 0 for a curve/,
    )
  }, 60_000)

  it('draw nothing, and say where it is not known what training has made of weights', async () => {
    const tickets = await lab.imp(lenet, { levels: 1 })
    await expect(lab.control(tickets, 'pruned-initial', { draws: 3 })).rejects.toThrow(/nothing is drawn/)
    const random = await lab.oneShot(lenet, { levels: 1, criterion: 'random' })
    await expect(lab.control(random, 'pruned-initial-unless-decreased')).rejects.toThrow(
      /by a named criterion .*one-shot random pruning.*says of no training/,
    )
    expect((await lab.control(random, 'pruned-initial')).name).toMatch(
      /^pruned weights initial of one-shot random/,
    )
  }, 60_000)
})
