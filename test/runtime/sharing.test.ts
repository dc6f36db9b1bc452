import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/tasks/digest'
import type { TaskEvent } from '../../src/tasks/events'
import type { RunOutcome } from '../../src/runtime/run'
import type { Task } from '../../src/tasks/tasks'
import * as lab from './lab'
import { killAll, processesOf, start, type Talker } from './processes'

let programs: lab.Programs
beforeAll(async () => {
  programs = await lab.bundlePrograms()
})
afterAll(() => programs.remove())

let folder: string
let remove: () => Promise<void>
beforeEach(async () => ({ folder, remove } = await lab.temporaryFolder()))
afterEach(async () => {
  killAll()
  await sleep(300)
  await remove()
})

/** Another user of the store: a process of its own with a scheduler. */
function share(tasks: readonly Task[], trainers: number): Talker {
  const order = { store: folder, backends: lab.backends, trainers, trainerPath: programs.trainer, tasks }
  return start(programs.runTasks, [JSON.stringify(order)])
}

/** Everything that it tells until its run ends. */
async function whole(user: Talker): Promise<{ events: TaskEvent[]; outcome: RunOutcome }> {
  const events: TaskEvent[] = []
  for (;;) {
    const message = JSON.parse(await user.line()) as TaskEvent | RunOutcome
    if (!('task' in message)) return { events, outcome: message }
    events.push(message)
  }
}

async function until(user: Talker, kind: TaskEvent['kind'], task: Task): Promise<void> {
  for (;;) {
    const event = JSON.parse(await user.line()) as TaskEvent
    if (event.kind === kind && event.task === digestOf(task)) return
  }
}

describe('two processes with one store', () => {
  it('compute each task once, and the other finds it', async () => {
    const { all } = lab.twoLevels({ steps: 1000, evaluateEvery: 500 })
    const results = await Promise.all([share(all, 2), share(all, 2)].map(whole))
    const all4 = { kind: 'finished', tasks: 4 }
    expect(results.map(({ outcome }) => outcome)).toMatchObject([all4, all4])
    for (const task of all) {
      const kinds = results.flatMap(({ events }) =>
        events
          .filter((event) => event.task === digestOf(task))
          // What the other does is heard, too.
          .filter((event) => !(event.kind === 'started' && event.where !== undefined))
          .map(({ kind }) => kind),
      )
      expect(kinds.filter((kind) => kind === 'finished')).toHaveLength(1)
      expect(kinds.filter((kind) => kind === 'cached')).toHaveLength(1)
      expect(kinds.filter((kind) => kind === 'started')).toHaveLength(1)
    }
  })

  it('take over from each other when one is killed, at the last checkpoint', async () => {
    const { start: first, dense } = lab.twoLevels({ steps: 40_000, evaluateEvery: 20_000 })
    const one = share([first, dense], 1)
    await until(one, 'progress', dense)
    const two = share([first, dense], 1)
    await until(two, 'cached', first)
    await sleep(700)
    await one.kill()
    const { events, outcome } = await whole(two)
    expect(outcome).toEqual({ kind: 'finished', tasks: 2, cached: 1 })
    const started = events.find(({ kind }) => kind === 'started')
    expect(started?.kind === 'started' && started.resumedAt).toBeGreaterThan(0)
  })

  it('never have more trainers than the setting allows, and each gets its turn', async () => {
    const tasks = (seed: number) => {
      const first = lab.initializeTask(seed)
      return [
        first,
        ...[1, 2, 3, 4].map((orderSeed) =>
          lab.trainTask(first, { orderSeed, steps: 600, evaluateEvery: 600 }),
        ),
      ]
    }
    const users = [share(tasks(1), 2), share(tasks(2), 2)]
    const over = new AbortController()
    let most = 0
    const watching = (async () => {
      while (!over.signal.aborted) {
        most = Math.max(most, (await processesOf(programs.trainer)).length)
        await sleep(20)
      }
    })()
    const ended: { user: number; at: number; first: number }[] = []
    await Promise.all(
      users.map(async (user, i) => {
        await until(user, 'started', tasks(i + 1)[1]!)
        const first = performance.now()
        const { outcome } = await whole(user)
        expect(outcome).toEqual({ kind: 'finished', tasks: 5, cached: 0 })
        ended.push({ user: i, at: performance.now(), first })
      }),
    )
    over.abort()
    await watching
    expect(most).toBe(2)
    // Neither began only when the other was done.
    expect(Math.max(...ended.map(({ first }) => first))).toBeLessThan(Math.min(...ended.map(({ at }) => at)))
  })
})
