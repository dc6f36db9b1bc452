import { symmetriesOf } from '../networks/symmetries'
import { badInput } from '../support/errors'
import type { Digest, WeightsRef } from '../tasks/tasks'
import { checkSameLayers, checkSameReplicates } from './between'
import { neededBy } from './imp'
import { seedOf } from './setup'
import { graphOf, maskOf, type WeightsPlan } from './steps'

/**
 * Weights of one network in the order of units in which they are most like another's, replicate by replicate; or all of them
 * like one (Ainsworth et al. 2023, section 3.2). Masks and the weights that they began with go along.
 * @throws TicketLabError `bad-input` for networks of different layers or numbers of replicates, or with frozen weights, and for one whose units cannot be
 *   permuted, with the layers
 */
export function alignedTo(weights: WeightsPlan, to: WeightsPlan): WeightsPlan {
  checkSameLayers(weights, to)
  if (to.at.length > 1) checkSameReplicates(weights, to)
  const { setup, mask } = weights
  const frozen = [weights, to].find((one) => one.frozen)
  if (frozen) {
    throw badInput('networks whose pruned weights are 0 to align', `${frozen.title}, whose are frozen`)
  }
  // So that it is told before anything is computed.
  symmetriesOf(setup.network)
  const graph = graphOf(setup, weights, mask, to, to.mask)
  const tasks = weights.at.map((own, index): Digest => {
    const other = to.at.length === 1 ? 0 : index
    const initial = weights.initial[index]!
    return graph.add({
      kind: 'align',
      network: setup.network,
      weights: own,
      ...(own.task === initial.task ? {} : { initial }),
      ...(mask ? { mask: maskOf(mask, index + 1) } : {}),
      to: to.at[other]!,
      ...(to.mask ? { toMask: maskOf(to.mask, other + 1) } : {}),
      seed: seedOf(setup, index + 1),
    })
  })
  const refs = (of: readonly WeightsRef[]): readonly WeightsRef[] =>
    of.map(({ step }, index) => ({ task: tasks[index]!, step }))
  const needed = neededBy(tasks, graph)
  const title = `${weights.title}, aligned`
  return {
    ...{ setup, title, at: refs(weights.at), initial: refs(weights.initial), tasks: needed },
    ...(mask ? { mask: { ...mask, title: `${mask.title}, aligned`, masks: tasks, tasks: needed } } : {}),
  }
}
