import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afterEvent, type TaskProgress } from '../../src/experiments/progress'
import { digestOf } from '../../src/tasks/digest'
import { createScheduler } from '../../src/runtime/scheduler'
import { openStore } from '../../src/store/store'
import * as lab from './lab'
import { killAll, processesOf, signalAll, start as startProcess } from './processes'

let programs: lab.Programs
beforeAll(async () => {
  programs = await lab.bundlePrograms()
})
afterAll(async () => {
  killAll()
  await programs.remove()
})

const options = () => ({
  backends: lab.backends,
  trainers: 1,
  trainerPath: programs.trainer,
  checkpointPeriod: 100,
})
describe('killed trainers', () => {
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
        killing = signalAll(programs.trainer, 'SIGKILL')
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

  it('leave no gap in what is known of a training, whose next attempt records again what the last one did', async () => {
    const { folder, remove } = await lab.temporaryFolder()
    const store = await openStore(folder)
    // Without a checkpoint, so that all of it is trained again.
    const scheduler = createScheduler({ ...options(), checkpointPeriod: 1e9, store })
    const start = lab.initializeTask()
    const training = lab.trainTask(start, { steps: 1200, evaluateEvery: 200 })
    let told: TaskProgress | undefined
    let killing: Promise<number> | undefined
    const outcome = await scheduler.run([start, training], {
      onEvent: (event) => {
        if (event.task !== digestOf(training)) return
        told = afterEvent(told, event)
        if (event.kind === 'metrics' && event.row.step === 600) {
          killing ??= signalAll(programs.trainer, 'SIGKILL')
        }
      },
    })
    expect(await killing).toBe(1)
    expect(outcome.kind).toBe('finished')
    expect(told!.rows.map(({ step }) => step)).toEqual([0, 200, 400, 600, 800, 1000, 1200])
    expect(told!.rows).toEqual(await store.readMetrics(digestOf(training)))
    await scheduler.close()
    await remove()
  })

  it('end by themselves when the process that started them is killed', async () => {
    const { folder, remove } = await lab.temporaryFolder()
    const start = lab.initializeTask()
    const tasks = [start, lab.trainTask(start, { steps: 100_000 })]
    const owner = startProcess(programs.runTasks, [JSON.stringify({ ...options(), store: folder, tasks })])
    while (!(await owner.line()).includes('"progress"'));
    expect(await processesOf(programs.trainer)).toHaveLength(1)
    await owner.kill()
    while ((await processesOf(programs.trainer)).length > 0) await sleep(50)
    await remove()
  })
})
