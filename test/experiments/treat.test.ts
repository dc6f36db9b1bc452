import { describe, expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import { seriesNameOf, type Experiment } from '../../src/experiments/experiment'
import { imp } from '../../src/experiments/imp'
import { instability } from '../../src/experiments/instability'
import { replicateOfTraining } from '../../src/experiments/orders'
import type { Setup } from '../../src/experiments/setup'
import { setupOf } from '../../src/lab/asked/presets'
import type { TrainTask, Treatment, TreatTask } from '../../src/tasks/tasks'
import { treatments } from '../../src/training/treatments'
import { thrown } from '../support/thrown'

const backend = { id: 'wasm', arithmetic: 'test' } as const
const lenet: Setup = setupOf('lenet-mnist', { replicates: 2, steps: 100 }, () => ({ backend }))
const tickets = imp(lenet, 2)
const all = Object.keys(treatments) as Treatment[]

const trainingsOf = ({ trainings, tasks }: Experiment) =>
  trainings.map(({ task }) => tasks.get(task) as TrainTask)
const startOf = (experiment: Experiment, { start }: TrainTask) =>
  experiment.tasks.get(start.task) as TreatTask

describe('Controls that change kept weights', () => {
  it.each(all)('%s trains the masks of tickets from weights that are made of theirs', (how) => {
    const found = control(tickets, how)
    expect(found.trainings.map(({ level, replicate, mask }) => [level, replicate, mask])).toEqual(
      tickets.trainings.flatMap(({ level, replicate, mask }) => (mask ? [[level, replicate, mask]] : [])),
    )
    for (const [index, training] of trainingsOf(found).entries()) {
      const { replicate, mask } = found.trainings[index]!
      const [full] = tickets.trainings.filter((one) => one.level === 0 && one.replicate === replicate)
      const { start } = tickets.tasks.get(full!.task) as TrainTask
      const made = startOf(found, training)
      expect(made).toMatchObject({ kind: 'treat', how, mask, weights: start })
      const { draws } = treatments[how]
      expect([made.seed, made.drawn?.step]).toEqual([
        draws === 'by seed' ? replicate : undefined,
        draws === 'weights' ? 0 : undefined,
      ])
      expect(replicateOfTraining(found, training)).toBe(replicate)
    }
    expect(seriesNameOf(found)).toBe(treatments[how].words)
  })

  it('change W_k of tickets that are rewound to k', () => {
    const rewound = imp({ ...lenet, rewindTo: 20 }, 1)
    const found = control(rewound, 'random-reinit-same-sign')
    const [training] = trainingsOf(found)
    const { weights, drawn } = startOf(found, training!)
    expect(training!.start.step).toBe(20)
    expect(weights).toEqual((rewound.tasks.get(rewound.trainings[1]!.task) as TrainTask).start)
    const other = found.tasks.get(drawn!.task) as TrainTask
    expect([other.until, found.tasks.get(other.start.task)]).toMatchObject([
      20,
      { kind: 'initialize', draw: 1 },
    ])
  })

  it('draw as often as asked for, where anything is drawn', () => {
    const found = control(tickets, 'reshuffle', [2], 3)
    const seeds = trainingsOf(found).map((training) => startOf(found, training).seed)
    expect(new Set(seeds).size).toBe(6)
    expect(thrown(() => control(tickets, 'constant-same-sign', [2], 3))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('nothing is drawn') as string,
    })
  })

  it('can be analysed for instability, from their own start', () => {
    const found = instability(lenet, { of: 'reshuffle', steps: [0], orders: 2, levels: [1] })
    const [first] = trainingsOf(control(imp(lenet, 1), 'reshuffle'))
    expect(trainingsOf(found)[0]).toEqual(first)
  })
})
