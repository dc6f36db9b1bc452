import { hostname } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScheduler, type Scheduler } from '../../src/runtime/scheduler'
import { readLive } from '../../src/store/live'
import { openStore, type Store } from '../../src/store/store'
import { digestOf } from '../../src/tasks/digest'
import type { TaskEvent } from '../../src/tasks/events'
import { bundle, type Bundle } from '../support/bundle'
import * as lab from './lab'

let trainer: Bundle
beforeAll(async () => (trainer = await bundle(lab.mainFile)))
afterAll(() => trainer.remove())

let folder: string
let remove: () => Promise<void>
let store: Store
let worker: Scheduler
let window: Scheduler
beforeEach(async () => {
  ;({ folder, remove } = await lab.temporaryFolder())
  store = await openStore(folder)
  const scheduler = () =>
    createScheduler({ store, backends: lab.backends, trainers: 2, trainerPath: trainer.file })
  worker = scheduler()
  window = scheduler()
})
afterEach(async () => {
  await Promise.all([worker.close(), window.close()])
  await remove()
})

const recordingEnds = (told: ReturnType<typeof lab.recorder>, task: Parameters<typeof told.of>[0]) =>
  told.of(task).filter((kind, index, all) => kind !== all[index - 1])

describe('who follows a run', () => {
  it('computes nothing, and hears everything that another process computes while it does', async () => {
    const { all, dense, sparse } = lab.twoLevels({ steps: 20_000, evaluateEvery: 2000 })
    const told = lab.recorder()
    const following = window.run(all, { ...told, follow: true })
    await worker.run(all)
    expect(await following).toEqual({ kind: 'finished', tasks: 4, cached: 4 })

    for (const task of [dense, sparse]) {
      expect(recordingEnds(told, task)).toEqual(['waiting', 'started', 'cached'])
      const started = told.events.find((event) => event.kind === 'started' && event.task === digestOf(task))
      expect(started).toMatchObject({ where: hostname() })
      const rows = await store.readMetrics(digestOf(task))
      const heard = told.events.flatMap((event) =>
        event.kind === 'metrics' && event.task === digestOf(task) ? [event.row] : [],
      )
      // The last rows may come with the result.
      expect(heard.length).toBeGreaterThan(3)
      expect(heard).toEqual(rows.slice(0, heard.length))
      const steps = told.events.flatMap((event) =>
        event.kind === 'progress' && event.task === digestOf(task) ? [event] : [],
      )
      expect(steps.length).toBeGreaterThan(0)
      expect(steps.every(({ steps: all, stepsPerSecond }) => all === 20_000 && stepsPerSecond > 0)).toBe(true)
      expect(await readLive(folder, digestOf(task))).toBeUndefined()
    }
  })

  it('hears why a task failed, and that those which need it cannot be run', async () => {
    const { start, dense, prune } = lab.twoLevels({ optimizer: { kind: 'sgd', learningRate: 1e30 } })
    const told = lab.recorder()
    const following = window.run([start, dense, prune], { ...told, follow: true })
    const computed = await worker.run([start, dense, prune])
    expect(computed).toMatchObject({ kind: 'failed', failures: [{ failure: { code: 'not-a-number' } }, {}] })
    expect(await following).toEqual(computed)
    expect(told.of(prune)).toEqual(['waiting', 'failed'])
  })

  it('is told when a task is given up, and when somebody else goes on with it', async () => {
    const { start, dense } = lab.twoLevels({ steps: 20_000, evaluateEvery: 500 })
    const told = lab.recorder()
    const stop = new AbortController()
    const onEvent = (event: TaskEvent) => {
      told.onEvent(event)
      if (event.kind === 'metrics' && event.row.step >= 1500) stop.abort()
    }
    const following = window.run([start, dense], { onEvent, follow: true })
    expect(await worker.run([start, dense], { signal: stop.signal })).toEqual({ kind: 'cancelled' })
    await expect.poll(() => told.of(dense), { timeout: 20_000 }).toContain('retried')
    await worker.run([start, dense])
    await following
    expect(recordingEnds(told, dense)).toEqual(['waiting', 'started', 'retried', 'started', 'cached'])
    const again = told.events.filter(({ kind }) => kind === 'started').at(-1)
    expect(again?.kind === 'started' && again.resumedAt).toBeGreaterThan(1000)
  })

  it('stops to follow when it is cancelled, which stops nothing', async () => {
    const { start, dense } = lab.twoLevels({ steps: 20_000 })
    const stop = new AbortController()
    const following = window.run([start, dense], {
      follow: true,
      signal: stop.signal,
      onEvent: ({ kind }) => kind === 'metrics' && stop.abort(),
    })
    const computing = worker.run([start, dense])
    expect(await following).toEqual({ kind: 'cancelled' })
    expect(await computing).toMatchObject({ kind: 'finished', cached: 0 })
  })

  it('computes what it follows when a run of its own wants it', async () => {
    const { start, dense } = lab.twoLevels()
    const following = window.run([start, dense], { follow: true })
    expect(await window.run([start, dense])).toEqual({ kind: 'finished', tasks: 2, cached: 0 })
    expect(await following).toMatchObject({ kind: 'finished' })
  })
})
