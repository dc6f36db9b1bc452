import { describe, expect, it } from 'vitest'
import { imp } from '../../src/experiments/imp'
import { afterEvent, earlyStopOf, seriesOf, type TaskProgress } from '../../src/experiments/progress'
import { activityOf } from '../../src/experiments/run-activity'
import { viewOf } from '../../src/experiments/views'
import { setupOf } from '../../src/lab/asked/presets'
import type { TaskEvent } from '../../src/tasks/events'
import type { MetricsRow } from '../../src/tasks/recipe'

const setup = setupOf('lenet-mnist', { replicates: 2, steps: 200 }, () => ({
  backend: { id: 'tensorflow', arithmetic: 'test' },
}))
const experiment = imp(setup, 2)
const row = (step: number, validationLoss: number, testAccuracy = 0.9): MetricsRow => ({
  step,
  validationLoss,
  testAccuracy,
  validationAccuracy: 0.9,
  testLoss: 0.3,
})
const hear = (...events: readonly TaskEvent[]) => {
  const progress = new Map<string, TaskProgress>()
  for (const event of events) progress.set(event.task, afterEvent(progress.get(event.task), event))
  return progress
}
/** What a trainer tells while it trains to step 50, often enough for its speed to be believed. */
const told = (task: string, stepsPerSecond: number): TaskEvent[] =>
  [10, 20, 30, 40, 50].map((step) => ({ kind: 'progress', task, step, steps: 200, stepsPerSecond }))
const full = experiment.trainings[0]!.task
const finished: readonly TaskEvent[] = [
  { kind: 'started', task: full },
  { kind: 'metrics', task: full, row: row(0, 2.3, 0.1) },
  { kind: 'metrics', task: full, row: row(100, 0.2, 0.95) },
  { kind: 'metrics', task: full, row: row(200, 0.4, 0.97) },
  { kind: 'finished', task: full },
]

it('early stopping takes the first minimum of validation loss, whatever the test set says', () => {
  expect(earlyStopOf([row(0, 2, 0.1), row(100, 0.3, 0.8), row(200, 0.3, 0.99), row(300, 0.5, 1)])?.step).toBe(
    100,
  )
})

describe('series', () => {
  it('have no points before anything was recorded', () => {
    expect(seriesOf(experiment, hear()).points).toEqual([])
  })

  it('have a point with its result once the training has finished', () => {
    const [point] = seriesOf(experiment, hear(...finished)).points
    expect(point).toMatchObject({ level: 0, replicate: 1, density: 1 })
    expect(point!.result).toEqual({ earlyStop: row(100, 0.2, 0.95), final: row(200, 0.4, 0.97) })
    expect(seriesOf(experiment, hear(...finished.slice(0, 3))).points[0]!.result).toBeUndefined()
  })

  it('do not keep rows that a resumed training writes again', () => {
    const again = hear(...finished.slice(0, 4), { kind: 'started', task: full, resumedAt: 150 })
    expect(again.get(full)!.rows.map(({ step }) => step)).toEqual([0, 100])
  })
})

describe('the tree', () => {
  it('shows densities, counts and accuracies by level', () => {
    const view = viewOf(experiment, hear(...finished), '2026-01-01T00:00:00Z')
    expect(view.name).toBe('IMP lenet-mnist')
    expect(view.deviations).toEqual(['steps 200 (paper: 50000)', 'replicates 2 (paper: 5)'])
    expect(view.levels.map(({ level, state }) => [level, state])).toEqual([
      [0, 'running'],
      [1, 'waiting'],
      [2, 'waiting'],
    ])
    expect(view.levels[0]!.accuracy).toEqual({ mean: 0.97, minimum: 0.97, maximum: 0.97, count: 1 })
    expect(view.levels[1]!.layers[0]).toEqual({
      parameter: 'dense1/weights',
      shape: [784, 300],
      total: 235_200,
      kept: 188_160,
      masks: [undefined, undefined],
    })
    expect(view.levels.map(({ size }) => size?.ticket.multiplyAdds)).toEqual([266_200, 213_060, 170_538])
    expect(view.levels[1]!.size).toMatchObject({ full: { bytes: 1_066_440, multiplyAdds: 266_200 } })
  })

  it('names masks as soon as they are computed', () => {
    const mask = experiment.trainings[1]!.mask!
    const view = viewOf(experiment, hear({ kind: 'finished', task: mask }), '')
    expect(view.levels[1]!.layers[0]!.masks).toEqual([mask, undefined])
  })
})

it('activity counts the steps of finished, stored and running trainings', () => {
  const second = experiment.trainings[3]!.task
  const activity = activityOf(
    7,
    experiment,
    hear({ kind: 'cached', task: full }, { kind: 'started', task: second }, ...told(second, 25)),
  )
  expect(activity).toMatchObject({
    run: 7,
    total: 2 + 6 + 4,
    done: 1,
    cached: 1,
    stepsDone: 250,
    stepsTotal: 1200,
    stepsPerSecond: 25,
    secondsLeft: 38,
    running: ['level 0, replicate 2'],
    levels: [0, 0],
  })
})

describe('the time left', () => {
  const second = experiment.trainings[3]!.task
  const leftOf = (...events: readonly TaskEvent[]) => {
    const { secondsLeft, estimating } = activityOf(1, experiment, hear(...events))
    return { secondsLeft, estimating }
  }
  const begun: TaskEvent = { kind: 'started', task: full }

  it('is not told before something trains, and estimated until its speed is known', () => {
    expect(leftOf()).toEqual({ secondsLeft: undefined, estimating: undefined })
    expect(leftOf(begun)).toEqual({ secondsLeft: undefined, estimating: true })
    expect(leftOf(begun, ...told(full, 25).slice(0, 2))).toEqual({ secondsLeft: undefined, estimating: true })
    expect(leftOf(begun, ...told(full, 25))).toEqual({ secondsLeft: 46, estimating: undefined })
  })

  it('takes a training that has just begun to be as fast as those before', () => {
    const next: TaskEvent = { kind: 'started', task: second }
    const done = { kind: 'finished', task: full } as const
    const first: TaskEvent = { kind: 'progress', task: second, step: 1, steps: 200, stepsPerSecond: 0.2 }
    expect(leftOf(begun, ...told(full, 25), done, next).secondsLeft).toBe(40)
    expect(leftOf(begun, ...told(full, 25), done, next, first).secondsLeft).toBeCloseTo(999 / 25)
  })
})

it('activity names what is done while no step is made, and forgets it with the next', () => {
  const phaseOf = (...events: readonly TaskEvent[]) =>
    activityOf(1, experiment, hear({ kind: 'started', task: full }, ...events)).phase
  const loading = { kind: 'phase', task: full, phase: 'loading data' } as const
  expect(phaseOf()).toBeUndefined()
  expect(phaseOf(loading)).toBe('loading data')
  expect(phaseOf(loading, { ...loading, phase: 'compiling' })).toBe('compiling')
  expect(phaseOf(loading, ...told(full, 25))).toBeUndefined()
  expect(phaseOf(loading, { kind: 'finished', task: full })).toBeUndefined()
  // Another one trains: what is seen is its progress.
  const second = experiment.trainings[3]!.task
  expect(phaseOf({ kind: 'started', task: second }, loading)).toBeUndefined()
})
