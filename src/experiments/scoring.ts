import type { Scoring } from '../tasks/tasks'
import { criterionOf } from './retrain'
import { seedOf, type Setup } from './setup'

/** Batches of training examples that derivatives of the loss are averaged over, for SNIP and GraSP. */
const batches = 10

/** Rounds of SynFlow (Tanaka et al. 2020, section 7). */
const rounds = 100

/**
 * How a setup's criterion scores weights; absent for criteria that need no derivatives. Those of the loss are taken at
 * the first batches that the replicate's training would see.
 */
export function scoringOf(setup: Setup, replicate: number): Scoring | undefined {
  const { backend, dataset, recipe, temperature } = setup
  const examples = { dataset, batchSize: recipe.batchSize, batches, orderSeed: seedOf(setup, replicate) }
  switch (criterionOf(setup)) {
    case 'magnitude':
    case 'random':
      return undefined
    case 'snip':
      return { examples, backend }
    case 'grasp':
      return { examples, ...(temperature === undefined ? {} : { temperature }), backend }
    case 'synflow':
      return { rounds, backend }
  }
}
