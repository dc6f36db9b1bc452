import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import type { PruningOptions } from '../../../src/lab/asked/pruning-options'
import type { Results } from '../../../src/lab/results/results'
import { plan } from '../../../src/lab/steps/plan'
import type { TestLab } from '../lab'
import { openSmallLab } from './small-lab'

/* Weights that are changed at every level: ladders of lab.imp beside those that are made of lab.treat, lab.train and lab.prune. */

let opened: TestLab
let lab: Lab
let lenet: Setup

beforeAll(async () => {
  ;({ opened, lab, lenet } = await openSmallLab({ dense: 0.7, output: 0.7 }))
})
afterAll(() => opened.close())

type Changes = Pick<PruningOptions, 'kept' | 'pruned' | 'criterion'>

/** The trainings of levels 1 and 2, of both replicates, as cells make them step by step. */
async function byHand(setup: Setup, { kept = 'rewind', pruned = 'zero', criterion }: Changes) {
  const full = await lab.train(setup)
  const start = full.at(setup.rewindTo)
  let trained = full
  const tasks: string[][] = []
  for (let level = 1; level <= 2; level++) {
    const mask = await lab.prune(trained, criterion ? { criterion } : {})
    const weights = kept === 'rewind' ? start : lab.treat(start, kept, { mask })
    trained = await lab.train(weights, { mask, pruned })
    tasks.push(trained[plan].at.map(({ task }) => task))
  }
  return { tasks, accuracy: trained.accuracy }
}

const tasksOf = ({ experiment: { trainings } }: Results) =>
  [1, 2].map((level) => trainings.filter((one) => one.level === level).map(({ task }) => task))

const magnitudeOfMine: NonNullable<Changes['criterion']> = ({ weights }) => weights.map(Math.abs)

describe('lab.imp with weights that are changed at every level', () => {
  it.each<[Changes, number, string]>([
    [{ kept: 'reshuffle' }, 0, 'tickets, reshuffle at every level'],
    [{ kept: 'constant-same-sign', criterion: 'movement' }, 0, 'constant, same sign at every level'],
    [{ kept: 'random-reinit-same-sign', criterion: 'movement' }, 10, 'rewound to step 10, random reinit'],
    [{ pruned: 'initial' }, 10, 'pruned weights initial'],
    [{ pruned: 'initial-unless-decreased', criterion: 'magnitude-increase' }, 0, 'initial unless decreased'],
    [
      { kept: 'constant', pruned: 'initial-unless-decreased' },
      0,
      'constant, random sign at every level, pruned',
    ],
    [
      { kept: 'reshuffle', pruned: 'initial', criterion: magnitudeOfMine },
      0,
      'pruned by magnitudeOfMine, reshuffle at every level',
    ],
  ])(
    '%j, rewound to step %i, is the ladder that is made by hand, task by task',
    async (changes, rewindTo, words) => {
      const setup = { ...lenet, rewindTo }
      const made = await lab.imp(setup, { levels: 2, ...changes })
      const { tasks, accuracy } = await byHand(setup, changes)
      expect(tasksOf(made)).toEqual(tasks)
      expect(made.levels[2]!.finalAccuracy).toEqual(accuracy)
      expect(`${made.name} ${made.series.name}`).toContain(words.replace('tickets, ', ''))
    },
    120_000,
  )

  it('masks its later levels by networks that began with the changed weights, which a control does not', async () => {
    const [changed, usual] = await Promise.all([
      lab.imp(lenet, { levels: 2, kept: 'constant-same-sign' }),
      lab.imp(lenet, { levels: 2 }),
    ])
    const control = await lab.control(usual, 'constant-same-sign')
    const masksOf = async (results: Results, level: number) => (await lab.mask(results, level)).masks()
    expect(await masksOf(changed, 1)).toEqual(await masksOf(usual, 1))
    expect(tasksOf(changed)[0]).toEqual(tasksOf(control)[0])
    expect(await masksOf(changed, 2)).not.toEqual(await masksOf(usual, 2))
    expect((await lab.mask(changed, 2)).name).toBe('tickets, constant, same sign at every level')
    expect((await lab.weights(changed, 2)).name).toMatch(/^tickets, constant, same sign at every level/)
    const names = [changed, usual, control].map(({ name }) => name)
    expect(new Set(names).size).toBe(3)
  }, 60_000)

  it('is one-shot pruning, too, and takes back what a setup says', async () => {
    const once = await lab.oneShot(lenet, { levels: 1, kept: 'reshuffle' })
    const control = await lab.control(await lab.oneShot(lenet, { levels: 1 }), 'reshuffle')
    expect(tasksOf(once)[0]).toEqual(tasksOf(control)[0])
    const { setup } = (await lab.imp(lenet, { levels: 1, kept: 'reshuffle', pruned: 'initial' })).experiment
    const back = await lab.imp(setup, { levels: 1, kept: 'rewind', pruned: 'zero' })
    const usual = await lab.imp(lenet, { levels: 1 })
    expect(back.experiment.digest).toBe(usual.experiment.digest)
    expect(back.experiment.setup).not.toHaveProperty('kept')
  }, 60_000)

  it('can be analysed for instability, from their own start', async () => {
    const tickets = await lab.imp(lenet, { levels: 1, kept: 'reshuffle', pruned: 'initial' })
    const found = await lab.instability(tickets, { steps: [0], points: 3, trainExamples: 500 })
    const copies = found.experiment.trainings.filter(({ level, copy }) => level === 1 && copy?.order === 1)
    const { lines } = found.experiment.instability!
    expect(copies.map(({ task }) => task)).toEqual(tasksOf(tickets)[0])
    expect(found.experiment.tasks.get(lines.find(({ level }) => level === 1)!.task)).not.toHaveProperty(
      'mask',
    )
  }, 60_000)

  it('says what cannot be', async () => {
    const imp = (options: object) => lab.imp(lenet, { levels: 1, ...options })
    await expect(imp({ kept: 'reshuffel' })).rejects.toThrow(/Did you mean 'reshuffle'/)
    await expect(imp({ pruned: 'inital' })).rejects.toThrow(/Did you mean 'initial'/)
    await expect(imp({ kept: 'constant', afterPruning: 'learning-rate' })).rejects.toThrow(
      /'rewind' with kept: 'constant', found 'learning-rate'/,
    )
    const unless = { pruned: 'initial-unless-decreased' }
    await expect(imp({ ...unless, criterion: 'random' })).rejects.toThrow(
      /criterion random, which says of no/,
    )
    await expect(imp({ ...unless, criterion: magnitudeOfMine })).rejects.toThrow(
      /a criterion that has a name/,
    )
    const tickets = await imp({ kept: 'reshuffle' })
    await expect(lab.control(tickets, 'random-mask')).rejects.toThrow(
      /begin with W_k.*which do not.*lab\.train/,
    )
  }, 60_000)
})
