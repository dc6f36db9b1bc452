import { describe, expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import { perReplicate } from '../../src/experiments/draws'
import type { Experiment } from '../../src/experiments/experiment'
import { imp } from '../../src/experiments/imp'
import { afterEvent, seriesOf, trainedSoFar, type TaskProgress } from '../../src/experiments/progress'
import { matchesOf } from '../../src/experiments/matching'
import { viewOf } from '../../src/experiments/views'
import { checkControl } from '../../src/lab/asked/control-options'
import { setupOf } from '../../src/lab/asked/presets'
import { Results } from '../../src/lab/results/results'
import { placeOf } from '../../src/lab/running/task-place'
import { spreadCaption } from '../../src/report/figures/captions'
import { curveRows, levelRows } from '../../src/report/figures/data'
import { curveCsv, levelCsv } from '../../src/report/figures/table'
import type { PruneTask, TrainTask } from '../../src/tasks/tasks'

const setup = setupOf('lenet-mnist', { replicates: 2, steps: 200 }, () => ({
  backend: { id: 'wasm', arithmetic: 'test' },
}))
const tickets = imp(setup, 2)
const drawn = control(tickets, 'random-reinit', [1, 2], 3)
const trainings = (experiment: Experiment) =>
  experiment.trainings.map(({ task }) => experiment.tasks.get(task) as TrainTask)
const none = () => Promise.reject(new Error('Nothing was computed.'))
const reader = { readMask: none, readWeights: none, result: none }

/** As if the trainings had ended with these test accuracies. */
function ended(experiment: Experiment, accuracies: readonly number[]): ReadonlyMap<string, TaskProgress> {
  return new Map(
    accuracies.map((testAccuracy, index) => {
      const { task } = experiment.trainings[index]!
      const row = { step: 200, validationLoss: 1, validationAccuracy: 0.5, testLoss: 1, testAccuracy }
      const progress = afterEvent(undefined, { kind: 'metrics', task, row })
      return [task, afterEvent(progress, { kind: 'finished', task })]
    }),
  )
}

describe('draws of a control', () => {
  it('are as many trainings for each replicate and level, of other weights each', () => {
    expect(drawn.trainings.map(({ level, replicate, draw }) => [replicate, level, draw])).toEqual(
      [1, 2].flatMap((replicate) =>
        [1, 2].flatMap((level) => [1, 2, 3].map((draw) => [replicate, level, draw])),
      ),
    )
    expect(new Set(trainings(drawn).map(({ start }) => start.task)).size).toBe(6)
    expect(new Set(drawn.trainings.map(({ task }) => task)).size).toBe(12)
  })

  it.each(['random-mask', 'random-mask-global', 'random-reinit-random-mask'] as const)(
    'of %s have other masks each',
    (kind) => {
      const masks = control(tickets, kind, [1], 3).trainings.map(({ mask }) => mask)
      expect(new Set(masks).size).toBe(6)
    },
  )

  it('begin with the one that there is by default, whose trainings are found again', () => {
    for (const kind of ['random-reinit', 'random-mask', 'random-mask-global'] as const) {
      const one = control(tickets, kind)
      const three = control(tickets, kind, undefined, 3)
      expect(one.trainings.every(({ task }) => three.tasks.has(task))).toBe(true)
      expect(one.digest).not.toBe(three.digest)
      expect(control(tickets, kind, undefined, 1).digest).toBe(one.digest)
      expect(one.trainings.every((training) => !('draw' in training))).toBe(true)
    }
  })

  it('have no seed of another replicate', () => {
    const masks = control(tickets, 'random-mask', [1], 3)
    const seeds = masks.trainings.map(({ mask }) => (masks.tasks.get(mask!) as PruneTask).seed)
    expect(seeds).toEqual([1, 1_000_004, 2_000_007, 2, 1_000_005, 2_000_008])
  })

  it('have orders of their own where orders are fresh', () => {
    const fresh = control(imp({ ...setup, freshOrders: true }, 1), 'random-reinit', [1], 3)
    expect(new Set(trainings(fresh).map(({ orderSeed }) => orderSeed)).size).toBe(6)
  })

  it('are told apart where a training is named', () => {
    expect(placeOf(drawn, drawn.trainings[1]!.task)).toBe('level 1, replicate 1, draw 2')
  })
})

describe('a replicate of several draws', () => {
  // Level 1 of replicate 1, then of level 2, and the same of replicate 2.
  const accuracies = [0.9, 0.8, 0.7, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6]
  const series = seriesOf(drawn, ended(drawn, accuracies))

  it('is the mean of its draws, and spreads are over replicates', () => {
    const [first, second] = levelRows([series])
    expect(first).toMatchObject({ level: 1, replicates: 2, finalAccuracy: 70 })
    expect(first).toMatchObject({ finalAccuracyLow: 60, finalAccuracyHigh: 80, earlyStopAccuracy: 70 })
    expect(second).toMatchObject({ level: 2, replicates: 1, finalAccuracy: 50 })
    expect(curveRows([series], [1])).toMatchObject([{ replicates: 2, accuracy: 70 }])
    expect(spreadCaption([series], 'error bars', levelRows([series]))).toBe(
      'error bars: minimum–maximum over 2 replicates, some still to come; ' +
        'random reinit: each replicate the mean of 3 draws',
    )
    const [level] = new Results(drawn, series, reader).levels
    expect(level!.finalAccuracy.mean).toBeCloseTo(0.7, 12)
    expect(level!.finalAccuracy.count).toBe(2)
    const view = viewOf(drawn, ended(drawn, accuracies), '')
    expect(view.levels.find((one) => one.level === 1)!.accuracy).toMatchObject({ count: 2 })
  })

  it('is counted once all its draws are there', () => {
    const some = seriesOf(drawn, ended(drawn, accuracies.slice(0, 8)))
    expect(levelRows([some])[0]).toMatchObject({ level: 1, replicates: 1, finalAccuracy: 80 })
    expect(perReplicate([{ replicate: 1, of: 1 }], 2, ({ of }) => of)).toEqual([])
  })

  it('is one value of a verdict', () => {
    const { subnetworks } = trainedSoFar(drawn, ended(drawn, accuracies))
    const full = [1, 2].map((replicate) => ({ replicate, accuracy: 0.7 }))
    const [match] = matchesOf({ full, subnetworks })
    expect(match!.difference).toMatchObject({ mean: 0, minimum: -10, maximum: 10, count: 2 })
  })

  it('has every training in CSV files', () => {
    expect(levelCsv([series]).split('\r\n').slice(0, 3)).toEqual([
      'series,role,network,level,replicate,draw,percent_remaining,early_stop_iteration,' +
        'test_accuracy_at_early_stop,final_iteration,test_accuracy_at_end,compression_ratio,multiply_adds',
      expect.stringMatching(/^random reinit,control,lenet-mnist,1,1,1,80.*,200,90,/),
      expect.stringMatching(/^random reinit,control,lenet-mnist,1,1,2,80.*,200,80,/),
    ])
    expect(curveCsv([series], [1])).toMatch(/^series,level,replicate,draw,percent_remaining,/)
  })
})

it('as many as in the paper are no deviation', () => {
  const results = new Results(tickets, seriesOf(tickets, new Map()), reader)
  const deviations = (options?: object) => checkControl(results, 'random-reinit', options).setup.deviations
  expect(deviations()).toContain('1 random reinitialisation per replicate (paper: 3)')
  expect(deviations({ draws: 2 })).toContain('2 random reinitialisations per replicate (paper: 3)')
  expect(deviations({ draws: 3 }).join()).not.toMatch(/reinitialisation/)
  expect(() => deviations({ draws: 0 })).toThrow('draws to be a whole number of at least 1, found 0')
})
