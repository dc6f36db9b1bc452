import type { BackendId, BackendKey } from '../../backends/backend'
import type { DatasetSpec } from '../../datasets/dataset'
import { sharings } from '../../experiments/layer-densities'
import { afterPruningKinds } from '../../experiments/after-pruning'
import { prunedValues } from '../../experiments/retrain'
import type { Setup } from '../../experiments/setup'
import { checkNetwork } from '../../networks/check'
import { networkLimits } from '../../networks/describe'
import type { Network } from '../../networks/network'
import { badInput } from '../../support/errors'
import { isPlain, plainCopy, reading } from '../../support/plain'
import { show } from '../../support/show'
import type { Recipe } from '../../tasks/recipe'
import { criteria } from '../../training/criteria/all'
import { ownChecks } from '../../training/criteria/options'
import { treatments } from '../../training/treatments'
import { datasetChecks, datasetNames } from './dataset-options'
import {
  checkOptions,
  fraction,
  listOf,
  mostSteps,
  nameIn,
  text,
  title,
  wholeNumber,
  type Check,
  type Checks,
} from '../../support/options'
import { checkOptimizer, checkRates } from './presets/checks'
import { initialChecks } from './presets/initial'
import { presetChecks } from './presets/options'
import { orderChecks } from './presets/order-options'

const backends: Readonly<Record<BackendId, true>> = { tensorflow: true, wasm: true, native: true }

/**
 * Checks a setup that a cell gives: it may have been taken apart, changed and put together again.
 * @param of what it was given to, such as `lab.imp`
 * @throws TicketLabError `bad-input`
 */
export function checkSetup(given: unknown, of: string): Setup {
  const looksLikeOne = reading(`a setup in ${of}`, () => {
    return isPlain(given) && 'recipe' in given && 'network' in given
  })
  if (!looksLikeOne) {
    throw badInput(
      `a setup made by lab.preset in ${of}`,
      show(given),
      "Begin with lab.preset('lenet-mnist').",
    )
  }
  return setupCheck(given, `the setup in ${of}`)
}

/** An object in which all of `needed` are there. It is returned as it was given. */
function whole<T extends object>(checks: Checks<T>, ...needed: readonly (keyof T & string)[]): Check<T> {
  return (value, name) => {
    const found = checkOptions<T>(value ?? null, checks, name)
    const missing = needed.find((member) => found[member] === undefined)
    if (missing === undefined) return value as T
    throw badInput(`${missing} in ${name}`, 'none', 'Take setups from lab.preset or lab.setup.')
  }
}

const { steps, batchSize, augmentation, weightDecay, weightDecayOn, schedule, evaluateEvery } = presetChecks

const recipe = whole<Recipe>(
  {
    ...{ steps, batchSize, weightDecay, weightDecayOn, schedule, evaluateEvery },
    augmentation: (value, name) => augmentation(value, name) || { flip: false, crop: 0 },
    optimizer: (value, name) => {
      const optimizer = checkOptimizer(value)
      if (typeof optimizer !== 'string') return optimizer
      throw badInput(`${name} of a setup with its hyperparameters`, show(value))
    },
  },
  ...(['steps', 'batchSize', 'optimizer', 'evaluateEvery'] as const),
)

const { splitSeed, validation, examples, labelNoise } = datasetChecks

const dataset = whole<DatasetSpec>(
  {
    ...{ splitSeed, validation, examples },
    name: nameIn({ ...datasetNames, own: true }, 'dataset'),
    content: text,
    labelNoise(value, name) {
      const noise = labelNoise(value, name)
      if (typeof noise === 'object') return noise
      throw badInput(`${name} of a setup as { fraction: ... }`, show(value))
    },
  },
  ...(['name', 'splitSeed', 'validation'] as const),
)

const backend = whole<BackendKey>({ id: nameIn(backends, 'backend'), arithmetic: text }, 'id', 'arithmetic')

const setupCheck = whole<Setup>(
  {
    ...{ recipe, dataset, backend },
    name: title,
    network(value, name) {
      if (!isPlain(value)) throw badInput(`${name} as lab.network makes it`, show(value))
      const network = plainCopy(value, name, networkLimits) as Network
      checkNetwork(network)
      return network
    },
    // Networks that are only trained need none.
    rates: (value) => (isPlain(value) && Object.keys(value).length === 0 ? {} : checkRates(value)),
    scope: presetChecks.scope,
    densities: nameIn(sharings, 'kind of densities'),
    rewindTo: presetChecks.rewindTo,
    replicates: presetChecks.replicates,
    seed: presetChecks.seed,
    neverPruned: listOf(text, "['conv1']", 10_000),
    criterion: nameIn(criteria, 'criterion'),
    ...ownChecks,
    ...initialChecks,
    orderSeed: orderChecks.orderSeed,
    augmentationSeed: orderChecks.augmentationSeed,
    freshOrders(value, name) {
      if (value === true) return value
      throw badInput(`${name} of a setup to be true, or left out`, show(value))
    },
    own: whole({ name: text, text }, 'name', 'text'),
    collapse: nameIn({ 'go on': true }, 'value of collapse'),
    afterPruning: nameIn(afterPruningKinds, 'value of afterPruning'),
    fineTuneSteps: wholeNumber(1, mostSteps),
    kept: nameIn(treatments, 'treatment'),
    pruned(value, name) {
      const pruned = nameIn(prunedValues, 'value of pruned weights')(value, name)
      if (pruned !== 'zero') return pruned
      throw badInput(`${name} of a setup to be 'initial' or like it, or left out`, show(value))
    },
    sparse: whole({ below: fraction, backend }, 'below', 'backend'),
    variant: title,
    deviations: listOf(text, "['steps 2000 (paper: 50000)']"),
  },
  ...([
    'name',
    'network',
    'dataset',
    'recipe',
    'rates',
    'rewindTo',
    'replicates',
    'seed',
    'backend',
    'deviations',
  ] as const),
)
