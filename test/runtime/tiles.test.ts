import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackendId, BackendKey } from '../../src/backends/backend'
import { nativeArithmetic } from '../../src/backends/native/arithmetic'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import { digestOf } from '../../src/tasks/digest'
import { createScheduler } from '../../src/runtime/scheduler'
import { openStore } from '../../src/store/store'
import { bundle, type Bundle } from '../support/bundle'
import { needNative } from '../support/native'
import { needTensorflow } from '../support/tensorflow'
import * as lab from './lab'
import { signalAll } from './processes'

let trainer: Bundle
beforeAll(async () => {
  trainer = await bundle(lab.mainFile)
})
afterAll(() => trainer.remove())

const start = lab.initializeTask()

const kinds: readonly (readonly [BackendId, BackendKey, () => string | undefined])[] = [
  ['wasm', { id: 'wasm', arithmetic: wasmArithmetic }, () => undefined],
  ['native', { id: 'native', arithmetic: nativeArithmetic }, () => dirname(needNative().folder)],
]

/** @param installed where backends are; by default a folder in which none is */
function options(folder: string, installed: string | undefined) {
  const backends = installed ?? join(folder, 'nothing')
  return { backends, trainers: 1, trainerPath: trainer.file, checkpointPeriod: 20 }
}

describe.each(kinds)('tasks for the backend %s', (_, backend, need) => {
  const changes = { steps: 1500, evaluateEvery: 500, backend }
  const dense = lab.trainTask(start, changes)
  const prune = lab.pruneTask(dense, 0.2)
  const sparse = lab.trainTask(start, { ...changes, mask: digestOf(prune) })
  const tasks = [start, dense, prune, sparse, lab.evaluateTask(sparse)]

  async function filesIn(folder: string) {
    const store = await openStore(folder)
    return Promise.all(tasks.map(async (task) => (await store.result(digestOf(task)))?.files))
  }

  it('come to the same bits when trainers are killed in mid-training', async () => {
    const installed = need()
    const [calm, stormy] = [await lab.temporaryFolder(), await lab.temporaryFolder()]
    const undisturbed = createScheduler({
      ...options(calm.folder, installed),
      store: await openStore(calm.folder),
    })
    expect(await undisturbed.run(tasks)).toMatchObject({ kind: 'finished' })
    await undisturbed.close()

    const scheduler = createScheduler({
      ...options(stormy.folder, installed),
      store: await openStore(stormy.folder),
    })
    const killed = new Set<string>()
    const resumedAt: number[] = []
    const outcome = await scheduler.run(tasks, {
      onEvent: (event) => {
        if (event.kind === 'started' && event.resumedAt !== undefined) resumedAt.push(event.resumedAt)
        if (event.kind !== 'progress' || event.step < 400 || killed.has(event.task)) return
        killed.add(event.task)
        void signalAll(trainer.file, 'SIGKILL')
      },
    })
    await scheduler.close()
    expect(outcome).toMatchObject({ kind: 'finished' })
    expect(killed.size).toBe(2)
    expect(Math.max(...resumedAt)).toBeGreaterThan(0)
    const { facts } = (await (await openStore(calm.folder)).result(digestOf(sparse)))!
    expect(facts).toMatchObject({ sparse: ['hidden/weights', 'output/weights'] })
    expect(await filesIn(stormy.folder)).toEqual(await filesIn(calm.folder))
    await Promise.all([calm.remove(), stormy.remove()])
  })

  it('share a trainer with tasks for TensorFlow', async () => {
    need()
    needTensorflow()
    const { folder, remove } = await lab.temporaryFolder()
    const scheduler = createScheduler({
      ...options(folder, undefined),
      backends: lab.backends,
      store: await openStore(folder),
    })
    const short = { steps: 20, evaluateEvery: 20 }
    const one = lab.trainTask(start, { ...short, backend })
    const other = lab.trainTask(start, short)
    expect(await scheduler.run([start, one, other])).toMatchObject({ kind: 'finished' })
    await scheduler.close()
    const store = await openStore(folder)
    const [found, expected] = await Promise.all([one, other].map((task) => store.readMetrics(digestOf(task))))
    expect(digestOf(one)).not.toBe(digestOf(other))
    expect(found!.at(-1)!.testLoss).toBeCloseTo(expected!.at(-1)!.testLoss, 4)
    await remove()
  })
})
