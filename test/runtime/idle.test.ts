import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createScheduler } from '../../src/runtime/scheduler'
import { openStore } from '../../src/store/store'
import { bundle, type Bundle } from '../support/bundle'
import * as lab from './lab'
import { processesOf } from './processes'

let trainer: Bundle
let store: Awaited<ReturnType<typeof lab.temporaryFolder>>
beforeAll(async () => {
  trainer = await bundle(lab.mainFile)
  store = await lab.temporaryFolder()
})
afterAll(async () => {
  await store.remove()
  await trainer.remove()
})

const trainers = () => processesOf(trainer.file, process.pid)

it('a trainer waits for the next task, and ends by itself when none comes', async () => {
  const scheduler = createScheduler({
    ...{ backends: lab.backends, trainers: 1, trainerPath: trainer.file, checkpointPeriod: 100 },
    store: await openStore(store.folder),
  })
  try {
    const run = (seed: number) => scheduler.run([lab.initializeTask(seed)])
    expect(await run(1)).toMatchObject({ kind: 'finished', cached: 0 })
    const [first, ...more] = await trainers()
    expect(first).toBeGreaterThan(0)
    expect(more).toEqual([])
    await sleep(500)
    expect(await run(2)).toMatchObject({ kind: 'finished', cached: 0 })
    expect(await trainers()).toEqual([first])

    while ((await trainers()).length > 0) await sleep(100)
    expect(await run(3)).toMatchObject({ kind: 'finished', cached: 0 })
    expect(await trainers()).not.toContain(first)
  } finally {
    await scheduler.close()
  }
  expect(await trainers()).toEqual([])
})
