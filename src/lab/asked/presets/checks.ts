import {
  optimizers,
  rowOf,
  type Optimizer,
  type OptimizerKind,
  type OptimizerOf,
} from '../../../backends/optimizers/all'
import type { Hyperparameters } from '../../../backends/optimizers/optimizer'
import type { Augmentation } from '../../../backends/program'
import type { Setup } from '../../../experiments/setup'
import type { Schedule } from '../../../tasks/recipe'
import {
  checkOptions,
  mostSteps,
  lookUp,
  nameIn,
  positive,
  trueOrFalse,
  wholeNumber,
  wholeNumbers,
  type Check,
} from '../../../support/options'
import { badInput } from '../../../support/errors'
import { isPlain, reading } from '../../../support/plain'
import { show } from '../../../support/show'

/** `{ flip: true, crop: 4 }`, or false for examples as they are. */
export function checkAugmentation(value: unknown): Augmentation | false {
  if (value === false) return false
  const { flip = false, crop = 0 } = checkOptions<AugmentationOptions>(
    value,
    { flip: trueOrFalse, crop: wholeNumber(0) },
    'augmentation (or false for none)',
  )
  return flip || crop > 0 ? { flip, crop } : false
}

/** Rates by prune group; 0 for a group that is never pruned. */
export function checkRates(value: unknown): Setup['rates'] {
  const rates = checkOptions<PruningRates>(
    value,
    { dense: rate, convolution: rate, shortcut: rate, output: rate },
    'rates',
  )
  if (Object.keys(rates).length > 0) return rates
  throw badInput(
    'rates for at least one group of layers (dense, convolution, shortcut, output)',
    show(value),
    'Leave rates out for the usual ones; a group with the rate 0 is never pruned.',
  )
}

const rate: Check<number> = (value, name) => {
  if (typeof value === 'number' && value >= 0 && value < 1) return value
  const hint = typeof value === 'number' && value > 1 && value < 100 ? `Did you mean ${value / 100}?` : ''
  throw badInput(
    `${name} in rates to be a fraction from 0 to below 1 (0.2 prunes 20% of what is left per level, 0 nothing)`,
    show(value),
    hint,
  )
}

/** The name of an update rule, or one with its hyperparameters. */
export function checkOptimizer(value: unknown): Optimizer | OptimizerKind {
  const names = Object.keys(optimizers).map((name) => `'${name}'`)
  if (typeof value === 'string') return nameIn(optimizers, 'optimizer')(value, 'optimizer')
  const { kind, ...rest } = checkObject(
    value,
    `optimizer to be ${names.join(', ')}, or an object such as { kind: 'sgd', learningRate: 0.1 }`,
  )
  return optimizerOf(nameIn(optimizers, 'kind of optimizer')(kind, 'kind'), rest)
}

function optimizerOf<K extends OptimizerKind>(kind: K, hyperparameters: object): OptimizerOf<K> {
  const { checks, defaults } = rowOf(kind)
  const given = checkOptions<Hyperparameters<OptimizerOf<K>>>(hyperparameters, checks, kind)
  const missing = Object.keys(checks).find((name) => !(name in given) && !(name in defaults))
  if (missing !== undefined) throw badInput(`${missing} in the optimizer '${kind}'`, 'none')
  return { kind, ...given } as OptimizerOf<K>
}

/** A learning-rate schedule. */
export function checkSchedule(value: unknown): Schedule {
  const kinds = { constant: 'constant', steps: 'steps', 'linear-warmup': 'linear-warmup' } as const
  const { kind: named, ...rest } = checkObject(
    value,
    `a schedule (${Object.keys(kinds).join(', ')}) as an object such as { kind: 'linear-warmup', warmup: 500 }`,
  )
  const kind = lookUp(kinds, named, 'kind of schedule')
  switch (kind) {
    case 'constant':
      checkOptions(rest, {}, 'the constant schedule')
      return { kind }
    case 'steps': {
      const options = checkOptions<{ boundaries: readonly number[]; factor: number }>(
        rest,
        { boundaries: wholeNumbers, factor: positive },
        'the steps schedule',
      )
      if (!options.boundaries || options.factor === undefined) {
        throw badInput("boundaries and factor in the schedule 'steps'", show(rest))
      }
      return { kind, boundaries: options.boundaries, factor: options.factor }
    }
    case 'linear-warmup': {
      const options = checkOptions<{ warmup: number; then: Schedule }>(
        rest,
        { warmup: wholeNumber(1, mostSteps), then: checkSchedule },
        'the linear-warmup schedule',
      )
      if (options.warmup === undefined)
        throw badInput("warmup (steps) in the schedule 'linear-warmup'", 'none')
      return { kind, warmup: options.warmup, ...(options.then ? { then: options.then } : {}) }
    }
  }
}

function checkObject(value: unknown, expected: string): { readonly kind?: unknown } {
  if (reading(expected, () => isPlain(value))) return value as object
  throw badInput(expected, show(value))
}

/** Random changes of training images. */
export interface AugmentationOptions {
  /** Whether images are mirrored, left to right, half of the time; false by default. */
  readonly flip?: boolean
  /** By how many pixels images are moved at most, up or down and left or right; 0 by default, below the image's size. */
  readonly crop?: number
}

/** Fractions of the remaining weights that one level of pruning removes, from 0 to below 1. */
export interface PruningRates {
  /** Of dense layers but the last; by default the preset's: 0.2 in Frankle & Carbin 2019, fig. 2. */
  readonly dense?: number
  /** Of convolutions; by default the preset's: Conv-2/4 0.1, Conv-6 0.15, others 0.2 (Frankle & Carbin 2019, fig. 2). */
  readonly convolution?: number
  /** Of the convolutions that are shortcuts of residual blocks; never pruned by default (Frankle & Carbin 2019, fig. 2), but where Frankle et al. 2020 do: 0.2. */
  readonly shortcut?: number
  /**
   * Of the last layer; by default the preset's: LeNet and Conv 0.1, others none (Frankle & Carbin 2019, fig. 2), ResNet-20 of
   * Frankle et al. 2020 0.2.
   */
  readonly output?: number
}
