import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
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

const sorted = (numbers: Iterable<number>) => [...numbers].sort((one, other) => one - other)

describe('lab.treat', () => {
  it('makes the weights that the control of the same name begins with', async () => {
    const tickets = await lab.imp(lenet, { levels: 1 })
    const mask = await lab.mask(tickets, 1)
    const w0 = lab.initialize(lenet)
    const shuffled = lab.treat(w0, 'reshuffle', { mask })
    expect([shuffled.name, shuffled.step]).toEqual(['initial weights, reshuffle', 0])
    for (const replicate of [1, 2]) {
      const [before, after, { 'hidden/weights': bits }] = await Promise.all([
        w0.weights(replicate),
        shuffled.weights(replicate),
        mask.masks(replicate),
      ])
      const kept = ({ 'hidden/weights': weights }: typeof before) =>
        weights!.data.filter((_, at) => bits!.data[at] === 1)
      expect(sorted(kept(after))).toEqual(sorted(kept(before)))
      expect(kept(after)).not.toEqual(kept(before))
    }
    const trained = await lab.train(shuffled, { mask })
    const control = await lab.control(tickets, 'reshuffle')
    expect(trained[plan].at.map(({ task }) => task)).toEqual(
      control.experiment.trainings.map(({ task }) => task),
    )
    expect(control.levels[0]!.finalAccuracy).toEqual(trained.accuracy)
    expect(lab.plot.accuracy(tickets, control).text()).toMatch(/reshuffle/)
  }, 60_000)

  it('goes with every level of pruning by hand, and with W_k', async () => {
    const full = await lab.train(lenet)
    const first = await lab.prune(full)
    const late = lab.treat(full.at(10), 'constant-same-sign', { mask: first, name: 'constants' })
    const trained = await lab.train(late, { mask: first })
    expect([late.step, late.name, trained.results.levels[0]!.level]).toEqual([10, 'constants', 1])
    const second = await lab.prune(trained, { criterion: 'movement' })
    expect(second.level).toBe(2)
    const [before, after] = await Promise.all([full.at(10).weights(), late.weights()])
    const signs = (of: typeof before) => of['output/weights']!.data.map(Math.sign)
    const { 'output/weights': bits } = await first.masks()
    expect(signs(after)).toEqual(signs(before))
    const sizes = after['output/weights']!.data.filter((_, at) => bits!.data[at] === 1).map(Math.abs)
    expect(new Set(sizes).size).toBe(1)
  }, 60_000)

  it('says what is missing', async () => {
    const w0 = lab.initialize(lenet)
    const mask = await lab.prune(w0)
    expect(() => lab.treat(w0, 'reshuffel' as never, { mask })).toThrow(/Did you mean 'reshuffle'/)
    expect(() => lab.treat(w0, 'reshuffle', {} as never)).toThrow(/{ mask: ... } in lab.treat/)
    expect(() => lab.treat(mask as never, 'reshuffle', { mask })).toThrow(/weights or a setup in lab.treat/)
  })
})
