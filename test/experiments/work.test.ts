import { describe, expect, test } from 'vitest'
import { countsOf, makespan, workOf } from '../../src/experiments/work'
import { rowsOf } from '../../src/tasks/kinds/train'
import { control } from '../../src/experiments/control'
import { imp, oneShot } from '../../src/experiments/imp'
import { instability } from '../../src/experiments/instability'
import type { Setup } from '../../src/experiments/setup'
import { setupOf } from '../../src/lab/asked/presets'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import type { Task } from '../../src/tasks/tasks'

const lenet: Setup = setupOf('lenet-mnist', { steps: 1000, replicates: 2 }, () => ({
  backend: { id: 'wasm', arithmetic: wasmArithmetic },
}))
const examples = { train: 55_000, validation: 5000, test: 10_000 }
const tickets = imp(lenet, 3)

function ofKind<Kind extends Task['kind']>({ tasks }: typeof tickets, kind: Kind) {
  return [...tasks.values()].filter((task): task is Task & { kind: Kind } => task.kind === kind)
}

describe('the work of a task', () => {
  test('of training is its steps, and an evaluation of validation and test split for every row of its log', () => {
    const [full] = ofKind(tickets, 'train')
    expect(workOf(full!, tickets, examples)).toMatchObject({
      steps: 1000,
      evaluated: 11 * 15_000,
      counts: {},
    })
  })

  test.for([
    [0, 1000, 100, 11],
    [0, 1050, 100, 12],
    [50, 1000, 100, 11],
    [100, 1000, 100, 10],
    [7, 8, 100, 2],
    [8, 8, 100, 1],
  ])('from step %i to %i, with a row every %i steps, there are %i rows', ([step, until, every, rows]) => {
    const log = { start: { task: '', step: step! }, until: until! }
    expect(rowsOf({ ...log, recipe: { ...lenet.recipe, evaluateEvery: every! } })).toBe(rows)
  })

  test('counts the survivors of its mask, also of one that was shuffled', () => {
    for (const experiment of [tickets, oneShot(lenet, 3), control(tickets, 'random-mask')]) {
      for (const { level, mask } of experiment.trainings) {
        if (mask !== undefined) expect(countsOf(mask, experiment)).toEqual(experiment.counts[level])
      }
    }
  })

  test('of a line is all its points on both splits', () => {
    const analysis = instability(lenet, { of: 'imp', steps: [0], orders: 2, levels: [0] })
    const [line] = ofKind(analysis, 'interpolate')
    expect(workOf(line!, analysis, examples)).toMatchObject({ steps: 0, evaluated: 30 * 65_000 })
  })

  test('of pruning is a byte of mask for each prunable weight', () => {
    const [prune] = ofKind(tickets, 'prune')
    const { bytes } = workOf(prune!, tickets, examples)
    expect(bytes).toBeGreaterThan(266_200)
    expect(bytes).toBeLessThan(269_000)
  })
})

describe('the time until all is done', () => {
  const trainings = (experiment: typeof tickets) =>
    new Map([...experiment.tasks].map(([digest, task]) => [digest, task.kind === 'train' ? 10 : 1]))

  test('is that of a chain, however many trainers there are: levels wait for each other', () => {
    const single = imp({ ...lenet, replicates: 1 }, 3)
    // W_0, then four trainings with three masks between them.
    for (const trainers of [1, 2, 8])
      expect(makespan(single.tasks, trainings(single), trainers)).toBe(1 + 40 + 3)
  })

  test('of two replicates is no longer with two trainers, and twice as long with one', () => {
    expect(makespan(tickets.tasks, trainings(tickets), 2)).toBe(44)
    expect(makespan(tickets.tasks, trainings(tickets), 1)).toBe(88)
  })

  test('of one-shot pruning shrinks with every trainer, since its levels wait for the full network only', () => {
    const experiment = oneShot({ ...lenet, replicates: 1 }, 3)
    expect([1, 2, 3].map((trainers) => makespan(experiment.tasks, trainings(experiment), trainers))).toEqual([
      44, 32, 22,
    ])
  })

  test('counts only what is to do', () => {
    expect(makespan(tickets.tasks, new Map(), 2)).toBe(0)
    const last = tickets.trainings.filter(({ level }) => level === 3).map(({ task }) => [task, 10] as const)
    expect(makespan(tickets.tasks, new Map(last), 2)).toBe(10)
  })
})
