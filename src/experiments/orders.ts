import { randomStream } from '../support/random'
import { rowOf } from '../tasks/kinds/all'
import type { Origin } from '../tasks/kinds/kind'
import type { Digest, Task, TrainTask } from '../tasks/tasks'
import { replicateOf, type Setup } from './setup'

/** Which training of a replicate an order of examples is for. */
export interface Ordered {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** The control that it belongs to; absent for the networks that are controlled. */
  readonly control?: string
  /** Which draw of initial weights it begins with; absent for 0, those of the replicate. */
  readonly draw?: number
}

type Orders = Pick<Setup, 'seed' | 'orderSeed' | 'freshOrders'>

/**
 * The seed of the order of examples of a training: the replicate's own, `orderSeed + replicate - 1`, for all of its
 * trainings. With `freshOrders`, that is the order of the full network, and of W_0 to W_k, and every other training has
 * one drawn from it: by the level, and for a control by its kind and draw too.
 */
export function orderSeedOf(setup: Orders, replicate: number, ordered: Ordered = { level: 0 }): number {
  const { seed, orderSeed = seed, freshOrders } = setup
  const own = orderSeed + replicate - 1
  const { level, control, draw = 0 } = ordered
  const isFull = level === 0 && control === undefined && draw === 0
  return isFull || !freshOrders ? own : drawnFrom(own, 'level', level, control ?? 'tickets', draw)
}

/**
 * The seed of the order of a copy's examples, counted from 1, in an instability analysis. The first copy is the training
 * that was copied; the seeds of the others are far from those of any replicate, or drawn with `freshOrders`.
 * @param orderSeed of the training that is copied
 */
export function copySeedOf({ freshOrders }: Orders, orderSeed: number, copy: number): number {
  if (copy === 1) return orderSeed
  return freshOrders ? drawnFrom(orderSeed, 'copy', copy) : orderSeed + (copy - 1) * 1_000_003
}

/** The seed of what examples are changed by at random, where it is not that of their order. */
export function augmentationOf(
  { augmentationSeed }: Pick<Setup, 'augmentationSeed'>,
  replicate: number,
): Pick<TrainTask, 'augmentationSeed'> {
  return augmentationSeed === undefined ? {} : { augmentationSeed: augmentationSeed + replicate - 1 }
}

/** The replicate that a training belongs to, counted from 1: that of the weights with which everything began. */
export function replicateOfTraining(
  experiment: { readonly setup: Setup; readonly tasks: ReadonlyMap<Digest, Task> },
  { start, orderSeed }: Pick<TrainTask, 'start' | 'orderSeed'>,
): number | undefined {
  const before = experiment.tasks.get(start.task)
  return replicateOfOrigin(experiment, before && rowOf(before.kind).origin(before), orderSeed)
}

/** The same of what has such an origin. @param orderSeed by which it is known where its origin does not tell */
export function replicateOfOrigin(
  experiment: Parameters<typeof replicateOfTraining>[0],
  origin: Origin,
  orderSeed: number,
): number | undefined {
  const { setup } = experiment
  if (!origin) return replicateOf({ ...setup, seed: setup.orderSeed ?? setup.seed }, orderSeed)
  if ('seed' in origin) return replicateOf(setup, origin.seed)
  return replicateOfTraining(experiment, { orderSeed, ...origin })
}

/** A whole number from 0 to 2^53 - 1 that is a function of a seed and of what it is for. */
function drawnFrom(seed: number, ...labels: readonly (string | number)[]): number {
  return Math.floor(randomStream(seed, 'order seed', ...labels).uniform() * 2 ** 53)
}
