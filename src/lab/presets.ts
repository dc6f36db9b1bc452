import { backendChoices, type BackendChoice, type ChosenBackends } from '../backends/choose'
import type { Optimizer } from '../backends/program'
import type { DatasetSpec } from '../datasets/dataset'
import type { Setup } from '../experiments/setup'
import type { Network, PruneGroup } from '../networks/network'
import { lenet } from '../networks/zoo'
import type { Recipe, Schedule } from '../training/recipe'
import {
  atLeastZero,
  badInput,
  checkOptions,
  fraction,
  lookUp,
  positive,
  wholeNumber,
  wholeNumbers,
  type Check,
} from './options'

/** What a preset fixes, with the paper's values. */
interface Preset {
  readonly network: Network
  readonly dataset: DatasetSpec
  readonly recipe: Recipe
  readonly rates: Readonly<Partial<Record<PruneGroup, number>>>
  readonly rewindTo: number
  readonly replicates: number
  readonly source: string
}

const presets: Readonly<Record<string, Preset>> = {
  'lenet-mnist': {
    network: lenet,
    dataset: { name: 'mnist', splitSeed: 1, validation: 5000 },
    recipe: {
      steps: 50_000,
      batchSize: 60,
      optimizer: { kind: 'adam', learningRate: 1.2e-3 },
      evaluateEvery: 100,
    },
    rates: { dense: 0.2, output: 0.1 },
    rewindTo: 0,
    replicates: 5,
    source: 'Frankle & Carbin 2019, fig. 2-4',
  },
  // † Remembered, not read in a source: the paper's steps, batch size and optimizer for LeNet.
  'lenet-mnist-instability': {
    network: lenet,
    dataset: { name: 'mnist', splitSeed: 1, validation: 5000 },
    recipe: {
      steps: 24_000,
      batchSize: 60,
      optimizer: { kind: 'adam', learningRate: 1.2e-3 },
      evaluateEvery: 100,
    },
    rates: { dense: 0.2, output: 0.1 },
    rewindTo: 0,
    replicates: 3,
    source: 'Frankle, Dziugaite, Roy & Carbin 2020, LeNet †',
  },
}

/** Names of the presets there are. */
export const presetNames: readonly string[] = Object.keys(presets)

/** What may be changed of a preset. Whatever differs from the paper is listed in every result. */
export interface PresetOptions {
  /** T, the training steps of one network. */
  readonly steps: number
  /** Examples per step. */
  readonly batchSize: number
  /** The optimizer's learning rate. */
  readonly learningRate: number
  /** The update rule: `'sgd'`, `'momentum'` (0.9), `'adam'`, or an object with its hyperparameters. */
  readonly optimizer: Optimizer | Optimizer['kind']
  /** Coefficient of the L2 penalty on weights. */
  readonly weightDecay: number
  /** Learning-rate schedule, such as `{ kind: 'linear-warmup', warmup: 500 }`. */
  readonly schedule: Schedule
  /** Validation and test figures are recorded every this many steps. */
  readonly evaluateEvery: number
  /** Fraction of the remaining weights pruned per level, by group: `{ dense: 0.2, output: 0.1 }`. */
  readonly rates: Readonly<Partial<Record<PruneGroup, number>>>
  /** The step k whose weights are rewound to. */
  readonly rewindTo: number
  /** Independent repetitions, each with its own seed. */
  readonly replicates: number
  /** Seed of the first replicate; the others count up. */
  readonly seed: number
  /** Examples held out for validation. */
  readonly validation: number
  /** Seed of the split into training and validation examples. */
  readonly splitSeed: number
  /**
   * What trains: `'tensorflow'`, `'wasm'` (needs no installation, gets faster as networks get sparser), or `'auto'`,
   * TensorFlow where it is installed. `'mixed'`: TensorFlow, but wasm for networks sparse enough to be faster on it;
   * only on request, since a curve that changes its arithmetic in the middle should be asked for.
   */
  readonly backend: BackendChoice
}

const checks: { readonly [K in keyof PresetOptions]: Check<PresetOptions[K]> } = {
  steps: wholeNumber(1),
  batchSize: wholeNumber(1),
  learningRate: positive,
  optimizer: checkOptimizer,
  weightDecay: atLeastZero,
  schedule: checkSchedule,
  evaluateEvery: wholeNumber(1),
  rates: checkRates,
  rewindTo: wholeNumber(0),
  replicates: wholeNumber(1),
  seed: wholeNumber(0),
  validation: wholeNumber(1),
  splitSeed: wholeNumber(0),
  backend: (value) => lookUp(backendChoices, value, 'backend'),
}

/**
 * A preset with changes.
 * @throws TicketLabError `bad-input` for an unknown preset or option (with the nearest name) or a bad value
 */
export function setupOf(
  name: string,
  options: unknown,
  backendsFor: (choice: BackendChoice | undefined) => ChosenBackends,
): Setup {
  const preset = lookUp(presets, name, 'preset')
  const given = checkOptions<PresetOptions>(options, checks, `lab.preset('${name}')`)
  const steps = given.steps ?? preset.recipe.steps
  const rewindTo = given.rewindTo ?? preset.rewindTo
  if (rewindTo >= steps)
    throw badInput(`rewindTo to be below the ${steps} steps of a training`, String(rewindTo))
  if (given.validation !== undefined && given.validation >= 60_000) {
    throw badInput('fewer validation examples than the 60,000 training images', String(given.validation))
  }
  const optimizer = optimizerOf(preset.recipe.optimizer, given)
  const chosen = backendsFor(given.backend)
  return {
    name,
    network: preset.network,
    dataset: {
      ...preset.dataset,
      ...(given.validation === undefined ? {} : { validation: given.validation }),
      ...(given.splitSeed === undefined ? {} : { splitSeed: given.splitSeed }),
    },
    recipe: {
      ...preset.recipe,
      steps,
      optimizer,
      ...(given.batchSize === undefined ? {} : { batchSize: given.batchSize }),
      ...(given.evaluateEvery === undefined ? {} : { evaluateEvery: given.evaluateEvery }),
      ...(given.weightDecay === undefined ? {} : { weightDecay: given.weightDecay }),
      ...(given.schedule === undefined ? {} : { schedule: given.schedule }),
    },
    rates: { ...preset.rates, ...given.rates },
    rewindTo,
    replicates: given.replicates ?? preset.replicates,
    seed: given.seed ?? 1,
    ...chosen,
    deviations: [
      ...deviationsOf(given, preset, optimizer),
      // Not the default, and results compare best with those of the same arithmetic.
      ...(chosen.backend.id === 'wasm' ? ['trained on wasm'] : []),
      ...(chosen.sparse ? [`under ${100 * chosen.sparse.below}% remaining trained on wasm`] : []),
    ],
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

/** What differs from the paper, in words. A seed or a split is a choice, not a deviation. */
function deviationsOf(
  given: Partial<PresetOptions>,
  preset: Preset,
  optimizer: Optimizer,
): readonly string[] {
  const { recipe } = preset
  const paper: Readonly<Partial<Record<keyof PresetOptions, unknown>>> = {
    steps: recipe.steps,
    batchSize: recipe.batchSize,
    learningRate: recipe.optimizer.learningRate,
    optimizer: recipe.optimizer.kind,
    weightDecay: recipe.weightDecay ?? 0,
    schedule: recipe.schedule ?? { kind: 'constant' },
    evaluateEvery: recipe.evaluateEvery,
    rates: preset.rates,
    rewindTo: preset.rewindTo,
    replicates: preset.replicates,
    validation: preset.dataset.validation,
  }
  const used = {
    ...given,
    ...(given.rates ? { rates: { ...preset.rates, ...given.rates } } : {}),
    ...(given.optimizer ? { optimizer: optimizer.kind, learningRate: optimizer.learningRate } : {}),
  }
  return Object.entries(paper).flatMap(([name, value]) => {
    const found = used[name as keyof PresetOptions]
    return found === undefined || text(found) === text(value)
      ? []
      : [`${words(name)} ${text(found)} (paper: ${text(value)})`]
  })
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, member]) => `${name} ${Array.isArray(member) ? member.join('/') : text(member)}`)
    .join(', ')
}

function checkRates(value: unknown): PresetOptions['rates'] {
  return checkOptions<Record<PruneGroup, number>>(
    value,
    { dense: fraction, convolution: fraction, shortcut: fraction, output: fraction },
    'rates',
  )
}

function checkOptimizer(value: unknown): PresetOptions['optimizer'] {
  const kinds = { sgd: 'sgd', momentum: 'momentum', adam: 'adam' } as const
  if (typeof value === 'string') return lookUp(kinds, value, 'optimizer')
  const { kind: named, ...rest } = (value ?? {}) as { kind?: unknown }
  const kind = lookUp(kinds, named, 'kind of optimizer')
  const required = <T extends object>(given: Partial<T>, ...names: (keyof T & string)[]): T => {
    const missing = names.find((name) => given[name] === undefined)
    if (missing) throw badInput(`${missing} in the optimizer '${kind}'`, 'none')
    return given as T
  }
  const flag: Check<boolean> = (found, name) => {
    if (typeof found === 'boolean') return found
    throw badInput(`${name} to be true or false`, String(found))
  }
  switch (kind) {
    case 'sgd':
      return { kind, ...required(checkOptions(rest, { learningRate: positive }, kind), 'learningRate') }
    case 'momentum': {
      const options = checkOptions<{ learningRate: number; momentum: number; nesterov: boolean }>(
        rest,
        { learningRate: positive, momentum: fraction, nesterov: flag },
        kind,
      )
      return { kind, ...required(options, 'learningRate', 'momentum') }
    }
    case 'adam': {
      const options = checkOptions<{ learningRate: number; beta1: number; beta2: number; epsilon: number }>(
        rest,
        { learningRate: positive, beta1: fraction, beta2: fraction, epsilon: positive },
        kind,
      )
      return { kind, ...required(options, 'learningRate') }
    }
  }
}

function checkSchedule(value: unknown): Schedule {
  const kinds = { constant: 'constant', steps: 'steps', 'linear-warmup': 'linear-warmup' } as const
  const { kind: named, ...rest } = (value ?? {}) as { kind?: unknown }
  const kind = lookUp(kinds, named, 'kind of schedule')
  switch (kind) {
    case 'constant':
      checkOptions(rest, {}, 'the constant schedule')
      return { kind }
    case 'steps': {
      const options = checkOptions<{ boundaries: readonly number[]; factor: number }>(
        rest,
        { boundaries: wholeNumbers, factor: positive },
        'the steps schedule',
      )
      if (!options.boundaries || options.factor === undefined) {
        throw badInput("boundaries and factor in the schedule 'steps'", text(rest))
      }
      return { kind, boundaries: options.boundaries, factor: options.factor }
    }
    case 'linear-warmup': {
      const options = checkOptions<{ warmup: number; then: Schedule }>(
        rest,
        { warmup: wholeNumber(1), then: checkSchedule },
        'the linear-warmup schedule',
      )
      if (options.warmup === undefined)
        throw badInput("warmup (steps) in the schedule 'linear-warmup'", 'none')
      return { kind, warmup: options.warmup, ...(options.then ? { then: options.then } : {}) }
    }
  }
}
