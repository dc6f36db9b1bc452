import { readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/tasks/digest'
import type { TaskEvent } from '../../src/tasks/events'
import { createLocalExecutor } from '../../src/runtime/local-executor'
import { createScheduler, type Scheduler } from '../../src/runtime/scheduler'
import { checkpointFile, locksFolder, stateFile, taskFolder, weightsFile } from '../../src/store/layout'
import { openWork } from '../../src/store/work'
import { openStore, type Store } from '../../src/store/store'
import { checkPruned } from '../../src/training/exactness'
import { countKept } from '../../src/support/tensor'
import { bundle, type Bundle } from '../support/bundle'
import * as lab from './lab'
import { processesOf, residentBytes, signalAll } from './processes'

let trainer: Bundle
beforeAll(async () => (trainer = await bundle(lab.mainFile)))
afterAll(() => trainer.remove())

let folder: string
let remove: () => Promise<void>
let store: Store
let scheduler: Scheduler
let log: string[]
const schedulerWith = (changes = {}) =>
  createScheduler({
    store,
    backends: lab.backends,
    trainers: 2,
    trainerPath: trainer.file,
    checkpointPeriod: 100,
    log: (level, message) => log.push(`${level}: ${message}`),
    ...changes,
  })

beforeEach(async () => {
  log = []
  ;({ folder, remove } = await lab.temporaryFolder())
  store = await openStore(folder)
  scheduler = schedulerWith()
})
afterEach(async () => {
  await scheduler.close()
  await remove()
})

describe('a run', () => {
  it('trains, prunes and trains again from the same start, exactly', async () => {
    const { start, dense, prune, sparse, all } = lab.twoLevels()
    const evaluate = lab.evaluateTask(sparse)
    const told = lab.recorder()
    // In no particular order: the graph says what comes first.
    const outcome = await scheduler.run([evaluate, ...all].reverse(), told)
    expect(outcome).toEqual({ kind: 'finished', tasks: 5, cached: 0 })
    for (const task of [...all, evaluate]) expect(told.of(task)).toEqual(['waiting', 'started', 'finished'])

    const masks = await store.readMask(digestOf(prune))
    expect(Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, countKept(mask)]))).toEqual(
      prune.keep,
    )
    const weights = await store.readWeights({ task: digestOf(sparse), step: sparse.until })
    checkPruned(weights, masks)
    expect(weights).not.toEqual(await store.readWeights({ task: digestOf(start), step: 0 }))

    const rows = await store.readMetrics(digestOf(sparse))
    expect(rows.map(({ step }) => step)).toEqual([0, 100, 200])
    expect(rows[0]).not.toHaveProperty('trainLoss')
    expect(rows[2]!.validationAccuracy).toBeGreaterThan(0.8)
    const result = await store.result(digestOf(evaluate))
    expect(result?.facts).toMatchObject({
      loss: rows[2]!.testLoss,
      accuracy: rows[2]!.testAccuracy,
      count: 10_000,
    })
    const metrics = told.events.filter((event) => event.kind === 'metrics' && event.task === digestOf(sparse))
    expect(metrics.map((event) => 'row' in event && event.row)).toEqual(rows)

    // A second time nothing is computed, and no trainer is started.
    await scheduler.close()
    scheduler = schedulerWith({ trainerPath: '/nowhere' })
    const again = lab.recorder()
    expect(await scheduler.run(all, again)).toEqual({ kind: 'finished', tasks: 4, cached: 4 })
    expect(again.of(dense)).toEqual(['waiting', 'cached'])
  })

  it.each([50, 100])('goes on from a training that ended at step %s, to the same bits', async (k) => {
    const start = lab.initializeTask()
    const trunk = lab.trainTask(start, { until: k })
    const resume = { task: digestOf(trunk), step: k }
    const told = lab.recorder()
    const resumed = lab.trainTask(start, { resume })
    expect(await scheduler.run([start, trunk, resumed], told)).toMatchObject({ kind: 'finished' })
    const started = told.events.find(({ kind, task }) => kind === 'started' && task === digestOf(resumed))
    expect(started).toMatchObject({ resumedAt: k })
    const rows = await store.readMetrics(digestOf(resumed))
    expect(rows.map(({ step }) => step)).toEqual([0, 100, 200])

    await scheduler.close()
    const other = await lab.temporaryFolder()
    const alone = await openStore(other.folder)
    scheduler = schedulerWith({ store: alone })
    const whole = lab.trainTask(start)
    expect(await scheduler.run([start, whole])).toMatchObject({ kind: 'finished' })
    expect(digestOf(whole)).toBe(digestOf(resumed))
    const sums = async (of: Store) => (await of.result(digestOf(whole)))!.files
    expect(await sums(alone)).toEqual(await sums(store))
    await scheduler.close()
    await other.remove()
  })

  it('begins at the start when the state of what it resumes was not kept', async () => {
    const start = lab.initializeTask()
    // A training to T keeps no state: nothing can go on from it.
    const short = lab.trainTask(start, { steps: 50 })
    const resumed = lab.trainTask(start, { resume: { task: digestOf(short), step: 50 } })
    const told = lab.recorder()
    expect(await scheduler.run([start, short, resumed], told)).toMatchObject({ kind: 'finished' })
    const started = told.events.find(({ kind, task }) => kind === 'started' && task === digestOf(resumed))
    expect(started).not.toHaveProperty('resumedAt')
  })

  it('another training goes on from the weights that one ended with, as its own from step k', async () => {
    const start = lab.initializeTask()
    const trunk = lab.trainTask(start, { until: 50 })
    const rest = lab.trainTask(trunk, { step: 50 })
    expect(await scheduler.run([start, trunk, rest])).toMatchObject({ kind: 'finished' })
    const files = (await readdir(taskFolder(folder, digestOf(trunk)))).sort()
    expect(files).toEqual(['metrics.jsonl', 'result.json', stateFile, 'task.json', weightsFile(50)])
    expect((await store.readMetrics(digestOf(rest))).map(({ step }) => step)).toEqual([50, 100, 200])
  })

  it('writes the same bytes for equal trainings, but for the times in result.json', async () => {
    const start = lab.initializeTask()
    const trunk = lab.trainTask(start, { until: 50 })
    const filesOf = async (task: typeof trunk) => {
      const path = taskFolder(folder, digestOf(task))
      const names = (await readdir(path)).filter((name) => name !== 'result.json').sort()
      const contents = names.map(async (name) => [
        name,
        (await readFile(join(path, name))).toString('base64'),
      ])
      return Object.fromEntries(await Promise.all(contents)) as Record<string, string>
    }
    expect(await scheduler.run([start, trunk])).toMatchObject({ kind: 'finished' })
    const first = await filesOf(trunk)
    expect(Object.keys(first)).toEqual(['metrics.jsonl', stateFile, 'task.json', weightsFile(50)])
    await rm(taskFolder(folder, digestOf(trunk)), { recursive: true })
    expect(await scheduler.run([start, trunk])).toMatchObject({ kind: 'finished' })
    expect(await filesOf(trunk)).toEqual(first)
  })

  it('shares tasks with another run that wants them at the same time', async () => {
    const { start, dense, all } = lab.twoLevels()
    const one = lab.recorder()
    const two = lab.recorder()
    const outcomes = await Promise.all([scheduler.run(all, one), scheduler.run([start, dense], two)])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['finished', 'finished'])
    for (const told of [one, two]) expect(told.of(dense)).toEqual(['waiting', 'started', 'finished'])
  })

  it('advances replicates evenly', async () => {
    await scheduler.close()
    scheduler = schedulerWith({ trainers: 1 })
    const replicates = [1, 2].map((seed) => lab.twoLevels({ steps: 20 }, seed))
    const told = lab.recorder()
    await scheduler.run(
      replicates.flatMap(({ all }) => all),
      told,
    )
    const order = told.events.filter(({ kind }) => kind === 'finished').map(({ task }) => task)
    const [one, two] = replicates.map(({ dense, sparse }) =>
      [dense, sparse].map((task) => order.indexOf(digestOf(task))),
    )
    expect(Math.max(one![0]!, two![0]!)).toBeLessThan(Math.min(one![1]!, two![1]!))
  })

  it('computes a damaged result again, and keeps the damaged one', async () => {
    const start = lab.initializeTask()
    await scheduler.run([start])
    const file = join(taskFolder(folder, digestOf(start)), weightsFile(0))
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, 1000))
    const told = lab.recorder()
    expect(await scheduler.run([start], told)).toEqual({ kind: 'finished', tasks: 1, cached: 0 })
    expect(told.of(start)).toEqual(['waiting', 'started', 'finished'])
    expect(await readFile(file)).toEqual(bytes)
    const aside = (await readdir(join(taskFolder(folder, digestOf(start)), '..'))).find((name) =>
      name.includes('corrupt'),
    )
    const warnings = log.filter((line) => line.startsWith('warning')).join('\n')
    expect(warnings).toContain(file)
    expect(warnings).toContain(aside)
  })

  it('goes on with independent tasks when one fails, and says why others were not run', async () => {
    const { start, dense, prune, sparse } = lab.twoLevels({ optimizer: { kind: 'sgd', learningRate: 1e30 } })
    const fine = lab.trainTask(start)
    const told = lab.recorder()
    const outcome = await scheduler.run([start, dense, prune, sparse, fine], told)
    const cause = digestOf(dense)
    expect(outcome).toMatchObject({
      kind: 'failed',
      failures: [
        {
          task: cause,
          failure: { code: 'not-a-number', message: expect.stringMatching(/at step \d+/) as string },
        },
        { task: digestOf(prune), cause, failure: { code: 'task-failed' } },
        {
          task: digestOf(sparse),
          cause,
          failure: { message: expect.stringContaining('diverged') as string },
        },
      ],
    })
    expect(told.of(fine)).toEqual(['waiting', 'started', 'finished'])
    // What was measured before is still there.
    expect(await store.readMetrics(cause)).toHaveLength(1)
  })

  it('fails before anything is started when the backend is missing', async () => {
    await scheduler.close()
    scheduler = schedulerWith({ backends: join(folder, 'none') })
    const backend = { id: 'tensorflow', arithmetic: 'tensorflow-1' } as const
    const start = lab.initializeTask()
    const all = [start, lab.trainTask(start, { backend })]
    const told = lab.recorder()
    expect(await scheduler.run(all, told)).toMatchObject({
      kind: 'failed',
      failures: [
        {
          failure: {
            code: 'backend-missing',
            message: expect.stringContaining('ticketlab backend install') as string,
          },
        },
      ],
    })
    expect(told.of(start)).toEqual(['waiting'])
    expect(await store.has(digestOf(start))).toBe(false)
  })

  it('refuses to compute a task under the name of another arithmetic', async () => {
    const { start, dense } = lab.twoLevels()
    const other = { ...dense, backend: { ...dense.backend, arithmetic: 'another-1' } }
    expect(await scheduler.run([start, other])).toMatchObject({
      kind: 'failed',
      failures: [
        { failure: { code: 'backend-failed', message: expect.stringContaining('another-1') as string } },
      ],
    })
  })

  it('says which input is neither in the store nor to be computed', async () => {
    const { start, dense } = lab.twoLevels()
    expect(await scheduler.run([dense])).toMatchObject({
      kind: 'failed',
      failures: [
        { failure: { code: 'bad-input', message: expect.stringContaining(digestOf(start)) as string } },
      ],
    })
  })
})

describe('cancelling', () => {
  it('stops soon and leaves a checkpoint, from which the same bits come out', async () => {
    const { start, dense } = lab.twoLevels({ steps: 4000, evaluateEvery: 1000 })
    const undisturbed = lab.twoLevels({ steps: 4000, evaluateEvery: 1000 })
    const stop = new AbortController()
    const onEvent = (event: TaskEvent) => {
      if (event.kind === 'progress' && event.step > 1200) stop.abort()
    }
    // A machine that stalls must not look like a trainer that does not listen.
    await scheduler.close()
    scheduler = schedulerWith({ grace: 30_000 })
    expect(await scheduler.run([start, dense], { onEvent, signal: stop.signal })).toEqual({
      kind: 'cancelled',
    })
    expect(await store.has(digestOf(dense))).toBe(false)

    const told = lab.recorder()
    expect(await scheduler.run([start, dense], told)).toMatchObject({ kind: 'finished', cached: 1 })
    const started = told.events.find((event) => event.kind === 'started')
    expect(started?.kind === 'started' && started.resumedAt).toBeGreaterThan(1000)

    const other = await lab.temporaryFolder()
    const clean = await openStore(other.folder)
    const second = schedulerWith({ store: clean })
    await second.run([undisturbed.start, undisturbed.dense])
    await second.close()
    expect((await store.result(digestOf(dense)))?.files).toEqual((await clean.result(digestOf(dense)))?.files)
    await other.remove()
  })

  it('ends a trainer that does not listen', async () => {
    const { start, dense } = lab.twoLevels({ steps: 100_000 })
    const stop = new AbortController()
    let stopping: Promise<void> | undefined
    const run = scheduler.run([start, dense], {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'metrics') stopping ??= signalAll(trainer.file, 'SIGSTOP').then(() => stop.abort())
      },
    })
    expect(await run).toEqual({ kind: 'cancelled' })
    await stopping
    expect(await scheduler.run([start])).toMatchObject({ kind: 'finished' })
  })

  it('one run leaves alone what another wants', async () => {
    const { start, dense } = lab.twoLevels()
    const stop = new AbortController()
    const first = scheduler.run([start, dense], {
      signal: stop.signal,
      onEvent: (event) => event.kind === 'started' && stop.abort(),
    })
    const second = scheduler.run([start, dense])
    expect(await first).toEqual({ kind: 'cancelled' })
    expect(await second).toEqual({ kind: 'finished', tasks: 2, cached: 0 })
  })

  it('before the run begins starts nothing', async () => {
    const told = lab.recorder()
    const outcome = await scheduler.run(lab.twoLevels().all, { ...told, signal: AbortSignal.abort() })
    expect(outcome).toEqual({ kind: 'cancelled' })
    expect(told.events.filter(({ kind }) => kind !== 'waiting')).toEqual([])
  })
})

describe('a trainer', () => {
  it('is used again by the next run', async () => {
    await scheduler.run([lab.initializeTask(1)])
    const first = await processesOf(trainer.file)
    expect(first).toHaveLength(1)
    await scheduler.run([lab.initializeTask(2)])
    expect(await processesOf(trainer.file)).toEqual(first)
  })

  it('starts over when its checkpoint is damaged, and says so', async () => {
    const { start, dense } = lab.twoLevels()
    const home = (await openWork(folder, dense, digestOf(dense))).folder
    await writeFile(join(home, checkpointFile), 'damaged')
    const told = lab.recorder()
    expect(await scheduler.run([start, dense], told)).toMatchObject({ kind: 'finished' })
    expect(told.events).toContainEqual({ kind: 'started', task: digestOf(dense) })
    expect(log.join()).toContain(join(home, checkpointFile))
    expect(await readdir(home)).not.toContain(checkpointFile)
  })

  it('stays under 1.5 GB over many programs, and prints nothing', async () => {
    await scheduler.close()
    scheduler = schedulerWith({ trainers: 1 })
    const start = lab.initializeTask()
    // Another batch size is another program, for which the data is loaded anew: 55 MB each time.
    const trainings = Array.from({ length: 24 }, (_, i) =>
      lab.trainTask(start, { batchSize: 20 + i, steps: 4 }),
    )
    const sizes: Promise<number>[] = []
    const told = lab.recorder()
    const onEvent = (event: TaskEvent) => {
      told.onEvent(event)
      if (event.kind === 'metrics') sizes.push(residentBytes(trainer.file))
    }
    expect(await scheduler.run([start, ...trainings], { onEvent })).toMatchObject({ kind: 'finished' })
    expect(sizes.length).toBeGreaterThan(trainings.length)
    expect(Math.max(...(await Promise.all(sizes)))).toBeLessThan(1.5e9)
    expect(log).toEqual([])
  })
})

describe('a place', () => {
  it('is kept while it is used, and given back then, when it cannot be found out who waits for it', async () => {
    const never = new AbortController().signal
    const oneTrainer = () =>
      createLocalExecutor({
        ...{ file: trainer.file, store: folder, backends: lab.backends, trainers: 1, checkpointPeriod: 100 },
        log: (level, message) => log.push(`${level}: ${message}`),
      })
    const executor = oneTrainer()
    const place = await executor.acquire(never)
    const locks = locksFolder(folder)
    const machine = (await readdir(locks)).find((name) => name.startsWith('trainers-'))!
    const queue = join(locks, machine, 'queue')
    await rename(queue, `${queue}-aside`)
    await symlink(queue, queue) // It is there, but cannot be read.
    expect(await place.shouldYield()).toBe(false)
    await place.release()
    expect(log).toHaveLength(2)
    expect(log[0]).toMatch(/^error: .*ELOOP/)

    await rm(queue)
    await rename(`${queue}-aside`, queue)
    const other = oneTrainer()
    await (await other.acquire(never)).release()
    await Promise.all([executor.close(), other.close()])
  })
})

describe('closing a scheduler', () => {
  it('ends its runs and leaves no trainer behind', async () => {
    const { start, dense } = lab.twoLevels({ steps: 100_000 })
    const training = new Promise<void>((resolve) => {
      void scheduler
        .run([start, dense], { onEvent: (event) => event.kind === 'progress' && resolve() })
        .then((outcome) => expect(outcome).toEqual({ kind: 'cancelled' }))
    })
    await training
    expect(await processesOf(trainer.file)).not.toEqual([])
    await scheduler.close()
    expect(await processesOf(trainer.file)).toEqual([])
  })
})
