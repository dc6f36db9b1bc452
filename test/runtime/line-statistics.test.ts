import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import type { Network } from '../../src/networks/network'
import { digestOf } from '../../src/tasks/digest'
import type { Scheduler } from '../../src/runtime/scheduler'
import type { InterpolateFacts } from '../../src/tasks/facts'
import type { Store } from '../../src/store/store'
import { distancesOf } from '../../src/training/interpolate'
import type { EvaluateTask, InterpolateTask, Task, TrainTask } from '../../src/tasks/tasks'
import * as lab from './lab'
import { openScheduler, type OpenScheduler } from './open-scheduler'

const network: Network = {
  ...lab.network,
  layers: [
    { kind: 'dense', name: 'hidden', units: 16, batchNorm: true, activation: 'relu' },
    { kind: 'dense', name: 'output', units: 10, activation: 'none' },
  ],
}
const backends = [
  lab.trainTask(lab.initializeTask()).backend,
  { id: 'wasm', arithmetic: wasmArithmetic } as const,
]

let opened: OpenScheduler
let store: Store
let scheduler: Scheduler
beforeAll(async () => {
  opened = await openScheduler()
  ;({ store, scheduler } = opened)
})
afterAll(() => opened.close())

describe.each(backends)('batch norm between two networks on $id', (backend) => {
  const starts = [1, 2].map((seed) => ({ ...lab.initializeTask(seed), network }))
  const copies = starts.map((start): TrainTask => {
    const task = lab.trainTask(start, { steps: 100, evaluateEvery: 100, batchSize: 60, backend })
    return { ...task, network }
  })
  const line = (changes: Partial<InterpolateTask>, ends = [0, 1]): InterpolateTask => ({
    ...{ kind: 'interpolate', network, dataset: copies[0]!.dataset, backend },
    ends: [
      { task: digestOf(copies[ends[0]!]!), step: 100 },
      { task: digestOf(copies[ends[1]!]!), step: 100 },
    ],
    origin: { task: digestOf(starts[0]!), step: 0 },
    points: 3,
    splits: ['train', 'test'],
    examples: { train: 1000 },
    ...changes,
  })
  const factsOf = (task: Task) => opened.factsOf(task)
  const found = async (task: InterpolateTask) => (await factsOf(task)) as InterpolateFacts
  const recompute = { examples: 1200, batchSize: 60 }

  it('is that of the networks at the ends when it is interpolated', async () => {
    const evaluation: EvaluateTask = {
      ...{ kind: 'evaluate', network, dataset: copies[0]!.dataset, split: 'test', backend },
      weights: { task: digestOf(copies[0]!), step: 100 },
    }
    const task = line({ statistics: 'interpolate' })
    expect(await scheduler.run([...starts, ...copies, task, evaluation])).toMatchObject({ kind: 'finished' })
    const { loss } = (await factsOf(evaluation)) as { loss: number }
    expect((await found(task)).splits.test!.loss[0]).toBe(loss)
  })

  it('is measured anew at every point when it is recomputed, which mends the middle of the line', async () => {
    const [measured, kept] = [line({ statistics: recompute }), line({ statistics: 'interpolate' })]
    await scheduler.run([measured, kept])
    const [fresh, old] = [(await found(measured)).splits.test!, (await found(kept)).splits.test!]
    expect(fresh.loss[1]).toBeLessThan(old.loss[1]!)
    // At the ends both describe the same network, one by its running mean and one by that over 20 batches.
    expect(fresh.loss[0]).not.toBe(old.loss[0])
    expect(Math.abs(fresh.loss[0]! - old.loss[0]!)).toBeLessThan(0.1)
  })

  it('depends on nothing that was measured before: a network with itself is flat', async () => {
    const task = line({ statistics: recompute }, [0, 0])
    await scheduler.run([task])
    const { splits } = await found(task)
    expect(new Set(splits.test!.loss).size).toBe(1)
    expect(new Set(splits.train!.loss).size).toBe(1)
  })

  it('is left out of distances, which are over what is trained', async () => {
    const task = line({ statistics: recompute })
    const weights = await Promise.all([...task.ends, task.origin!].map((end) => store.readWeights(end)))
    const [one, other, origin] = weights.map((tensors) =>
      Object.fromEntries(Object.entries(tensors).filter(([name]) => !/\/(mean|variance)$/.test(name))),
    )
    expect(Object.keys(weights[0]!)).toContain('hidden/variance')
    expect(Object.keys(one!)).toEqual(expect.arrayContaining(['hidden/weights', 'hidden/scale']))
    expect((await found(task)).distances).toEqual(distancesOf(one!, other!, origin))
    expect(distancesOf(weights[0]!, weights[1]!, weights[2]).l2).not.toBe(
      distancesOf(one!, other!, origin).l2,
    )
  })

  it('is of so many training examples as the description says', async () => {
    const few = line({ statistics: { examples: 60, batchSize: 60 } })
    const splits = line({ statistics: recompute, examples: { train: 500 } })
    await scheduler.run([few, splits])
    const losses = await Promise.all(
      [few, line({ statistics: recompute }), splits].map(async (task) => (await found(task)).splits),
    )
    expect(losses[0]!.test!.loss[0]).not.toBe(losses[1]!.test!.loss[0])
    // Fewer examples for the train error change that, and nothing else.
    expect(losses[2]!.test).toEqual(losses[1]!.test)
    expect(losses[2]!.train!.loss).not.toEqual(losses[1]!.train!.loss)
  })
})
