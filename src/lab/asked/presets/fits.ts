import type { DatasetFacts } from '../../../datasets/dataset'
import type { Setup } from '../../../experiments/setup'
import type { Network, PruneGroup } from '../../../networks/network'
import { parametersOf } from '../../../networks/parameters'
import type { Recipe } from '../../../tasks/recipe'
import { badInput } from '../../../support/errors'
import type { PresetOptions } from './options'

/** The network must take the dataset's examples and know its classes. */
export function checkFits(network: Network, { shape, classes }: DatasetFacts, dataset: string): void {
  const [takes, has] = [network.input, shape].map((one) => `[${one.join(', ')}]`)
  const of = `network "${network.name}"`
  if (takes !== has) {
    throw badInput(
      `a network for the examples ${has} of the dataset ${dataset}`,
      `${of} for ${takes}`,
      `Describe it with input: ${has}.`,
    )
  }
  if (network.classes !== classes) {
    const last = network.layers.at(-1)!.name
    throw badInput(
      `a network for the ${classes} classes of the dataset ${dataset}`,
      `${of} for ${network.classes}`,
      `Give its last layer "${last}" ${classes} units.`,
    )
  }
}

/** What a recipe asks for must be possible with the network and the examples. */
export function checkRecipe(
  { batchSize, augmentation }: Recipe,
  network: Network,
  { shape }: DatasetFacts,
): void {
  if (batchSize < 2 && parametersOf(network).some(({ role }) => role === 'mean')) {
    throw badInput(`a batchSize of at least 2, since ${network.name} has batch norm`, String(batchSize))
  }
  const smallest = Math.min(...shape.slice(0, 2))
  if (augmentation && augmentation.crop >= smallest) {
    throw badInput(`crop to be below the ${smallest} pixels of an image`, String(augmentation.crop))
  }
}

/**
 * The step k that is rewound to, if one was asked for, by step or by epoch.
 * @param perEpoch steps that an epoch takes
 */
export function rewindStep(
  { rewindTo, rewindToEpoch }: Pick<PresetOptions, 'rewindTo' | 'rewindToEpoch'>,
  { steps }: Pick<Recipe, 'steps'>,
  perEpoch: number,
): number | undefined {
  if (rewindToEpoch === undefined) return rewindTo
  if (rewindTo !== undefined) {
    throw badInput('either rewindTo (a step) or rewindToEpoch', `both, ${rewindTo} and ${rewindToEpoch}`)
  }
  const step = Math.round(rewindToEpoch * perEpoch)
  if (step < steps) return step
  throw badInput(
    `rewindToEpoch to be below the ${(steps / perEpoch).toPrecision(3)} epochs (${steps} steps) of a training`,
    `${rewindToEpoch} (step ${step})`,
  )
}

/** Rates that were asked for must be for layers that there are. */
export function checkGroups(rates: Setup['rates'] = {}, network: Network): void {
  const groups = groupsOf(network)
  const other = Object.keys(rates).find((group) => !groups.has(group as PruneGroup))
  if (other === undefined) return
  throw badInput(`rates for what ${network.name} has (${[...groups].join(', ')})`, other)
}

/** The prune groups that a network has weights in. */
export function groupsOf(network: Network): ReadonlySet<PruneGroup> {
  return new Set(parametersOf(network).flatMap(({ group }) => group ?? []))
}
