import type { Scoring } from '../training/tasks'
import { criterionOf } from './retrain'
import { seedOf, type Setup } from './setup'

/** Batches of training examples that derivatives of the loss are averaged over, for SNIP and GraSP. */
const batches = 10

/** Rounds of SynFlow (Tanaka et al. 2020, section 7). */
const rounds = 100

/**
 * The step of GraSP's finite difference, as a fraction of the length of all weights: short enough that the loss is
 * nearly quadratic, long enough that relus which change sides on the way average out. For LeNet at initialization and 600
 * random examples, scores are then 18% off those from exact second derivatives, and 82% of the best fifth are the same;
 * of two samples of 600 examples, only 73% are. Rounding to float32 does not show.
 */
const difference = 0.01

/**
 * How a setup's criterion scores weights; absent for criteria that need no derivatives. Those of the loss are taken at
 * the first batches that the replicate's training would see.
 */
export function scoringOf(setup: Setup, replicate: number): Scoring | undefined {
  const { backend, dataset, recipe } = setup
  const examples = { dataset, batchSize: recipe.batchSize, batches, orderSeed: seedOf(setup, replicate) }
  switch (criterionOf(setup)) {
    case 'magnitude':
    case 'random':
      return undefined
    case 'snip':
      return { examples, backend }
    case 'grasp':
      return { examples, difference, backend }
    case 'synflow':
      return { rounds, backend }
  }
}
