import { badInput } from '../support/errors'
import { keptUnder } from './density'
import type { Experiment, Training } from './experiment'
import { neededBy } from './imp'
import { orderSeedOf } from './orders'
import { prunedStart } from './pruned-start'
import type { PrunedValue, Setup } from './setup'
import {
  checkFits,
  graphOf,
  levelOf,
  maskOf,
  replicatesOf,
  stepDigest,
  type MaskPlan,
  type WeightsPlan,
} from './steps'

/** How weights are trained. */
export interface TrainingPlan {
  /** What plots call the networks. */
  readonly title: string
  /** What is applied; absent for the full network. */
  readonly mask?: MaskPlan
  /** Seed of the first replicate's order of examples; the next ones count up. By default the setup's seed. */
  readonly orderSeed?: number
  /** The step at which learning rates and the order of examples begin; by default that of the weights. */
  readonly from?: number
  /** The step at which it ends; T by default. */
  readonly until?: number
  /** What weights are that the mask prunes; 0 by default. */
  readonly pruned?: PrunedValue
}

/**
 * Trains every replicate to step T under its mask, as one experiment.
 * @throws TicketLabError `bad-input` where a mask does not fit the network, or there is nothing to train
 */
export function train(
  weights: WeightsPlan,
  plan: TrainingPlan,
): { readonly experiment: Experiment; readonly weights: WeightsPlan } {
  const { title, mask, orderSeed, from } = plan
  const { recipe } = weights.setup
  const setup: Setup = { ...weights.setup, rewindTo: weights.at[0]!.step }
  const until = plan.until ?? recipe.steps
  const first = from ?? weights.at[0]!.step
  if (until <= first) {
    throw badInput(
      `a training that ends after step ${first}, at which it begins`,
      `until: ${until}`,
      'Give { from: 0 } to go back in the schedule, or a later { until }.',
    )
  }
  const level = mask ? levelOf(mask) : 0
  if (mask) checkFits(mask, setup)
  const frozen = mask && plan.pruned !== undefined && plan.pruned !== 'zero'
  const graph = graphOf(setup, weights, mask)
  const trainings = replicatesOf(setup).map((replicate): Training => {
    const own = mask && maskOf(mask, replicate)
    const retraining = {
      start:
        mask && own !== undefined && frozen
          ? prunedStart(graph, weights.at[replicate - 1]!, { mask: own, title: mask.title }, plan.pruned)
          : weights.at[replicate - 1]!,
      ...(frozen ? { frozen } : {}),
      ...(from === undefined ? {} : { from }),
      ...(plan.until === undefined ? {} : { until }),
    }
    const kept = keptUnder(own, graph.tasks) ?? {}
    const order =
      orderSeed === undefined ? orderSeedOf(setup, replicate, { level }) : orderSeed + replicate - 1
    const { task } = graph.retrain(replicate, retraining, own, kept, order)
    return { level, replicate, task, ...(own === undefined ? {} : { mask: own }) }
  })
  const tasks = neededBy(
    trainings.map(({ task }) => task),
    graph,
  )
  const experiment: Experiment = {
    digest: stepDigest('training', title, trainings),
    kind: 'training',
    title,
    setup,
    levels: level,
    counts: mask?.counts ?? [{}],
    trainings,
    tasks,
  }
  return {
    experiment,
    weights: {
      ...{ setup: weights.setup, title, initial: weights.initial, tasks },
      ...(mask ? { mask } : {}),
      ...(frozen ? { frozen } : {}),
      at: trainings.map(({ task }) => ({ task, step: until })),
    },
  }
}
