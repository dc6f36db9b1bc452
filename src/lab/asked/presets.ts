import type { BackendChoice, ChosenBackends } from '../../backends/choose'
import { optimizerNamed, type Optimizer } from '../../backends/optimizers/all'
import { trainedOn } from '../../experiments/epochs'
import type { Setup } from '../../experiments/setup'
import { networkOf } from '../../networks/describe'
import type { PublishedName } from '../../datasets/dataset'
import type { Network } from '../../networks/network'
import type { Recipe } from '../../tasks/recipe'
import { checkOptions, lookUp, title, type Checks, type Given } from '../../support/options'
import { badInput } from '../../support/errors'
import { convPresets } from './presets/conv'
import { datasetSpec, factsOf } from './dataset-options'
import { deepPresets } from './presets/deep'
import { deviationsOf } from './presets/deviations'
import { checkFits, checkGroups, checkRecipe, groupsOf, rewindStep } from './presets/fits'
import { initialOf } from './presets/initial'
import { instabilityPresets } from './presets/instability'
import { lenetPresets } from './presets/lenet'
import { presetChecks, type CheckedOptions, type PresetOptions } from './presets/options'
import { ordersOf } from './presets/order-options'
import { folderPresets, withImages } from './presets/imagenet'
import type { FolderPreset, Preset } from './presets/preset'

export type { PresetOptions } from './presets/options'

const presets = {
  ...lenetPresets,
  ...convPresets,
  ...deepPresets,
  ...instabilityPresets,
  ...folderPresets,
} satisfies Readonly<Record<string, Preset | FolderPreset>>

/**
 * Names that presets have, too: the ResNet-18 of Frankle & Carbin 2019 has 20 layers and is the ResNet-20 of He et al. 2015
 * for CIFAR-10, not the ResNet-18 that others know, which has 11 million weights.
 */
const aliases = {
  'resnet18-cifar10': 'resnet20-cifar10',
  'resnet18-cifar10-low': 'resnet20-cifar10-low',
  'resnet18-cifar10-warmup': 'resnet20-cifar10-warmup',
} as const satisfies Readonly<Record<string, keyof typeof presets>>

const byName = { ...presets, ...aliases }

/**
 * A preset: a network and a dataset as a paper trains them. `resnet18-cifar10`, and with it `-low` and `-warmup`, are other
 * names for `resnet20-cifar10`, which Frankle & Carbin 2019 call ResNet-18: it has 20 layers. `resnet50-imagenet`,
 * `inception-v3-imagenet` and `resnet18-tinyimagenet`, whose ResNet-18 is the one that others know, want images of your own as
 * `dataset`, such as `await lab.dataset(folder)`; their steps are epochs of those.
 */
export type PresetName = keyof typeof byName

/** Names of the presets there are, each once. */
export const presetNames = Object.keys(presets) as readonly (keyof typeof presets)[]

/** Those whose data are built in or can be installed. */
export const publishedPresetNames = presetNames.filter((name) => !Object.hasOwn(folderPresets, name))

/** The values of one of {@link publishedPresetNames}. */
export function publishedPreset(name: string): Preset {
  return presets[name as keyof typeof presets] as Preset
}

/** Where the values of a preset are from; `undefined` for other names. */
export function paperOf(name: string): string | undefined {
  return isPreset(name) ? presets[name].source : undefined
}

/** Whether a setup of this name is a paper's, not one of the user's own. */
export function isPreset(name: string): name is keyof typeof presets {
  return Object.hasOwn(presets, name)
}

/**
 * A description of the user's own: the options of presets, three of which it cannot do without. What is left out is as in
 * Frankle & Carbin 2019 for LeNet: batches of 60, Adam at 1.2e-3, 5,000 examples for validation, 20% of the weights per
 * level, 10% at the output, per layer; and 3 replicates.
 */
export interface OwnOptions extends PresetOptions {
  /** A network of the zoo by its name, fitted to the dataset, or one of your own (see `lab.network`). */
  readonly network: NonNullable<PresetOptions['network']>
  /** A published dataset by its name, or what `lab.dataset` returns. */
  readonly dataset: NonNullable<PresetOptions['dataset']>
  /** T, the training steps of one network. */
  readonly steps: number
  /** How results are called, in at most 80 characters; by default after the network and the dataset. */
  readonly name?: string
}

/** Finds the backends for a network and a choice; undefined is the usual one. */
export type BackendFor = (network: Network, choice: BackendChoice | undefined) => ChosenBackends

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
  const found = lookUp<Preset | FolderPreset | keyof typeof presets>(byName, name, 'preset')
  const own = typeof found === 'string' ? found : name
  const named: Preset | FolderPreset = typeof found === 'string' ? presets[found] : found
  const given = checkOptions<CheckedOptions>(options, presetChecks, `lab.preset('${name}')`)
  const preset = 'images' in named ? withImages(name, named, given) : named
  const dataset = given.dataset ?? (preset.dataset as PublishedName)
  const setup = combine(own, { ...preset, dataset }, given, backendFor, specOf)
  const differs = 'images' in named ? named.differs : []
  return { ...setup, deviations: [...deviationsOf(given, preset, setup), ...differs, ...setup.deviations] }
}

/** What a setup is made from where its options say nothing. */
type Standard = Omit<Preset, 'network' | 'dataset' | 'source' | 'fromCode'> &
  Pick<OwnOptions, 'network' | 'dataset'>

/** What {@link ownSetup} assumes: the values of LeNet in Frankle & Carbin 2019, and the same for convolutions. */
const usual = {
  validation: 5000,
  recipe: { batchSize: 60, optimizer: { kind: 'adam', learningRate: 1.2e-3 }, evaluateEvery: 100 },
  rates: { dense: 0.2, convolution: 0.2, output: 0.1 },
  rewindTo: 0,
  replicates: 3,
} as const

const ownChecks: Checks<OwnOptions & CheckedOptions> = {
  ...presetChecks,
  name: title,
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
  const given = checkOptions<OwnOptions & CheckedOptions>(options, ownChecks, 'lab.setup')
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
  const standard: Standard = { ...usual, network, dataset, recipe: { ...usual.recipe, steps } }
  const setup = combine('own', standard, rest, backendFor, specOf)
  return { ...setup, name: name ?? `${setup.network.name}-${setup.dataset.name}` }
}

/** A setup from a preset and changes, as yet with those deviations only that come from the machine. */
function combine(
  name: string,
  standard: Standard,
  given: Given<CheckedOptions>,
  backendFor: BackendFor,
  specOf: typeof datasetSpec,
): Setup {
  const dataset = given.dataset ?? standard.dataset
  const facts = factsOf(dataset)
  const form = { input: facts.shape, classes: facts.classes }
  const network = networkOf(given.network ?? standard.network, form)
  checkFits(network, facts, typeof dataset === 'string' ? dataset : 'of your own')
  const recipe = recipeOf(standard.recipe, given)
  checkRecipe(recipe, network, facts)
  checkGroups(given.rates, network)
  const groups: ReadonlySet<string> = groupsOf(network)
  const { splitSeed, examples, labelNoise } = given
  // Of a dataset of the user's own, another number may be too many.
  const usualCount = typeof dataset === 'string' || standard.validation === 0
  const validation = given.validation ?? (usualCount ? standard.validation : undefined)
  const scope = given.scope ?? standard.scope ?? 'layer'
  const chosen = backendFor(network, given.backend)
  const spec = specOf({
    dataset,
    ...(validation === undefined ? {} : { validation }),
    ...(splitSeed === undefined ? {} : { splitSeed }),
    ...(examples === undefined ? {} : { examples }),
    ...(labelNoise === undefined ? {} : { labelNoise }),
  })
  const perEpoch = trainedOn(spec, facts.trainCount) / recipe.batchSize
  const { seed = 1, replicates = standard.replicates } = given
  const orders = ordersOf(given, standard, { seed, replicates }, recipe)
  const rewindTo = rewindStep(given, recipe, perEpoch) ?? standard.rewindTo
  if (rewindTo >= recipe.steps) {
    throw badInput(`rewindTo to be below the ${recipe.steps} steps of a training`, String(rewindTo))
  }
  return {
    name,
    network,
    dataset: spec,
    ...initialOf(network, given, standard),
    recipe,
    rates: Object.fromEntries(
      Object.entries({ ...standard.rates, ...given.rates }).filter(
        ([group, rate]) => groups.has(group) && rate > 0,
      ),
    ),
    ...(scope === 'layer' ? {} : { scope }),
    rewindTo,
    replicates,
    seed,
    ...orders,
    ...chosen,
    // Not the default, and results compare best with those of the same arithmetic.
    deviations: [
      ...(chosen.backend.id === 'tensorflow' ? [] : [`trained on ${chosen.backend.id}`]),
      ...(chosen.sparse ? [`under ${100 * chosen.sparse.below}% remaining trained on wasm`] : []),
    ],
  }
}

function recipeOf(standard: Recipe, given: Given<CheckedOptions>): Recipe {
  const { augmentation, weightDecayOn: usualOn = 'weights', ...rest } = standard
  const { steps, batchSize, evaluateEvery, weightDecay, weightDecayOn = usualOn, schedule } = given
  const augmented = given.augmentation ?? augmentation ?? false
  return {
    ...rest,
    ...(augmented ? { augmentation: augmented } : {}),
    optimizer: optimizerOf(standard.optimizer, given),
    ...(steps === undefined ? {} : { steps }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(evaluateEvery === undefined ? {} : { evaluateEvery }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
    ...(weightDecayOn === 'all' ? { weightDecayOn } : {}),
    ...(schedule === undefined ? {} : { schedule }),
  }
}

function optimizerOf(standard: Optimizer, given: Given<CheckedOptions>): Optimizer {
  const learningRate = given.learningRate ?? standard.learningRate
  if (given.optimizer === undefined) return { ...standard, learningRate }
  if (typeof given.optimizer !== 'string') {
    if (given.learningRate === undefined) return given.optimizer
    throw badInput(
      'the learning rate either in the optimizer or as learningRate',
      `both, ${given.optimizer.learningRate} and ${given.learningRate}`,
    )
  }
  return optimizerNamed(given.optimizer, learningRate)
}
