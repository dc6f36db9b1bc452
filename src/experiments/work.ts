import type { SplitName } from '../backends/backend'
import { slotsOf, updateRule } from '../backends/optimizers/all'
import { parametersOf } from '../networks/parameters'
import { describe, inputsOf, resumedStep, stepsOf } from '../tasks/digest'
import { sizeOf } from '../support/tensor'
import { firstStep, type Digest, type InterpolateTask, type Task, type TrainTask } from '../tasks/tasks'
import { betasOfPlane } from '../training/plane'
import { keptUnder, shared, type LayerCounts } from './density'
import type { Experiment } from './experiment'
import { bytesOf } from './size'

/** What computing a task takes, on any machine. */
export interface Work {
  /** Training steps. */
  readonly steps: number
  /** Examples evaluated. */
  readonly evaluated: number
  /** Weights kept of each pruned parameter while it computes: none for the full network. */
  readonly counts: LayerCounts
  /** Bytes of its files in the store. */
  readonly bytes: number
}

/** Bytes of result.json; of a row of metrics; of a tensor's entry in a file's header. Estimates. */
const around = { result: 500, row: 190, entry: 110 }

/** What a task of an experiment takes. @param examples in each split of its dataset */
export function workOf(
  task: Task,
  experiment: Pick<Experiment, 'tasks'>,
  examples: Readonly<Record<SplitName, number>>,
): Work {
  const isWhole = task.kind === 'train' && task.frozen
  const mask = 'mask' in task && !isWhole ? task.mask : undefined
  const counts = mask === undefined ? {} : countsOf(mask, experiment)
  const bytes = Buffer.byteLength(describe(task)) + around.result
  const weights = (kept: LayerCounts): number =>
    bytesOf(task.network, kept) + around.entry * parametersOf(task.network).length
  const nothing = { steps: 0, evaluated: 0, counts }
  switch (task.kind) {
    case 'initialize':
    case 'treat':
      return { ...nothing, bytes: bytes + weights({}) }
    case 'given': {
      const lengths = parametersOf(task.network).flatMap(({ name, shape }) =>
        task.keep && name in task.keep ? [sizeOf(shape)] : [],
      )
      return { ...nothing, bytes: bytes + (task.holds === 'mask' ? sum(lengths) : weights({})) }
    }
    case 'train': {
      const rows = rowsOf(task)
      // The last row of what is resumed is at an end that this training may not have.
      const before = task.resume ? rowsOf({ ...task, until: resumedStep(task) }) - 1 : 0
      const kept = weights(counts) + rows * around.row
      const state = task.until < task.recipe.steps ? kept + keptOf(task) * weights(counts) : 0
      return {
        ...nothing,
        steps: stepsOf(task),
        evaluated: (rows - before) * (examples.validation + examples.test),
        bytes: bytes + kept + state,
      }
    }
    case 'prune': {
      const masked = prunedBy(task, experiment)
      return { ...nothing, bytes: bytes + masked.length * around.entry + sum(masked) }
    }
    case 'gradients':
      return { ...nothing, steps: task.examples.batches, bytes: bytes + weights({}) }
    case 'evaluate':
      return { ...nothing, evaluated: examples[task.split], bytes }
    case 'interpolate': {
      const evaluated = task.points * evaluatedAtOnce(task, examples)
      return { ...nothing, evaluated, bytes: bytes + task.points * 100 }
    }
    case 'plane': {
      const { length } = task.row === undefined ? task.corners : betasOfPlane(task.points, task.margin)
      return { ...nothing, evaluated: length * evaluatedAtOnce(task, examples), bytes: bytes + length * 100 }
    }
    case 'align': {
      const lengths = task.mask === undefined ? [] : Object.values(counts)
      return { ...nothing, bytes: bytes + 2 * weights(counts) + sum(lengths) }
    }
    case 'bend':
      return { ...nothing, steps: task.steps, bytes: bytes + weights(counts) }
  }
}

/** Rows of a training's metrics log: at step k, every `evaluateEvery` steps, and at the end. */
export function rowsOf(task: Pick<TrainTask, 'start' | 'from' | 'until' | 'recipe'>): number {
  const { until, recipe } = task
  const first = firstStep(task)
  if (until === first) return 1
  const every = recipe.evaluateEvery
  return 2 + Math.floor((until - 1) / every) - Math.floor(first / every)
}

/** Numbers that the optimizer keeps of every weight. */
function keptOf({ recipe }: TrainTask): number {
  return slotsOf(updateRule(recipe.optimizer, '')).length
}

/** Examples that pass through the network at one point of a line. */
function evaluatedAtOnce(
  { splits, examples: some, statistics }: Pick<InterpolateTask, 'splits' | 'examples' | 'statistics'>,
  examples: Readonly<Record<SplitName, number>>,
): number {
  const observed = typeof statistics === 'object' ? statistics.examples : 0
  return observed + sum(splits.map((split) => some?.[split] ?? examples[split]))
}

/** Weights that a mask keeps, as far as its description tells; an estimate where layers are ranked together. */
export function countsOf(mask: Digest, experiment: Pick<Experiment, 'tasks'>): LayerCounts {
  const task = experiment.tasks.get(mask)
  if (task?.kind !== 'prune' && task?.kind !== 'align') return {}
  const kept = keptUnder(mask, experiment.tasks)
  return kept === undefined ? {} : shared(task.network, kept)
}

/** Lengths of the masks that a prune task makes. */
function prunedBy(task: Task & { kind: 'prune' }, experiment: Pick<Experiment, 'tasks'>): number[] {
  const among = task.keepTotal?.among ?? []
  const counts = task.keep ?? (task.previous === undefined ? {} : countsOf(task.previous, experiment))
  return parametersOf(task.network).flatMap(({ name, shape }) =>
    name in counts || among.includes(name) ? [sizeOf(shape)] : [],
  )
}

/**
 * Seconds until all tasks are done when so many of them are computed at once: whenever a trainer is free it takes, of
 * the tasks whose inputs are there, the one with the longest chain behind it, as the scheduler does.
 * @param seconds of each task to do; those without are done already. Inputs come before what needs them.
 */
export function makespan(
  tasks: ReadonlyMap<Digest, Task>,
  seconds: ReadonlyMap<Digest, number>,
  trainers: number,
): number {
  const todo = [...tasks].filter(([digest]) => seconds.has(digest))
  const missing = new Map<Digest, number>()
  const dependents = new Map<Digest, Digest[]>(todo.map(([digest]) => [digest, []]))
  for (const [digest, task] of todo) {
    const inputs = inputsOf(task).filter((input) => seconds.has(input))
    missing.set(digest, inputs.length)
    for (const input of inputs) dependents.get(input)!.push(digest)
  }
  const heights = new Map<Digest, number>()
  for (const [digest] of todo.reverse()) {
    const behind = dependents.get(digest)!.map((one) => heights.get(one)!)
    heights.set(digest, seconds.get(digest)! + Math.max(0, ...behind))
  }

  const highestFirst = (one: Digest, other: Digest): number => heights.get(other)! - heights.get(one)!
  let ready = [...missing].filter(([, inputs]) => inputs === 0).map(([digest]) => digest)
  let running: { readonly digest: Digest; readonly end: number }[] = []
  let now = 0
  while (ready.length + running.length > 0) {
    ready.sort(highestFirst)
    const begun = ready.slice(0, trainers - running.length)
    ready = ready.slice(begun.length)
    running.push(...begun.map((digest) => ({ digest, end: now + seconds.get(digest)! })))
    now = Math.min(...running.map(({ end }) => end))
    const ended = running.filter(({ end }) => end <= now)
    running = running.filter(({ end }) => end > now)
    for (const dependent of ended.flatMap(({ digest }) => dependents.get(digest)!)) {
      missing.set(dependent, missing.get(dependent)! - 1)
      if (missing.get(dependent) === 0) ready.push(dependent)
    }
  }
  return now
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
