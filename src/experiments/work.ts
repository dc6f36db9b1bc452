import type { SplitName } from '../backends/backend'
import { parametersOf } from '../networks/parameters'
import { describe, inputsOf } from '../tasks/digest'
import { rowOf } from '../tasks/kinds/all'
import { around } from '../tasks/kinds/estimates'
import type { Digest, Task } from '../tasks/tasks'
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

/** What a task of an experiment takes. @param examples in each split of its dataset */
export function workOf(
  task: Task,
  experiment: Pick<Experiment, 'tasks'>,
  examples: Readonly<Record<SplitName, number>>,
): Work {
  const isWhole = task.kind === 'train' && task.frozen
  const mask = 'mask' in task && !isWhole ? task.mask : undefined
  const counts = mask === undefined ? {} : countsOf(mask, experiment)
  const taken = rowOf(task.kind).takes(task, {
    ...{ examples, counts },
    weights: (kept) => bytesOf(task.network, kept) + around.entry * parametersOf(task.network).length,
    countsOf: (mask) => countsOf(mask, experiment),
  })
  const { steps = 0, evaluated = 0, bytes = 0 } = taken
  return { steps, evaluated, counts, bytes: Buffer.byteLength(describe(task)) + around.result + bytes }
}

/** Weights that a mask keeps, as far as its description tells; an estimate where layers are ranked together. */
export function countsOf(mask: Digest, experiment: Pick<Experiment, 'tasks'>): LayerCounts {
  const task = experiment.tasks.get(mask)
  if (task?.kind !== 'prune' && task?.kind !== 'align') return {}
  const kept = keptUnder(mask, experiment.tasks)
  return kept === undefined ? {} : shared(task.network, kept)
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
