import { describe, expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import type { Experiment } from '../../src/experiments/experiment'
import { imp, oneShot } from '../../src/experiments/imp'
import { instability } from '../../src/experiments/instability'
import { watchedOf } from '../../src/experiments/in-progress'
import { afterEvent } from '../../src/experiments/progress'
import { fullTrainings } from '../../src/experiments/matching'
import { replicateOfTraining } from '../../src/experiments/orders'
import type { Setup } from '../../src/experiments/setup'
import { setupOf } from '../../src/lab/asked/presets'
import { placeOf } from '../../src/lab/running/task-place'
import { digestOf, inputsOf } from '../../src/tasks/digest'
import type { Digest, TrainTask } from '../../src/tasks/tasks'

const backend = { id: 'wasm', arithmetic: 'test' } as const
const setupWith = (options: object): Setup =>
  setupOf('lenet-mnist', { replicates: 2, steps: 1000, ...options }, () => ({ backend }))
const shared = setupWith({})
const fresh = setupWith({ freshOrders: true })
const late = setupWith({ freshOrders: true, rewindTo: 100 })

const taskOf = ({ tasks }: Experiment, training: Digest) => tasks.get(training) as TrainTask
const orderSeeds = (experiment: Experiment) =>
  experiment.trainings.map(({ task }) => taskOf(experiment, task).orderSeed)

/** All trainings that a task depends on. */
function trainingsBehind({ tasks }: Experiment, digest: Digest): readonly TrainTask[] {
  const task = tasks.get(digest)!
  const before = inputsOf(task).flatMap((input) => trainingsBehind({ tasks } as Experiment, input))
  return task.kind === 'train' ? [...before, task] : before
}

describe('the order of examples', () => {
  it('is one for all trainings of a replicate by default', () => {
    expect(orderSeeds(imp(shared, 2))).toEqual([1, 1, 1, 2, 2, 2])
  })

  it('is counted from its own seed where there is one, beside the weights', () => {
    const experiment = imp(setupWith({ orderSeed: 7 }), 1)
    expect(orderSeeds(experiment)).toEqual([7, 7, 8, 8])
    const drawn = [...experiment.tasks.values()].flatMap((task) =>
      task.kind === 'initialize' ? [task.seed] : [],
    )
    expect(drawn).toEqual([1, 2])
    expect(imp(setupWith({ orderSeed: 1 }), 1).digest).toBe(imp(shared, 1).digest)
  })

  it('may be fresh: every level has its own, the full network that of the replicate', () => {
    const seeds = orderSeeds(imp(fresh, 3))
    expect([seeds[0], seeds[4]]).toEqual([1, 2])
    expect(new Set(seeds).size).toBe(8)
    expect(seeds.every(Number.isSafeInteger)).toBe(true)
    const control1 = orderSeeds(control(imp(fresh, 3), 'random-reinit'))
    const control2 = orderSeeds(control(imp(fresh, 3), 'random-mask'))
    expect(new Set([...seeds, ...control1, ...control2]).size).toBe(8 + 6 + 6)
    expect(new Set(orderSeeds(oneShot(fresh, 2))).size).toBe(6)
  })

  it('stays that of every training when levels and replicates are added', () => {
    const few = imp(fresh, 2)
    const more = imp({ ...fresh, replicates: 3 }, 4)
    for (const { task } of few.trainings) expect(more.tasks.has(task)).toBe(true)
  })

  it('of W_0 to W_k is that of the full network, of which it is the beginning; and a new one where weights are new', () => {
    const tickets = imp(late, 1)
    const trunks = (experiment: Experiment) =>
      experiment.trainings.flatMap(({ level, task }) =>
        level > 0 ? [taskOf(experiment, taskOf(experiment, task).start.task).orderSeed] : [],
      )
    expect(trunks(tickets)).toEqual([1, 2])
    const reinit = trunks(control(tickets, 'random-reinit'))
    expect(new Set([1, 2, ...reinit, ...orderSeeds(tickets)]).size).toBe(6)
  })

  it('belongs to the replicate that its weights began in, in every place where one is told', () => {
    const experiment = control(imp(late, 2), 'random-reinit')
    for (const { replicate, task } of experiment.trainings) {
      expect(replicateOfTraining(experiment, taskOf(experiment, task))).toBe(replicate)
    }
    const [ticket] = imp(late, 2).trainings.filter(({ level, replicate }) => level === 1 && replicate === 2)
    expect(placeOf(experiment, ticket!.task)).toBe('level 1, replicate 2')
    const running = new Map([[ticket!.task, afterEvent(undefined, { kind: 'started', task: ticket!.task })]])
    expect(watchedOf(experiment, running)?.trainings).toMatchObject([{ level: 1, replicate: 2 }])
  })
})

describe('fresh orders in an instability analysis', () => {
  const analysis = instability(fresh, { of: 'imp', steps: [0, 100], orders: 3, levels: [0, 2] })

  it('differ between copies of the same network', () => {
    const places = new Map<string, number[]>()
    for (const { level, replicate, copy, task } of analysis.trainings) {
      const place = [level, replicate, copy!.step].join()
      places.set(place, [...(places.get(place) ?? []), taskOf(analysis, task).orderSeed])
    }
    expect(places.size).toBe(8)
    for (const seeds of places.values()) expect(new Set(seeds).size).toBe(3)
  })

  it('differ from those of all trainings that found the mask', () => {
    for (const { mask, task } of analysis.trainings) {
      if (mask === undefined) continue
      const behind = trainingsBehind(analysis, mask).map(({ orderSeed }) => orderSeed)
      expect(behind.length).toBeGreaterThan(1)
      expect(behind).not.toContain(taskOf(analysis, task).orderSeed)
    }
    const before = instability(shared, { of: 'imp', steps: [0], orders: 2, levels: [2] })
    const [first] = before.trainings
    const behind = trainingsBehind(before, first!.mask!).map(({ orderSeed }) => orderSeed)
    expect(behind).toContain(taskOf(before, first!.task).orderSeed)
  })

  it('leave the first copy the training that is copied, and the full network what it is compared with', () => {
    const tickets = imp(fresh, 2)
    const first = analysis.trainings.filter(({ copy }) => copy!.order === 1 && copy!.step === 0)
    for (const { level, replicate, task } of first) {
      expect(tickets.trainings).toContainEqual(expect.objectContaining({ level, replicate, task }))
    }
    const full = tickets.trainings.filter(({ level }) => level === 0)
    expect(fullTrainings(analysis)).toEqual(full.map(({ replicate, task }) => ({ replicate, task })))
  })
})

describe('a seed of augmentation', () => {
  const augmented = { augmentation: { crop: 2 }, augmentationSeed: 5, freshOrders: true }

  it('is the same in all trainings of a replicate, whatever their orders', () => {
    const analysis = instability(setupWith(augmented), { of: 'imp', steps: [0], orders: 2, levels: [0, 1] })
    for (const { replicate, task } of analysis.trainings) {
      expect(taskOf(analysis, task).augmentationSeed).toBe(4 + replicate)
    }
  })

  it('is no part of a description where it is that of the order, or nothing is augmented', () => {
    const experiment = imp(setupWith(augmented), 1)
    const task = taskOf(experiment, experiment.trainings[0]!.task)
    const { augmentationSeed, ...plain } = task
    expect(augmentationSeed).toBe(5)
    expect(digestOf(task)).not.toBe(digestOf(plain))
    expect(digestOf({ ...plain, augmentationSeed: plain.orderSeed })).toBe(digestOf(plain))
    const bare = taskOf(imp(shared, 1), imp(shared, 1).trainings[0]!.task)
    expect(digestOf({ ...bare, augmentationSeed: 9 })).toBe(digestOf(bare))
  })
})
