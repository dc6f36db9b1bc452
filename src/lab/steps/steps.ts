import { usualThreshold } from '../../experiments/barriers'
import { prunedValues } from '../../experiments/retrain'
import { barrierBetween } from '../../experiments/between'
import { usualMargin } from '../../experiments/matching'
import { train } from '../../experiments/step-training'
import { initialize, prune, type WeightsPlan } from '../../experiments/steps'
import { treat } from '../../experiments/treat'
import { badInput } from '../../support/errors'
import { promiseAdvice } from '../../support/plain'
import { show } from '../../support/show'
import type { Lab } from '../api'
import type { Setup } from '../../experiments/setup'
import { isOf } from '../asked/given-results'
import { checkSetup } from '../asked/setup-check'
import { checkPrune } from '../asked/prune-options'
import {
  checkBarrier,
  checkMaskOptions,
  checkTraining,
  checkTreatment,
  checkWeightsOptions,
  type MaskOptions,
  type TrainOptions,
  type WeightsOptions,
} from '../asked/step-options'
import { Results } from '../results/results'
import { createAnalyses } from './analyses'
import { bringMask, bringWeights, type NumbersByName, type WeightsSource } from './bring'
import type { Runner } from '../running/runner'
import { NetworkMask } from './mask'
import { maskOfResults, weightsOfResults } from './of-results'
import { pruneByOwn } from './own-scores'
import { plan } from './plan'
import { TrainedNetwork, NetworkWeights } from './weights'
import type { Workshop } from './workshop'

/** The steps that large experiments are made of, each by itself. */
export function createSteps(
  runner: Runner,
): Pick<
  Lab,
  | 'initialize'
  | 'treat'
  | 'train'
  | 'prune'
  | 'mask'
  | 'weights'
  | 'barrier'
  | 'align'
  | 'plane'
  | 'distances'
> {
  const workshop: Workshop = {
    compute: (wanted, tasks, what) => runner.compute(wanted, tasks, what),
    give: (given) => runner.give(given),
  }
  const { compute } = workshop

  /** Weights, or the initial ones of a setup. */
  const weightsOf = (given: unknown, of: string): WeightsPlan => {
    if (isOf(NetworkWeights, given)) return given[plan]
    const advice = promiseAdvice(given)
    if (advice !== '') throw badInput(`weights or a setup in ${of}`, 'a promise', advice)
    if (isOf(NetworkMask, given)) {
      throw badInput(`weights or a setup in ${of}`, show(given), 'A mask is an option: { mask }.')
    }
    return initialize(checkSetup(given, of))
  }

  return {
    initialize: (setup) => new NetworkWeights(initialize(checkSetup(setup, 'lab.initialize')), workshop),

    treat(weights, how, options) {
      const from = weightsOf(weights, 'lab.treat')
      const { mask, name, ...asked } = checkTreatment(how, options)
      return new NetworkWeights(treat(from, mask[plan], asked.how, name), workshop)
    },

    async train(weights, options) {
      const from = weightsOf(weights, 'lab.train')
      const { name, mask, ...how } = checkTraining(options)
      const title = name ?? titleOf(from, mask, how)
      const { experiment, weights: trained } = train(from, {
        ...how,
        title,
        ...(mask ? { mask: mask[plan] } : {}),
      })
      return new TrainedNetwork(trained, await runner.run(experiment, []), workshop)
    },

    async prune(weights, options) {
      const from = weightsOf(weights, 'lab.prune')
      const { scores, ...pruning } = checkPrune(from.setup, options)
      if (scores) {
        const { mask, given } = await pruneByOwn(from, pruning, scores, compute)
        await runner.give(given)
        return new NetworkMask(mask, workshop)
      }
      const mask = new NetworkMask(
        prune(from, pruning.setup, { ...pruning.how, title: pruning.title }),
        workshop,
      )
      const { masks, tasks, title } = mask[plan]
      await compute(masks, tasks, `the mask of ${title}`)
      return mask
    },

    async mask(
      of: Setup | Results,
      given: number | NumbersByName | readonly NumbersByName[],
      options?: MaskOptions,
    ) {
      if (isOf(Results, of)) {
        return new NetworkMask(maskOfResults(of, given), workshop)
      }
      const { name = 'own mask', collapse } = checkMaskOptions(options)
      const setup = checkSetup(of, 'lab.mask')
      const brought = bringMask(
        setup,
        given as NumbersByName,
        name,
        collapse === 'go on' ? collapse : undefined,
      )
      await runner.give(brought.given)
      return new NetworkMask(brought.plan, workshop)
    },

    async weights(
      setup: Setup | Results,
      source: number | WeightsSource | readonly WeightsSource[],
      options?: WeightsOptions,
    ) {
      if (isOf(Results, setup)) return new NetworkWeights(weightsOfResults(setup, source), workshop)
      const { name = 'own weights', ...reading } = checkWeightsOptions(options)
      const sources = Array.isArray(source) ? (source as readonly WeightsSource[]) : [source as WeightsSource]
      const brought = await bringWeights(checkSetup(setup, 'lab.weights'), sources, reading, name)
      await runner.give(brought.given)
      return new NetworkWeights(brought.plan, workshop)
    },

    async barrier(one, other, options) {
      const { line, threshold = usualThreshold } = checkBarrier(options)
      const ends = [one, other].map((given) => weightsOf(given, 'lab.barrier'))
      const experiment = barrierBetween(ends[0]!, ends[1]!, line)
      return runner.runBarrier(experiment, { threshold, margin: usualMargin })
    },

    ...createAnalyses(runner, workshop, weightsOf),
  }
}

/** What plots call networks whose cell does not say: after their mask, and where and how they begin. */
function titleOf(
  from: WeightsPlan,
  mask: NetworkMask | undefined,
  { orderSeed, pruned = 'zero' }: Pick<TrainOptions, 'orderSeed' | 'pruned'>,
): string {
  const { step } = from.at[0]!
  return [
    mask?.name ?? 'full network',
    ...(step > 0 ? [`from step ${step}`] : []),
    ...(orderSeed === undefined || orderSeed === from.setup.seed ? [] : [`order ${orderSeed}`]),
    ...(pruned === 'zero' ? [] : [prunedValues[pruned]]),
  ].join(', ')
}
