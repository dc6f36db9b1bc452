import type { Optimizer } from '../backends/program'
import { canonicalJson, sha256, type Json } from '../support/canonical'
import type { Recipe } from './recipe'
import type { Digest, Task } from './tasks'

/**
 * The description that a task's digest stands for. Default values are left out, so that an option added later
 * keeps the digests of what was computed before it existed.
 */
export function describeTask(task: Task): Json {
  switch (task.kind) {
    case 'initialize': {
      const { draw, ...rest } = task
      return json({ ...rest, ...unless(draw, 0, 'draw') })
    }
    case 'train': {
      const { keep, recipe, ...rest } = task
      return json({
        ...rest,
        recipe: describeRecipe(recipe),
        ...(keep && keep.length > 0 ? { keep: sorted(keep) } : {}),
      })
    }
    case 'prune':
    case 'evaluate':
      return json(task)
  }
}

/** The SHA-256 of a task's canonical description. */
export function digestOf(task: Task): Digest {
  return sha256(canonicalJson(describeTask(task)))
}

/** The digests of the tasks whose results a task reads. */
export function inputsOf(task: Task): readonly Digest[] {
  switch (task.kind) {
    case 'initialize':
      return []
    case 'train':
      return defined(task.start.task, task.mask)
    case 'prune':
      return defined(task.weights?.task, task.previous)
    case 'evaluate':
      return defined(task.weights.task, task.mask)
  }
}

function describeRecipe(recipe: Recipe): Json {
  const { weightDecay, schedule, optimizer, ...rest } = recipe
  return json({
    ...rest,
    optimizer: describeOptimizer(optimizer),
    ...unless(weightDecay, 0, 'weightDecay'),
    ...(schedule && schedule.kind !== 'constant' ? { schedule } : {}),
  })
}

function describeOptimizer(optimizer: Optimizer): Json {
  switch (optimizer.kind) {
    case 'sgd':
      return json(optimizer)
    case 'momentum': {
      const { nesterov, ...rest } = optimizer
      return json({ ...rest, ...unless(nesterov, false, 'nesterov') })
    }
    case 'adam': {
      const { beta1, beta2, epsilon, ...rest } = optimizer
      return json({
        ...rest,
        ...unless(beta1, 0.9, 'beta1'),
        ...unless(beta2, 0.999, 'beta2'),
        ...unless(epsilon, 1e-8, 'epsilon'),
      })
    }
  }
}

function unless<T>(value: T | undefined, byDefault: T, name: string): Record<string, T> {
  return value === undefined || value === byDefault ? {} : { [name]: value }
}

function sorted(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((one, other) => one - other)
}

function defined(...digests: readonly (Digest | undefined)[]): readonly Digest[] {
  return digests.filter((digest) => digest !== undefined)
}

/** Descriptions hold nothing but JSON; interfaces lack the index signature that would let the compiler see it. */
function json(value: object): Json {
  return value as Json
}
