import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Network } from '../../src/networks/network'
import { networkOf } from '../../src/networks/describe'
import { digestOf } from '../../src/tasks/digest'
import type { AlignTask, InitializeTask } from '../../src/tasks/tasks'
import * as lab from './lab'
import { openScheduler, type OpenScheduler } from './open-scheduler'
import { processesOf } from './processes'

let opened: OpenScheduler
beforeAll(async () => {
  // So long that a trainer on a machine with much else to do is not killed, and shorter than the assignment below.
  opened = await openScheduler(1, 5000)
})
afterAll(() => opened.close())

/** Two networks of one hidden layer, drawn, and the task that aligns them. */
function alignmentOf(units: number): readonly [InitializeTask, InitializeTask, AlignTask] {
  const network: Network = networkOf({
    input: [28, 28, 1],
    layers: [
      { kind: 'dense', units },
      { kind: 'dense', units: 10 },
    ],
  })
  const [one, other] = [1, 2].map((seed) => ({ ...lab.initializeTask(seed), network }))
  const [weights, to] = [one, other].map((start) => ({ task: digestOf(start!), step: 0 }))
  return [one!, other!, { kind: 'align', network, weights: weights!, to: to!, seed: 1 }]
}

it('an alignment stops inside one assignment when it is cancelled, and its trainer goes on with another task', async () => {
  const { scheduler, store, trainer } = opened
  const wide = alignmentOf(4000)
  const before = processesOf(trainer, process.pid)
  const cancel = new AbortController()
  let during: readonly number[] = []
  const outcome = await scheduler.run(wide, {
    signal: cancel.signal,
    onEvent(event) {
      if (event.task !== digestOf(wide[2]) || event.kind !== 'started') return
      void sleep(500).then(async () => {
        during = await processesOf(trainer, process.pid)
        cancel.abort()
      })
    },
  })
  expect(outcome).toEqual({ kind: 'cancelled' })
  expect(await store.has(digestOf(wide[2]))).toBe(false)
  expect(await before).toEqual([])
  expect(during).toHaveLength(1)

  const small = alignmentOf(16)
  const told = lab.recorder()
  expect(await scheduler.run(small, told)).toMatchObject({ kind: 'finished' })
  // It was not killed.
  expect(await processesOf(trainer, process.pid)).toEqual(during)
  expect(await opened.factsOf(small[2])).toMatchObject({ kind: 'align', units: 16 })
  const progress = told.events.filter(({ kind, task }) => kind === 'progress' && task === digestOf(small[2]))
  expect(progress.at(-1)).toMatchObject({ step: 1, steps: 1 })
})
