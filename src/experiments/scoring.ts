import type { Scoring } from '../tasks/tasks'
import { givenOptions } from '../training/criteria/options'
import { criterionKindOf } from './retrain'
import { orderSeedOf } from './orders'
import type { Setup } from './setup'

/**
 * How a setup's criterion scores weights; absent for criteria that need no derivatives. Those of the loss are taken at
 * the first batches that the replicate's full network would see.
 */
export function scoringOf(setup: Setup, replicate: number): Scoring | undefined {
  const { ranking } = criterionKindOf(setup)
  if (ranking.by !== 'derivatives') return undefined
  const { backend, dataset, recipe } = setup
  const examples = { dataset, batchSize: recipe.batchSize, orderSeed: orderSeedOf(setup, replicate) }
  return ranking.scoringOf({ examples, options: givenOptions(setup), backend })
}
