import type { Optimizer, UpdateRule } from './optimizers/all'
import type { Primitive, Shape } from './primitives'

/**
 * One training step and the evaluation of a network, as data: what a backend compiles. It knows no backend, and
 * a backend knows no networks.
 *
 * A step runs `forward`, `backward` and then `updates`. Before the first step, parameters with a mask are
 * set to zero where it is 0; in every step the mask multiplies the gradient, with the weight decay in it. So pruned
 * weights, and their optimizer slots, stay exactly zero under every rule. Of a `frozen` program they stay exactly what
 * they were loaded as instead, and their slots zero.
 */
export interface StepProgram {
  /** Shape of one example, without the batch. */
  readonly example: readonly number[]
  readonly classes: number
  /** Examples in a training step; an evaluation may take any number. */
  readonly batchSize: number
  /** How examples of a training step are changed before the network sees them; absent for not at all. */
  readonly augmentation?: Augmentation
  readonly parameters: readonly ProgramParameter[]
  /** What is kept between steps without being trained; empty for networks without batch norm. */
  readonly statistics: readonly ProgramStatistic[]
  /** That masks stop weights from being changed, and do not set them to zero. */
  readonly frozen?: true
  /** From `inputs` and parameters to `loss`. */
  readonly forward: readonly Primitive[]
  /** The derivatives of the loss by every parameter. */
  readonly backward: readonly Primitive[]
  readonly updates: readonly Update[]
  /** What `updates` were made from; their scalars come from it. */
  readonly optimizer: Optimizer
  /** The value of `forward` that is the mean training loss of the step. */
  readonly loss: string
  /** From inputs and parameters to `losses` and `correct`, one of each per example. */
  readonly evaluation: {
    readonly primitives: readonly Primitive[]
    readonly losses: string
    readonly correct: string
  }
  /** The shapes of all values of `forward` and `backward`, inputs and parameters included. */
  readonly shapes: Readonly<Record<string, Shape>>
}

/** Whether a training step needs a seed, for dropout. */
export function isSeeded({ forward }: StepProgram): boolean {
  return forward.some(({ op }) => op === 'dropout')
}

/**
 * A running statistic of batch norm: after a step, it is decay * itself + (1 - decay) * factor * value. It belongs to
 * the parameters of a training's state, as `initialize` draws them, but no update changes it.
 */
export interface ProgramStatistic {
  readonly name: string
  readonly shape: readonly number[]
  /** The value of `forward` that holds the batch's own. */
  readonly value: string
  readonly decay: number
  /** n / (n - 1) where a variance of n numbers is to be one of the population that they were drawn from. */
  readonly factor: number
}

/**
 * Random changes of images `[height, width, channels]`. A variant, a whole number, says which of them an example gets:
 * variant = (flip * side + down) * side + across, with side = 2 * crop + 1, flip 0 or 1 and `down` and `across` from 0
 * to 2 * crop. Its pixel (y, x) is the original's (y + down - crop, x' + across - crop), black (byte 0) outside of it,
 * with x' = width - 1 - x if flipped and x otherwise.
 */
export interface Augmentation {
  /** Whether images are mirrored, left to right, half of the time. */
  readonly flip: boolean
  /** By how many pixels images are moved at most, up or down and left or right. */
  readonly crop: number
}

/** The values that a backend provides: normalized examples `[batch, ...example]`, and class indices `[batch]`. */
export const inputs = { images: 'images', labels: 'labels' } as const

/** A trainable value. */
export interface ProgramParameter {
  readonly name: string
  readonly shape: readonly number[]
  /** Whether a mask may prune it. */
  readonly masked: boolean
}

/** The update of one parameter in a step. */
export interface Update {
  readonly parameter: string
  /** The value that holds the derivative of the loss. */
  readonly gradient: string
  /** This times the parameter is added to the gradient; 0 for none. */
  readonly weightDecay: number
  readonly rule: UpdateRule
}
