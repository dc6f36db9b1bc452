import { scoringBatches } from '../training/criteria/criterion'
import type { Digest, GradientsTask, Task, WeightsRef } from '../tasks/tasks'
import { densityOf, keptUnder } from './density'
import { orderSeedOf } from './orders'
import { backendOf } from './setup'
import { appliedMask, graphOf, type WeightsPlan } from './steps'

/**
 * Derivatives of the loss at the weights of every replicate, under the mask that they were trained under, on the batches
 * that SNIP and GraSP look at.
 * @returns where each is found: as weights, by parameter name; and what leads to them
 */
export function gradientsOf(weights: WeightsPlan): {
  readonly at: readonly WeightsRef[]
  readonly tasks: ReadonlyMap<Digest, Task>
} {
  const { setup, mask } = weights
  const { network, dataset, recipe } = setup
  const graph = graphOf(setup, weights, mask)
  const at = weights.at.map((one, index) => {
    const replicate = index + 1
    const masked = appliedMask(weights, replicate)
    const task: GradientsTask = {
      ...{ kind: 'gradients', network, weights: one },
      ...(masked === undefined ? {} : { mask: masked }),
      examples: {
        ...{ dataset, batchSize: recipe.batchSize, batches: scoringBatches },
        orderSeed: orderSeedOf(setup, replicate),
      },
      backend: backendOf(setup, densityOf(network, keptUnder(masked, graph.tasks) ?? {})),
    }
    return { task: graph.add(task), step: 0 }
  })
  return { at, tasks: graph.tasks }
}
