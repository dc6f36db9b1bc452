import { resolve, join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { chooseBackend } from '../../src/backends/choose'
import { findTensorflow } from '../../src/backends/tensorflow/installation/find'
import type { Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { digestOf } from '../../src/tasks/digest'
import type { TaskEvent } from '../../src/tasks/events'
import { places } from '../../src/support/paths'
import { sizeOf } from '../../src/support/tensor'
import { bundle } from '../support/bundle'
import type { Recipe } from '../../src/tasks/recipe'
import type {
  BackendKey,
  Digest,
  InitializeTask,
  PruneTask,
  Task,
  TrainTask,
  WeightsRef,
} from '../../src/tasks/tasks'

/** What tests start as processes of their own. */
export interface Programs {
  /** The file of a trainer. */
  readonly trainer: string
  /** The file of another user of a store, which runs tasks. */
  readonly runTasks: string
  remove(): Promise<void>
}

export async function bundlePrograms(): Promise<Programs> {
  const bundles = await Promise.all([bundle(mainFile), bundle('test/runtime/programs/run-tasks.ts')])
  const [trainer, runTasks] = bundles
  return {
    trainer: trainer.file,
    runTasks: runTasks.file,
    async remove() {
      await Promise.all(bundles.map((one) => one.remove()))
    },
  }
}

/** A network small enough for tests, though really trained on the whole of MNIST. */
export const network: Network = {
  name: 'small',
  input: [28, 28, 1],
  layers: [
    { kind: 'dense', name: 'hidden', units: 16, activation: 'relu' },
    { kind: 'dense', name: 'output', units: 10, activation: 'none' },
  ],
  classes: 10,
}

export const recipe: Recipe = {
  steps: 200,
  batchSize: 20,
  optimizer: { kind: 'adam', learningRate: 1.2e-3 },
  evaluateEvery: 100,
}

export const backends = places().backends

/** What tasks here mean the same on: TensorFlow where it is installed. */
const { backend: usual } = chooseBackend(findTensorflow(backends) ? 'tensorflow' : 'wasm', backends)

const dataset = { name: 'mnist', splitSeed: 1, validation: 5000 } as const

export function initializeTask(seed = 1): InitializeTask {
  return { kind: 'initialize', network, seed }
}

/** A training from the weights of another task, to the end of `changes.steps`. */
export function trainTask(
  start: Task,
  changes: Partial<Recipe> & {
    mask?: Digest
    orderSeed?: number
    step?: number
    until?: number
    resume?: WeightsRef
    backend?: BackendKey
  } = {},
): TrainTask {
  const { mask, orderSeed = 1, step = 0, until, resume, backend = usual, ...rest } = changes
  const all = { ...recipe, ...rest }
  return {
    kind: 'train',
    network,
    dataset,
    recipe: all,
    start: { task: digestOf(start), step },
    orderSeed,
    until: until ?? all.steps,
    backend,
    ...(mask ? { mask } : {}),
    ...(resume ? { resume } : {}),
  }
}

/** Prunes what a training left to `density` of every layer. */
export function pruneTask(trained: TrainTask, density: number, previous?: PruneTask): PruneTask {
  const prunable = parametersOf(network).filter(({ group }) => group !== undefined)
  return {
    kind: 'prune',
    network,
    weights: { task: digestOf(trained), step: trained.until },
    criterion: 'magnitude',
    keep: Object.fromEntries(prunable.map(({ name, shape }) => [name, Math.round(sizeOf(shape) * density)])),
    seed: 1,
    ...(previous ? { previous: digestOf(previous) } : {}),
  }
}

/** Two levels of iterative pruning: W_0, training, mask, training of what is left from W_0. */
export function twoLevels(changes: Partial<Recipe> = {}, seed = 1) {
  const start = initializeTask(seed)
  const dense = trainTask(start, changes)
  const prune = pruneTask(dense, 0.5)
  const sparse = trainTask(start, { ...changes, mask: digestOf(prune) })
  return { start, dense, prune, sparse, all: [start, dense, prune, sparse] as const }
}

/** Loss and accuracy of a training's last weights on the test split. */
export function evaluateTask(trained: TrainTask): Task {
  const { mask, backend } = trained
  return {
    kind: 'evaluate',
    network,
    dataset,
    weights: { task: digestOf(trained), step: trained.until },
    split: 'test',
    backend,
    ...(mask ? { mask } : {}),
  }
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ticketlab-test-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Collects events; `of` lists the kinds told about one task, without the repeated ones. */
export function recorder() {
  const events: TaskEvent[] = []
  return {
    events,
    onEvent: (event: TaskEvent) => void events.push(event),
    of: (task: Task) =>
      events
        .filter((event) => event.task === digestOf(task))
        .map(({ kind }) => kind)
        .filter((kind) => !['progress', 'phase', 'metrics'].includes(kind)),
  }
}

export const mainFile = resolve('src/trainer/main.ts')
