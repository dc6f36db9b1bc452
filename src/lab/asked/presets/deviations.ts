import { defaultsOf } from '../../../backends/optimizers/all'
import type { Setup } from '../../../experiments/setup'
import type { Network } from '../../../networks/network'
import { networkByName } from '../../../networks/zoo'
import type { Schedule } from '../../../tasks/recipe'
import { usualInitializer } from '../../../tasks/tasks'
import { augmentationText, scheduleText } from '../../../report/words/recipe-text'
import { groupsOf } from './fits'
import type { Given } from '../../../support/options'
import type { CheckedOptions, PresetOptions } from './options'
import type { Preset } from './preset'

/** A preset, of a dataset whatever it is called. */
type Published = Omit<Preset, 'dataset'> & { readonly dataset: string }

/** What differs from the paper, in words. A seed or a split is a choice, not a deviation. */
export function deviationsOf(
  given: Given<CheckedOptions>,
  preset: Published,
  {
    recipe: { optimizer },
    rates,
    network,
    rewindTo,
  }: Pick<Setup, 'recipe' | 'rates' | 'network' | 'rewindTo'>,
): readonly string[] {
  const { recipe } = preset
  const mark = preset.source.endsWith('†') ? ' †' : ''
  const read = (name: string): boolean => preset.fromCode?.includes(name) ?? false
  const said = (name: string): string => (read(name) ? "paper's code:" : 'paper:')
  const paper: Readonly<Record<string, unknown>> = {
    network: preset.network,
    dataset: preset.dataset,
    steps: recipe.steps,
    batchSize: recipe.batchSize,
    init: preset.init ?? usualInitializer,
    batchNormScale: preset.batchNormScale ?? 1,
    augmentation: recipe.augmentation ? augmentationText(recipe.augmentation) : 'none',
    learningRate: recipe.optimizer.learningRate,
    optimizer: recipe.optimizer.kind,
    ...(optimizer.kind === recipe.optimizer.kind ? { ...defaultsOf(optimizer), ...recipe.optimizer } : {}),
    weightDecay: recipe.weightDecay ?? 0,
    weightDecayOn: recipe.weightDecayOn ?? 'weights',
    schedule: scheduleText(recipe.schedule ?? { kind: 'constant' }),
    ...(preset.evaluateEveryIsOurs ? {} : { evaluateEvery: recipe.evaluateEvery }),
    rates: preset.rates,
    scope: preset.scope ?? 'layer',
    rewindTo: preset.rewindTo,
    replicates: preset.replicates,
    // Where the preset shares orders, that is ours, and the option is as in the paper.
    ...(preset.freshOrders ? { freshOrders: true } : {}),
    validation: preset.validation,
    examples: 'all',
    labelNoise: 0,
  }
  const used: Readonly<Record<string, unknown>> = {
    ...given,
    ...(given.network === undefined ? {} : { network: networkText(given.network, network, preset) }),
    ...(typeof given.dataset === 'object' ? { dataset: 'own' } : {}),
    ...(given.augmentation === undefined
      ? {}
      : { augmentation: given.augmentation ? augmentationText(given.augmentation) : 'none' }),
    ...(given.schedule === undefined ? {} : { schedule: scheduleText(given.schedule) }),
    ...(given.rates ? { rates } : {}),
    ...(given.rewindToEpoch === undefined ? {} : { rewindTo }),
    ...(given.optimizer ? { ...defaultsOf(optimizer), ...optimizer, optimizer: optimizer.kind } : {}),
    ...(typeof given.labelNoise === 'object' ? { labelNoise: given.labelNoise.fraction } : {}),
  }
  const differences = Object.entries(paper).flatMap(([name, value]) => {
    const found = used[name]
    return found === undefined || text(found) === text(value)
      ? []
      : [`${words(name)} ${text(found)} (${said(name)} ${text(value)}${read(name) ? '' : mark})`]
  })
  return [
    ...differences,
    ...neverPruned(given, preset, rates, network),
    ...neverReached(given, recipe.schedule),
  ]
}

/** Another network may have groups of layers that the preset has no rate for, since its own has none of them. */
function neverPruned(
  given: Given<CheckedOptions>,
  preset: Published,
  rates: Setup['rates'],
  network: Network,
): string[] {
  if (given.network === undefined) return []
  const known = groupsOf(networkByName(preset.network))
  return [...groupsOf(network)]
    .filter((group) => rates[group] === undefined && !known.has(group))
    .map((group) => `${group} weights never pruned (no rate)`)
}

/** A shorter training keeps the preset's schedule, of which it may not see the end. */
function neverReached(given: Given<CheckedOptions>, schedule: Schedule | undefined): string[] {
  const { steps } = given
  if (steps === undefined || given.schedule !== undefined || schedule === undefined) return []
  const { warmup = 0, boundaries } = marksOf(schedule)
  const beyond = boundaries.filter((boundary) => boundary >= steps)
  return [
    ...(warmup > steps ? [`ends during the warm-up of ${warmup} steps`] : []),
    ...(beyond.length > 0 ? [`ends before the learning rate drops at step ${beyond.join(' and ')}`] : []),
  ]
}

function marksOf(schedule: Schedule): { readonly warmup?: number; readonly boundaries: readonly number[] } {
  switch (schedule.kind) {
    case 'constant':
      return { boundaries: [] }
    case 'steps':
      return { boundaries: schedule.boundaries }
    case 'linear-warmup':
      return { boundaries: schedule.then ? marksOf(schedule.then).boundaries : [], warmup: schedule.warmup }
  }
}

/** A network of the user's own may be called like the paper's. */
function networkText(
  given: NonNullable<PresetOptions['network']>,
  network: Network,
  preset: Published,
): string {
  return typeof given !== 'string' && network.name === preset.network ? `own ${network.name}` : network.name
}

function words(name: string): string {
  // The text of a schedule says what becomes of the rate.
  if (name === 'schedule') return 'learning rate'
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, member]) => `${name} ${Array.isArray(member) ? member.join('/') : text(member)}`)
    .join(', ')
}
