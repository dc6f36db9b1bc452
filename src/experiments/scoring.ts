import type { Scoring } from '../training/tasks'
import { criterionOf } from './retrain'
import { seedOf, type Setup } from './setup'

/** Batches of training examples that derivatives of the loss are averaged over, for SNIP and GraSP. */
const batches = 10

/** Rounds of SynFlow (Tanaka et al. 2020, section 7). */
const rounds = 100

/**
 * The step of GraSP's finite difference, as a fraction of the length of all weights. Small enough that few relus change
 * sides, large enough that the rounding of float32 does not matter; see test/training/scores.test.ts.
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
