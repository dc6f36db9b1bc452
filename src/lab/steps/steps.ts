import { usualThreshold } from '../../experiments/barriers'
import { barrierBetween } from '../../experiments/between'
import { usualMargin } from '../../experiments/matching'
import { initialize, prune, train, type WeightsPlan } from '../../experiments/steps'
import { badInput } from '../../support/errors'
import { show } from '../../support/show'
import type { Lab } from '../api'
import { checkSetup } from '../asked/setup-check'
import { checkBarrier, checkPrune, checkTraining } from '../asked/step-options'
import type { Runner } from '../running/runner'
import { NetworkMask } from './mask'
import { pruneByOwn } from './own-scores'
import { plan } from './plan'
import { TrainedNetwork, NetworkWeights, type Compute } from './weights'

/** The steps that large experiments are made of, each by itself. */
export function createSteps(runner: Runner): Pick<Lab, 'initialize' | 'train' | 'prune' | 'barrier'> {
  const compute: Compute = (tasks) => runner.compute(tasks)

  /** Weights, or the initial ones of a setup. */
  const weightsOf = (given: unknown, of: string): WeightsPlan => {
    if (given instanceof NetworkWeights) return given[plan]
    if (given instanceof Promise) {
      throw badInput(
        `weights or a setup in ${of}`,
        'a promise',
        "Write 'await' before the call that made it.",
      )
    }
    if (given instanceof NetworkMask) {
      throw badInput(`weights or a setup in ${of}`, show(given), 'A mask is an option: { mask }.')
    }
    return initialize(checkSetup(given, of))
  }

  return {
    initialize: (setup) => new NetworkWeights(initialize(checkSetup(setup, 'lab.initialize')), compute),

    async train(weights, options) {
      const from = weightsOf(weights, 'lab.train')
      const { name, mask, ...how } = checkTraining(options)
      const title = name ?? titleOf(from, mask, how.orderSeed)
      const { experiment, weights: trained } = train(from, {
        ...how,
        title,
        ...(mask ? { mask: mask[plan] } : {}),
      })
      return new TrainedNetwork(trained, await runner.run(experiment, []), compute)
    },

    async prune(weights, options) {
      const from = weightsOf(weights, 'lab.prune')
      const { scores, ...pruning } = checkPrune(from.setup, options)
      if (scores) {
        const { mask, given } = await pruneByOwn(from, pruning, scores, compute)
        await runner.give(given)
        return new NetworkMask(mask, compute)
      }
      const mask = new NetworkMask(
        prune(from, pruning.setup, { ...pruning.how, title: pruning.title }),
        compute,
      )
      await compute([...mask[plan].tasks.values()])
      return mask
    },

    async barrier(one, other, options) {
      const { line, threshold = usualThreshold } = checkBarrier(options)
      const ends = [one, other].map((given) => weightsOf(given, 'lab.barrier'))
      const experiment = barrierBetween(ends[0]!, ends[1]!, line)
      return runner.runBarrier(experiment, { threshold, margin: usualMargin })
    },
  }
}

/** What plots call networks whose cell does not say: after their mask, and where and how they begin. */
function titleOf(from: WeightsPlan, mask: NetworkMask | undefined, orderSeed: number | undefined): string {
  const { step } = from.at[0]!
  return [
    mask?.name ?? 'full network',
    ...(step > 0 ? [`from step ${step}`] : []),
    ...(orderSeed === undefined || orderSeed === from.setup.seed ? [] : [`order ${orderSeed}`]),
  ].join(', ')
}
