import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import type { Network } from '../../src/networks/network'
import { hasConvolutions } from '../../src/networks/parameters'
import { digestOf } from '../../src/tasks/digest'
import { createScheduler } from '../../src/runtime/scheduler'
import { openStore } from '../../src/store/store'
import type { EvaluateTask, InitializeTask, Task, TrainTask } from '../../src/tasks/tasks'
import { bundle, type Bundle } from '../support/bundle'
import { needTensorflow } from '../support/tensorflow'
import * as lab from './lab'
import { signalAll } from './processes'

let trainer: Bundle
beforeAll(async () => {
  trainer = await bundle(lab.mainFile)
})
afterAll(() => trainer.remove())

/** Batch norm, dropout and augmentation: everything that a step's result depends on besides weights and examples. */
const network: Network = {
  name: 'small-images',
  input: [28, 28, 1],
  layers: [
    {
      kind: 'convolution',
      name: 'first',
      filters: 4,
      window: 3,
      stride: 2,
      batchNorm: true,
      activation: 'relu',
    },
    { kind: 'max-pool', name: 'pool' },
    { kind: 'dropout', name: 'dropout', rate: 0.25 },
    { kind: 'dense', name: 'output', units: 10, activation: 'none' },
  ],
  classes: 10,
}
const start: InitializeTask = { kind: 'initialize', network, seed: 1 }
const augmentation = { flip: true, crop: 2 }

/** On TensorFlow, the dense network is computed with other kernels. */
function tasksOn(kind: 'tensorflow' | 'wasm', steps: number) {
  const { backend } = chooseBackend(kind, lab.backends, hasConvolutions(network))
  const training: TrainTask = {
    ...lab.trainTask(start, { steps, evaluateEvery: 200, augmentation, backend }),
    network,
  }
  const evaluation: EvaluateTask = {
    kind: 'evaluate',
    network,
    dataset: training.dataset,
    weights: { task: digestOf(training), step: training.until },
    split: 'test',
    backend,
  }
  const dense = lab.trainTask(lab.initializeTask(), { steps: 20, evaluateEvery: 20 })
  return { training, evaluation, tasks: [start, lab.initializeTask(), training, dense, evaluation] }
}

/** Enough steps that there is a checkpoint to go on from before the end. */
const kinds = [
  ['tensorflow', 400],
  ['wasm', 1200],
] as const

describe.each(kinds)('a training of a convolutional network on %s', (kind, steps) => {
  it('has the same bits when its trainer is killed; batch norm, dropout and augmentation go on', async () => {
    if (kind === 'tensorflow') needTensorflow()
    const { training, evaluation, tasks } = tasksOn(kind, steps)
    const [calm, stormy] = [await lab.temporaryFolder(), await lab.temporaryFolder()]
    const options = {
      backends: lab.backends,
      trainers: 1,
      trainerPath: trainer.file,
      checkpointPeriod: 20,
    }
    const printed: string[] = []
    const undisturbed = createScheduler({
      ...options,
      store: await openStore(calm.folder),
      log: (_, message) => printed.push(message),
    })
    expect(await undisturbed.run(tasks)).toMatchObject({ kind: 'finished' })
    await undisturbed.close()
    expect(printed).toEqual([])

    const scheduler = createScheduler({ ...options, store: await openStore(stormy.folder) })
    const resumedAt: number[] = []
    let killed = false
    const outcome = await scheduler.run(tasks, {
      onEvent: (event) => {
        if (event.kind === 'started' && event.resumedAt !== undefined) resumedAt.push(event.resumedAt)
        if (event.kind !== 'progress' || event.task !== digestOf(training) || event.step < 100 || killed)
          return
        killed = true
        void signalAll(trainer.file, 'SIGKILL')
      },
    })
    await scheduler.close()
    expect(outcome).toMatchObject({ kind: 'finished' })
    expect(resumedAt).toHaveLength(1)
    expect(resumedAt[0]).toBeGreaterThan(0)
    expect(await resultsIn(stormy.folder, tasks)).toEqual(await resultsIn(calm.folder, tasks))

    const store = await openStore(calm.folder)
    const rows = await store.readMetrics(digestOf(training))
    expect(rows.at(-1)!.testLoss).toBeLessThan(0.7 * rows[0]!.testLoss)
    const { facts } = (await store.result(digestOf(evaluation)))!
    expect(facts).toMatchObject({ loss: rows.at(-1)!.testLoss, accuracy: rows.at(-1)!.testAccuracy })
    const before = await store.readWeights({ task: digestOf(start), step: 0 })
    const after = await store.readWeights({ task: digestOf(training), step: steps })
    expect([...before['first/variance']!.data]).toEqual([1, 1, 1, 1])
    expect([...after['first/variance']!.data]).not.toEqual([1, 1, 1, 1])
    await Promise.all([calm.remove(), stormy.remove()])
  })
})

/** Facts, and sums of all files, that the tasks left. */
async function resultsIn(folder: string, tasks: readonly Task[]) {
  const store = await openStore(folder)
  return Promise.all(
    tasks.map(async (task) => {
      const { facts, files } = (await store.result(digestOf(task)))!
      return { facts, files }
    }),
  )
}
