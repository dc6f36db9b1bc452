import { afterAll, beforeAll, expect, it } from 'vitest'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import { digestOf } from '../../src/tasks/digest'
import { createScheduler } from '../../src/runtime/scheduler'
import { openStore } from '../../src/store/store'
import type { TrainTask } from '../../src/tasks/tasks'
import { bundle, type Bundle } from '../support/bundle'
import * as lab from './lab'

let trainer: Bundle
beforeAll(async () => {
  trainer = await bundle(lab.mainFile)
})
afterAll(() => trainer.remove())

const backend = { id: 'wasm', arithmetic: wasmArithmetic } as const
const start = lab.initializeTask()
const dense = lab.trainTask(start, { steps: 20, evaluateEvery: 20, backend })
const prune = lab.pruneTask(dense, 0.5)
/** Trains what pruning has left, from where its weights are, for some steps of the schedule from `from` on. */
const retrain = (from: number, steps: number): TrainTask => ({
  ...dense,
  start: { task: digestOf(dense), step: 20 },
  from,
  until: from + steps,
  mask: digestOf(prune),
})

it('trained weights go on from another step of the schedule, with an optimizer that begins afresh', async () => {
  const { folder, remove } = await lab.temporaryFolder()
  const store = await openStore(folder)
  const scheduler = createScheduler({ store, backends: folder, trainers: 1, trainerPath: trainer.file })
  const tasks = [0, 20].map((from) => retrain(from, 10))
  const firstSteps = [0, 20].map((from) => retrain(from, 1))
  expect(await scheduler.run([start, dense, prune, ...tasks, ...firstSteps])).toMatchObject({
    kind: 'finished',
  })
  await scheduler.close()
  const before = await store.readWeights({ task: digestOf(dense), step: 20 })
  const masks = await store.readMask(digestOf(prune))
  const rows = await Promise.all(tasks.map((task) => store.readMetrics(digestOf(task))))
  expect(rows.map((one) => one.map(({ step }) => step))).toEqual([
    [0, 10],
    [20, 30],
  ])
  for (const task of firstSteps) {
    const after = await store.readWeights({ task: digestOf(task), step: task.until })
    const moves = Object.entries(after).flatMap(([name, { data }]) =>
      [...data].flatMap((value, i) =>
        masks[name]?.data[i] === 0 ? [] : [Math.abs(value - before[name]!.data[i]!)],
      ),
    )
    // The first step of a fresh Adam is the learning rate, whatever the gradient.
    expect(Math.max(...moves)).toBeCloseTo(1.2e-3, 6)
  }
  await remove()
})
