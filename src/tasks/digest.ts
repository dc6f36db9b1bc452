import { effective } from '../backends/augmentation'
import { defaultsOf, type Optimizer } from '../backends/optimizers/all'
import type { DatasetSpec } from '../datasets/dataset'
import { canonicalJson, sha256, type Json } from '../support/canonical'
import type { Recipe, Schedule } from './recipe'
import {
  firstStep,
  graspTemperature,
  usualInitializer,
  type Digest,
  type PruneTask,
  type Task,
  type TrainTask,
} from './tasks'

/** A task's digest: the SHA-256 of {@link describe}. Equal tasks have equal digests, however they were written. */
export function digestOf(task: Task): Digest {
  return sha256(describe(task))
}

/** A task's canonical description: JSON without the members that only repeat a default. */
export function describe(task: Task): string {
  return canonicalJson(withoutDefaults(task) as unknown as Json)
}

/** The digests of the tasks whose results `task` reads. */
export function inputsOf(task: Task): readonly Digest[] {
  const inputs = (() => {
    switch (task.kind) {
      case 'initialize':
      case 'given':
        return []
      case 'treat':
        return [task.weights.task, task.mask, task.drawn?.task, task.trained?.task]
      case 'train':
        return [task.start.task, task.mask, task.resume?.task]
      case 'prune':
        return [task.weights?.task, task.initial?.task, task.previous]
      case 'evaluate':
      case 'gradients':
        return [task.weights.task, task.mask]
      case 'interpolate':
        return [...task.ends.map((end) => end.task), task.origin?.task, task.mask, task.bend?.task]
      case 'bend':
        return [...task.ends.map((end) => end.task), task.mask]
      case 'plane':
        return [...task.corners.map((corner) => corner.task), task.mask]
      case 'align':
        return [task.weights.task, task.initial?.task, task.mask, task.to.task, task.toMask]
    }
  })()
  return [...new Set(inputs.filter((digest) => digest !== undefined))]
}

/** The training steps that a task takes, without those of the one that it resumes; 0 for those that train nothing. */
export function stepsOf(task: Task): number {
  switch (task.kind) {
    case 'train':
      return task.until - resumedStep(task)
    case 'bend':
      return task.steps
    case 'initialize':
    case 'treat':
    case 'given':
    case 'prune':
    case 'align':
    case 'gradients':
    case 'evaluate':
    case 'interpolate':
    case 'plane':
      return 0
  }
}

/** The step that a training begins at when it goes on from the state of the one that it resumes. */
export function resumedStep(task: TrainTask): number {
  return task.resume?.step ?? firstStep(task)
}

function withoutDefaults(given: Task): object {
  const task = 'dataset' in given ? { ...given, dataset: datasetWithoutDefaults(given.dataset) } : given
  switch (task.kind) {
    case 'initialize': {
      const { init, batchNormScale } = task
      return { ...task, init: unless(usualInitializer, init), batchNormScale: unless(1, batchNormScale) }
    }
    case 'train':
      return {
        ...task,
        recipe: recipeWithoutDefaults(task.recipe),
        from: describedFirst(task),
        augmentationSeed:
          effective(task.recipe.augmentation) && unless(task.orderSeed, task.augmentationSeed),
        resume: undefined,
      }
    case 'prune':
      return pruneWithoutDefaults(task)
    case 'bend':
      return { ...task, optimizer: optimizerWithoutDefaults(task.optimizer) }
    case 'treat':
    case 'given':
    case 'align':
    case 'gradients':
    case 'evaluate':
    case 'interpolate':
    case 'plane':
      return task
  }
}

/**
 * Where a training begins, when its start does not say. With Adam from a step k > 0 it is said even then: without it
 * are the results of version 0.1.0, which corrected the bias of fresh moments as if they had been kept since step 0.
 */
function describedFirst(task: TrainTask): number | undefined {
  const first = firstStep(task)
  const adamLater = task.recipe.optimizer.kind === 'adam' && first > 0
  return adamLater || first !== task.start.step ? first : undefined
}

function pruneWithoutDefaults(task: PruneTask): object {
  const { scoring } = task
  if (!scoring) return task
  return { ...task, scoring: { ...scoring, temperature: unless(graspTemperature, scoring.temperature) } }
}

function datasetWithoutDefaults({ labelNoise, ...dataset }: DatasetSpec): DatasetSpec {
  if (!labelNoise || labelNoise.fraction === 0) return dataset
  const { fraction, seed = dataset.splitSeed } = labelNoise
  return { ...dataset, labelNoise: seed === dataset.splitSeed ? { fraction } : { fraction, seed } }
}

function recipeWithoutDefaults(recipe: Recipe): object {
  return {
    ...recipe,
    optimizer: optimizerWithoutDefaults(recipe.optimizer),
    weightDecay: unless(0, recipe.weightDecay),
    weightDecayOn: recipe.weightDecay ? unless('weights', recipe.weightDecayOn) : undefined,
    schedule: scheduleWithoutDefaults(recipe.schedule),
    augmentation: effective(recipe.augmentation),
  }
}

function optimizerWithoutDefaults(optimizer: Optimizer): object {
  const defaults = defaultsOf(optimizer)
  return Object.fromEntries(Object.entries(optimizer).filter(([name, value]) => value !== defaults[name]))
}

function scheduleWithoutDefaults(schedule: Schedule | undefined): object | undefined {
  if (!schedule || schedule.kind === 'constant') return undefined
  if (schedule.kind === 'linear-warmup') return { ...schedule, then: scheduleWithoutDefaults(schedule.then) }
  return schedule
}

function unless<T>(standard: T, value: T | undefined): T | undefined {
  return value === standard ? undefined : value
}
