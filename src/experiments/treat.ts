import type { Treatment } from '../tasks/tasks'
import { treatments } from '../training/treatments'
import { neededBy } from './imp'
import { checkFits, graphOf, maskOf, type MaskPlan, type WeightsPlan } from './steps'

/**
 * Weights for pruned networks to begin with of which those that are kept are changed (Zhou et al. 2019, section 5), of every
 * replicate: those that the control of the same name begins with.
 * @param title what plots call them, by default after the treatment
 * @throws TicketLabError `bad-input` where the mask does not fit the network
 */
export function treat(weights: WeightsPlan, mask: MaskPlan, how: Treatment, title?: string): WeightsPlan {
  checkFits(mask, weights.setup)
  const graph = graphOf(weights.setup, weights, mask)
  const at = weights.at.map((ref, index) => graph.treat(index + 1, ref, maskOf(mask, index + 1), how))
  const tasks = neededBy(
    at.map(({ task }) => task),
    graph,
  )
  return {
    ...weights,
    title: title ?? `${weights.title}, ${treatments[how].words}`,
    at,
    // What a network begins with is its W_0.
    initial: weights.at.map(({ step }, index) => (step === 0 ? at : weights.initial)[index]!),
    tasks,
  }
}
