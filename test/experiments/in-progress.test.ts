import { describe, expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import type { Experiment } from '../../src/experiments/experiment'
import { imp } from '../../src/experiments/imp'
import { watchedOf } from '../../src/experiments/in-progress'
import { instability } from '../../src/experiments/instability'
import { afterEvent, type TaskProgress } from '../../src/experiments/progress'
import { setupOf } from '../../src/lab/asked/presets'
import type { TaskEvent } from '../../src/tasks/events'
import type { MetricsRow } from '../../src/tasks/recipe'

const setup = setupOf('lenet-mnist', { replicates: 2, steps: 200 }, () => ({
  backend: { id: 'tensorflow', arithmetic: 'test' },
}))
const tickets = imp(setup, 2)
const failure = { code: 'trainer-died', message: 'it died' } as const
const row = (step: number): MetricsRow => ({
  ...{ step, validationLoss: 0.3, validationAccuracy: 0.89, testLoss: 0.3, testAccuracy: 0.9 },
})
const hear = (...events: readonly TaskEvent[]) => {
  const progress = new Map<string, TaskProgress>()
  for (const event of events) progress.set(event.task, afterEvent(progress.get(event.task), event))
  return progress
}
const taskOf = (experiment: Experiment, level: number, replicate: number): string =>
  experiment.trainings.find((one) => one.level === level && one.replicate === replicate)!.task
const started = (task: string, resumedAt?: number): TaskEvent => ({
  ...{ kind: 'started', task },
  ...(resumedAt === undefined ? {} : { resumedAt }),
})
const told = (task: string, ...steps: readonly number[]): TaskEvent[] =>
  steps.map((step) => ({ kind: 'metrics', task, row: row(step) }))

const full = taskOf(tickets, 0, 1)
const sparse = taskOf(tickets, 1, 2)
const trainings = (...events: readonly TaskEvent[]) => watchedOf(tickets, hear(...events))?.trainings

describe('what is watched', () => {
  it('is nothing before anything trains, nor of what comes from the store', () => {
    expect(watchedOf(tickets, hear())).toBeUndefined()
    expect(watchedOf(tickets, hear({ kind: 'cached', task: full }))).toBeUndefined()
  })

  it('is a training from its first evaluation on: which it is, how far, and what it has recorded', () => {
    expect(trainings(started(full))).toMatchObject([{ task: full, level: 0, step: 0, curve: [] }])
    const progress: TaskEvent = { kind: 'progress', task: full, step: 120, steps: 200, stepsPerSecond: 9 }
    const [training] = trainings(started(full), ...told(full, 0, 100), progress)!
    expect(training).toMatchObject({
      ...{ networks: 'tickets', level: 0, density: 1, replicate: 1 },
      ...{ first: 0, until: 200, partial: false, step: 120 },
    })
    expect(training!.curve).toEqual([row(0), row(100)])
  })

  it('is every training that runs, and none that waits', () => {
    const now = trainings(started(full), started(sparse), ...told(sparse, 0))!
    expect(now.map(({ level, replicate, curve }) => [level, replicate, curve.length])).toEqual([
      [0, 1, 0],
      [1, 2, 1],
    ])
    expect(now[1]!.density).toBeCloseTo(0.8004, 4)
  })

  it.each([
    ['finished', { kind: 'finished', task: full }],
    ['failed', { kind: 'failed', task: full, failure }],
    ['was cancelled', { kind: 'cancelled', task: full }],
    ['died and waits for its second attempt', { kind: 'retried', task: full, failure }],
  ] as const)('is no training any more that %s', (_, ended) => {
    const now = trainings(started(full), started(sparse), ...told(full, 0), ended)!
    expect(now.map(({ task }) => task)).toEqual([sparse])
  })

  it('has what was recorded before of a training that goes on from a checkpoint', () => {
    // As the scheduler tells it: the rows of the earlier attempt come after the start.
    const [training] = trainings(started(full, 150), ...told(full, 0, 100))!
    expect(training!.curve.map(({ step }) => step)).toEqual([0, 100])
    expect(training!.step).toBe(150)
    const again = trainings(started(full), ...told(full, 0, 100, 200), started(full, 150))!
    expect(again[0]!.curve.map(({ step }) => step)).toEqual([0, 100])
  })

  it('stays, though nothing runs, between one training and the next, and ends with the last', () => {
    const done = (task: string): TaskEvent => ({ kind: 'finished', task })
    expect(watchedOf(tickets, hear(started(full), done(full)))).toEqual({ trainings: [], steps: 200 })
    const all = tickets.trainings.map(({ task }) => done(task))
    expect(watchedOf(tickets, hear(...all))).toBeUndefined()
    const stopped = tickets.trainings.map(({ task }): TaskEvent => ({ kind: 'cancelled', task }))
    expect(watchedOf(tickets, hear(done(full), ...stopped.slice(1)))).toBeUndefined()
  })
})

describe('trainings that are no points of the results', () => {
  const onlyRunning = (experiment: Experiment, which: (task: string) => boolean) =>
    watchedOf(experiment, hear(...[...experiment.tasks.keys()].filter(which).map((task) => started(task))))!
      .trainings
  const isPoint = ({ trainings }: Experiment, task: string): boolean =>
    trainings.some((one) => one.task === task)

  it('are known, too: the way to W_k, of each replicate', () => {
    const rewound = imp({ ...setup, rewindTo: 50 }, 1)
    const ways = onlyRunning(rewound, (task) => !isPoint(rewound, task))
    expect(ways).toMatchObject([
      { level: 0, density: 1, replicate: 1, first: 0, until: 50, partial: true },
      { level: 0, density: 1, replicate: 2, first: 0, until: 50, partial: true },
    ])
    const [later] = onlyRunning(rewound, (task) => task === taskOf(rewound, 1, 1))
    expect(later).toMatchObject({ first: 50, until: 200, partial: false, step: 50 })
  })

  it('are known, too: those that masks come from', () => {
    const shuffled = control(tickets, 'random-mask')
    const own = onlyRunning(shuffled, (task) => task === taskOf(shuffled, 2, 1))
    expect(own).toMatchObject([{ networks: 'random mask', level: 2, replicate: 1 }])
    expect(own[0]!.density).toBeCloseTo(0.6406, 4)
    const others = onlyRunning(shuffled, (task) => !isPoint(shuffled, task))
    expect(new Set(others.map(({ networks }) => networks))).toEqual(new Set(['tickets']))
    expect(others.map(({ level, replicate }) => `${level} ${replicate}`).sort()).toEqual([
      ...['0 1', '0 2', '1 1', '1 2'],
    ])
  })

  it('are known, too: copies of an analysis, and what its subnetworks are found with', () => {
    const analysis = instability(setup, { of: 'imp', steps: [50], orders: 2, levels: [2] })
    const copies = onlyRunning(analysis, (task) => isPoint(analysis, task))
    expect(copies.map(({ copy, replicate }) => [copy!.step, copy!.order, replicate])).toEqual(
      expect.arrayContaining([
        [50, 1, 1],
        [50, 2, 1],
        [50, 2, 2],
      ]),
    )
    const others = onlyRunning(analysis, (task) => !isPoint(analysis, task))
    expect([...new Set(others.map(({ networks, level }) => `${networks} ${level}`))].sort()).toEqual([
      ...['tickets 0', 'tickets 1'],
    ])
    expect(others.every(({ replicate }) => replicate === 1 || replicate === 2)).toBe(true)
  })
})
