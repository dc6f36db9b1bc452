import { effective } from '../../backends/augmentation'
import type { BackendKey } from '../../backends/backend'
import { slotsOf, updateRule } from '../../backends/optimizers/all'
import type { DatasetSpec } from '../../datasets/dataset'
import type { Network } from '../../networks/network'
import { count, listOf, objectOf, optional, text } from '../../support/json-shape'
import type { Recipe, Schedule } from '../recipe'
import { optimizerWithoutDefaults, unless } from './defaults'
import { around } from './estimates'
import type { Digest, WeightsRef } from './inputs'
import { noMask, type TaskRow } from './kind'

/** Trains from the weights at `start` to step `until`, with an optimizer that keeps nothing of earlier steps. */
export interface TrainTask {
  readonly kind: 'train'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** How it is trained. */
  readonly recipe: Recipe
  /** The weights it starts from. */
  readonly start: WeightsRef
  /**
   * The step at which learning rates, the order of examples and the metrics log begin, for a network that keeps trained
   * weights and goes back (or stays) in the schedule. The optimizer counts its own steps from 0 then, which Adam's bias
   * correction goes by, as after every rewind. Absent, all begin at the step of the weights.
   */
  readonly from?: number
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** That weights which the mask prunes stay what they begin with; they are 0 where it is absent. */
  readonly frozen?: true
  /** Seed of the order in which examples are visited, and of what dropout drops. */
  readonly orderSeed: number
  /** Seed of the random changes of examples; `orderSeed` by default. */
  readonly augmentationSeed?: number
  /** The step it ends at. */
  readonly until: number
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
  /**
   * The same training up to an earlier step, whose state this one goes on from where it was kept. Says nothing of the
   * result: the bits are those of a training from `start`.
   */
  readonly resume?: WeightsRef
}

export interface TrainFacts {
  readonly kind: 'train'
  readonly steps: number
  /** Parameters of which only the survivors were computed with; absent for none. */
  readonly sparse?: readonly string[]
}

export const train: TaskRow<TrainTask, TrainFacts> = {
  words: 'training',
  isCounted: true,
  inputs: ({ start, mask, resume }) => [start.task, mask, resume?.task],
  steps: (task) => task.until - resumedStep(task),
  withoutDefaults: (task) => ({
    ...task,
    recipe: recipeWithoutDefaults(task.recipe),
    from: describedFirst(task),
    augmentationSeed: effective(task.recipe.augmentation) && unless(task.orderSeed, task.augmentationSeed),
    resume: undefined,
  }),
  takes(task, { examples, counts, weights }) {
    const rows = rowsOf(task)
    // The last row of what is resumed is at an end that this training may not have.
    const before = task.resume ? rowsOf({ ...task, until: resumedStep(task) }) - 1 : 0
    const kept = weights(counts) + rows * around.row
    const state = task.until < task.recipe.steps ? kept + keptOf(task) * weights(counts) : 0
    return {
      steps: task.until - resumedStep(task),
      evaluated: (rows - before) * (examples.validation + examples.test),
      bytes: kept + state,
    }
  },
  keeps: noMask,
  origin: ({ start, orderSeed }) => ({ start, orderSeed }),
  level: ({ mask }) => ({ under: mask }),
  facts: objectOf({ steps: count, sparse: optional(listOf(text)) }),
  tell: (_facts, run) => run.metrics(),
}

/** The step at which a training's learning rates, order of examples and metrics begin. */
export function firstStep({ from, start }: Pick<TrainTask, 'from' | 'start'>): number {
  return from ?? start.step
}

/** The step that a training begins at when it goes on from the state of the one that it resumes. */
export function resumedStep(task: TrainTask): number {
  return task.resume?.step ?? firstStep(task)
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

/**
 * Where a training begins, when its start does not say. With Adam from a step k > 0 it is said even then: without it
 * are the results of version 0.1.0, which corrected the bias of fresh moments as if they had been kept since step 0.
 */
function describedFirst(task: TrainTask): number | undefined {
  const first = firstStep(task)
  const adamLater = task.recipe.optimizer.kind === 'adam' && first > 0
  return adamLater || first !== task.start.step ? first : undefined
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

function scheduleWithoutDefaults(schedule: Schedule | undefined): object | undefined {
  if (!schedule || schedule.kind === 'constant') return undefined
  if (schedule.kind === 'linear-warmup') return { ...schedule, then: scheduleWithoutDefaults(schedule.then) }
  return schedule
}
