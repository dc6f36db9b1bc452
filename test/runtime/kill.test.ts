import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/runtime/digest'
import { createScheduler } from '../../src/runtime/scheduler'
import { openStore } from '../../src/runtime/store/store'
import { randomStream } from '../../src/support/random'
import { bundle, type Bundle } from '../support/bundle'
import * as lab from './lab'
import { killAll, processesOf, signalAll, start as startProcess } from './processes'

let trainer: Bundle
let program: Bundle
beforeAll(async () => {
  ;[trainer, program] = await Promise.all([
    bundle(lab.mainFile),
    bundle('test/runtime/programs/run-tasks.ts'),
  ])
})
afterAll(async () => {
  killAll()
  await Promise.all([trainer.remove(), program.remove()])
})

const options = () => ({
  backends: lab.backends,
  trainers: 1,
  trainerPath: trainer.file,
  checkpointPeriod: 100,
})
const graph = lab.twoLevels({ steps: 3000, evaluateEvery: 150 })

/** Sizes and sums of everything that the tasks left. */
async function filesIn(folder: string) {
  const store = await openStore(folder)
  return Promise.all(graph.all.map(async (task) => (await store.result(digestOf(task)))?.files))
}

describe('killed trainers', () => {
  it('ten times at random moments change no bit of weights, masks and metrics', async () => {
    const [calm, stormy] = [await lab.temporaryFolder(), await lab.temporaryFolder()]
    const undisturbed = createScheduler({ ...options(), store: await openStore(calm.folder) })
    expect(await undisturbed.run(graph.all)).toMatchObject({ kind: 'finished' })
    await undisturbed.close()

    const store = await openStore(stormy.folder)
    const seed = Date.now()
    const random = randomStream(seed, 'moments')
    // Moments in training steps over both trainings, so that there is time for ten on any machine.
    const total = graph.dense.until + graph.sparse.until
    const moments = Array.from({ length: 10 }, () => random.below(total * 0.75)).sort(
      (one, other) => one - other,
    )
    const resumedAt: number[] = []
    let kills = 0
    let runs = 0
    /** Whether the trainer that was started last was shot: what it said before is still being told. */
    let shot = false
    let killing: Promise<void> | undefined
    const killSoon = async (milliseconds: number) => {
      await sleep(random.below(milliseconds))
      const found = await signalAll(trainer.file, 'SIGKILL')
      kills += found
      shot = found > 0
      killing = undefined
    }
    let outcome
    do {
      runs++
      const scheduler = createScheduler({ ...options(), store })
      outcome = await scheduler.run(graph.all, {
        onEvent: (event) => {
          if (event.kind === 'started') {
            shot = false
            if (event.resumedAt !== undefined) resumedAt.push(event.resumedAt)
          }
          if (kills === 10 || shot || killing) return
          const before = event.task === digestOf(graph.sparse) ? graph.dense.until : 0
          // Some die while they start, the others in mid-training.
          if (event.kind === 'started' && random.below(4) === 0) killing = killSoon(600)
          if (event.kind === 'progress' && before + event.step >= moments[kills]!) killing = killSoon(50)
        },
      })
      await killing
      await scheduler.close()
    } while (outcome.kind === 'failed' && runs < 12)
    expect(outcome, `with seed ${seed}`).toMatchObject({ kind: 'finished' })
    expect(kills, `with seed ${seed}`).toBe(10)
    expect(resumedAt.length, `with seed ${seed}`).toBeGreaterThan(2)
    expect(await filesIn(stormy.folder)).toEqual(await filesIn(calm.folder))
    await Promise.all([calm.remove(), stormy.remove()])
  }, 120_000)

  it('are replaced once; then the task is given up, with a word on why, and others go on', async () => {
    const { folder, remove } = await lab.temporaryFolder()
    const scheduler = createScheduler({ ...options(), store: await openStore(folder) })
    const start = lab.initializeTask()
    const doomed = lab.trainTask(start, { steps: 100_000 })
    const fine = lab.trainTask(start, { steps: 20 })
    const told = lab.recorder()
    /** Once for each trainer that begins it. */
    let aimed = true
    let killing: Promise<number> | undefined
    const outcome = await scheduler.run([start, doomed, fine], {
      onEvent: (event) => {
        told.onEvent(event)
        if (event.task !== digestOf(doomed)) return
        if (event.kind === 'started') aimed = false
        if (event.kind !== 'metrics' || aimed) return
        aimed = true
        killing = signalAll(trainer.file, 'SIGKILL')
      },
    })
    await killing
    expect(told.of(doomed)).toEqual(['waiting', 'started', 'retried', 'started', 'failed'])
    expect(told.of(fine)).toEqual(['waiting', 'started', 'finished'])
    expect(outcome).toMatchObject({
      kind: 'failed',
      failures: [
        {
          task: digestOf(doomed),
          failure: { code: 'trainer-died', message: expect.stringContaining('SIGKILL') as string },
        },
      ],
    })
    await scheduler.close()
    await remove()
  })

  it('end by themselves when the process that started them is killed', async () => {
    const { folder, remove } = await lab.temporaryFolder()
    const start = lab.initializeTask()
    const tasks = [start, lab.trainTask(start, { steps: 100_000 })]
    const owner = startProcess(program.file, [JSON.stringify({ ...options(), store: folder, tasks })])
    while (!(await owner.line()).includes('"progress"'));
    expect(await processesOf(trainer.file)).toHaveLength(1)
    await owner.kill()
    while ((await processesOf(trainer.file)).length > 0) await sleep(50)
    await remove()
  })
})
