import type { BackendChoice } from '../backends/choose'
import type { Optimizer } from '../backends/program'
import type { Setup } from '../experiments/setup'
import { networkOf } from '../networks/describe'
import type { Network } from '../networks/network'
import type { Recipe } from '../training/recipe'
import type { BackendKey } from '../training/tasks'
import { badInput, checkOptions, lookUp, type Check } from './options'
import { convPresets } from './presets/conv'
import { datasetSpec, factsOf } from './presets/dataset'
import { deepPresets } from './presets/deep'
import { deviationsOf } from './presets/deviations'
import { checkFits, checkGroups, checkRecipe, groupsOf } from './presets/fits'
import { lenetPresets } from './presets/lenet'
import { presetChecks, type PresetOptions } from './presets/options'
import type { Preset, Presets } from './presets/preset'

export type { PresetOptions } from './presets/options'

const presets: Presets = { ...lenetPresets, ...convPresets, ...deepPresets }

/** Names of the presets there are. */
export const presetNames: readonly string[] = Object.keys(presets)

/** A description of the user's own: the options of presets, three of which it cannot do without. */
export type OwnOptions = Pick<PresetOptions, 'network' | 'dataset' | 'steps'> &
  Partial<PresetOptions> & {
    /** How results are called; by default, after the network and the dataset. */
    readonly name?: string
  }

/** Finds the backend for a network and a choice; undefined is the usual one. */
export type BackendFor = (network: Network, choice: BackendChoice | undefined) => BackendKey

/**
 * A preset with changes.
 * @param specOf describes the dataset for tasks
 * @throws TicketLabError `bad-input` for an unknown preset or option (with the nearest name), a bad value, or a network
 *   that does not fit the dataset
 */
export function setupOf(
  name: string,
  options: unknown,
  backendFor: BackendFor,
  specOf: typeof datasetSpec = datasetSpec,
): Setup {
  const preset = lookUp(presets, name, 'preset')
  const given = checkOptions<PresetOptions>(options, presetChecks, `lab.preset('${name}')`)
  const setup = combine(name, preset, given, backendFor, specOf)
  return { ...setup, deviations: [...deviationsOf(given, preset, setup), ...setup.deviations] }
}

/** What {@link ownSetup} assumes where it is told nothing: the values of LeNet in Frankle & Carbin 2019. */
const usual: Omit<Preset, 'network' | 'dataset'> = {
  validation: 5000,
  recipe: { steps: 0, batchSize: 60, optimizer: { kind: 'adam', learningRate: 1.2e-3 }, evaluateEvery: 100 },
  rates: { dense: 0.2, convolution: 0.2, output: 0.1 },
  rewindTo: 0,
  replicates: 3,
  source: 'own',
}

const ownChecks: { readonly [K in keyof OwnOptions]-?: Check<NonNullable<OwnOptions[K]>> } = {
  ...presetChecks,
  name: (value) => {
    if (typeof value === 'string' && value.trim() !== '') return value
    throw badInput('name to be a text', String(value))
  },
}

/**
 * A setup of the user's own, with the options of presets: `{ network, dataset, steps }` and what else is to differ from
 * batches of 60, Adam with a learning rate of 1.2e-3, 3 replicates, and rates of 20%, at the output 10%, per layer.
 * @throws TicketLabError as {@link setupOf} does
 */
export function ownSetup(
  options: unknown,
  backendFor: BackendFor,
  specOf: typeof datasetSpec = datasetSpec,
): Setup {
  const given = checkOptions<OwnOptions>(options, ownChecks, 'lab.setup')
  const { name, ...rest } = given
  const { network, dataset, steps } = rest
  if (network === undefined || dataset === undefined || steps === undefined) {
    const missing = ['network', 'dataset', 'steps'].filter(
      (option) => given[option as keyof OwnOptions] === undefined,
    )
    throw badInput(
      'network, dataset and steps in lab.setup',
      `no ${missing.join(', no ')}`,
      "For example { network: 'conv2', dataset: 'cifar10', steps: 5000 }.",
    )
  }
  // A published dataset is named by whoever asks for it; combine reads it from what was given.
  const setup = combine('own', { ...usual, network: 'lenet', dataset: 'mnist' }, rest, backendFor, specOf)
  return { ...setup, name: name ?? `${setup.network.name}-${setup.dataset.name}` }
}

/** A setup from a preset and changes, as yet with those deviations only that come from the machine. */
function combine(
  name: string,
  preset: Preset,
  given: Partial<PresetOptions>,
  backendFor: BackendFor,
  specOf: typeof datasetSpec,
): Setup {
  const dataset = given.dataset ?? preset.dataset
  const facts = factsOf(dataset)
  const form = { input: facts.shape, classes: facts.classes }
  const network = networkOf(given.network ?? preset.network, form)
  checkFits(network, facts, typeof dataset === 'string' ? dataset : 'of your own')
  const recipe = recipeOf(preset.recipe, given)
  checkRecipe(recipe, network, facts)
  checkGroups(given.rates, network)
  const groups: ReadonlySet<string> = groupsOf(network)
  const rewindTo = given.rewindTo ?? preset.rewindTo
  if (rewindTo >= recipe.steps) {
    throw badInput(`rewindTo to be below the ${recipe.steps} steps of a training`, String(rewindTo))
  }
  const { splitSeed, examples, labelNoise } = given
  const validation = given.validation ?? (typeof dataset === 'string' ? preset.validation : undefined)
  const scope = given.scope ?? preset.scope ?? 'layer'
  const backend = backendFor(network, given.backend)
  return {
    name,
    network,
    dataset: specOf({
      dataset,
      ...(validation === undefined ? {} : { validation }),
      ...(splitSeed === undefined ? {} : { splitSeed }),
      ...(examples === undefined ? {} : { examples }),
      ...(labelNoise === undefined ? {} : { labelNoise }),
    }),
    recipe,
    rates: Object.fromEntries(
      Object.entries({ ...preset.rates, ...given.rates }).filter(([group]) => groups.has(group)),
    ),
    ...(scope === 'layer' ? {} : { scope }),
    rewindTo,
    replicates: given.replicates ?? preset.replicates,
    seed: given.seed ?? 1,
    backend,
    // Not the default, and results compare best with those of the same arithmetic.
    deviations: backend.id === 'wasm' ? ['trained on wasm'] : [],
  }
}

function recipeOf(standard: Recipe, given: Partial<PresetOptions>): Recipe {
  const { steps, batchSize, evaluateEvery, weightDecay, schedule } = given
  const { augmentation, ...rest } = standard
  const augmented = given.augmentation ?? augmentation ?? false
  return {
    ...rest,
    ...(augmented ? { augmentation: augmented } : {}),
    optimizer: optimizerOf(standard.optimizer, given),
    ...(steps === undefined ? {} : { steps }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(evaluateEvery === undefined ? {} : { evaluateEvery }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
    ...(schedule === undefined ? {} : { schedule }),
  }
}

function optimizerOf(standard: Optimizer, given: Partial<PresetOptions>): Optimizer {
  const learningRate = given.learningRate ?? standard.learningRate
  if (given.optimizer === undefined) return { ...standard, learningRate }
  if (typeof given.optimizer !== 'string') {
    return given.learningRate === undefined ? given.optimizer : { ...given.optimizer, learningRate }
  }
  return given.optimizer === 'momentum'
    ? { kind: 'momentum', learningRate, momentum: 0.9 }
    : { kind: given.optimizer, learningRate }
}
