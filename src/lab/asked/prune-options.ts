import { countsWith, prunableParameters, type Counts } from '../../experiments/density'
import { networksOf } from '../../experiments/experiment'
import { sharings, type LayerDensities } from '../../experiments/layer-densities'
import type { Setup } from '../../experiments/setup'
import type { PruneGroup } from '../../networks/network'
import { parametersOf } from '../../networks/parameters'
import { badInput } from '../../support/errors'
import { unknownName } from '../../support/nearest'
import {
  checkOptions,
  fraction,
  listOf,
  mostLevels,
  nameIn,
  title,
  wholeNumber,
  type Checks,
} from '../../support/options'
import { isPlain } from '../../support/plain'
import { show } from '../../support/show'
import { sizeOf } from '../../support/tensor'
import type { OwnScores } from '../steps/scored-layer'
import { checkRates, type PruningRates } from './presets/checks'
import { checkPruning, checkScope, pruningChecks, type PruningOptions } from './pruning-options'

/**
 * How `lab.prune` prunes. How much is said by one of `rate`, `rates`, `density`, densities of layers, or else by the setup's
 * rates.
 */
export interface PruneOptions extends Omit<
  PruningOptions,
  'levels' | 'densities' | 'afterPruning' | 'fineTuneSteps' | 'kept' | 'pruned'
> {
  /**
   * Fraction of the remaining weights to prune, the same for all layers that are pruned; above 0, below 1. By default the
   * setup's rates.
   */
  readonly rate?: number
  /** The same by group of layers, as in presets; by default the setup's. */
  readonly rates?: PruningRates
  /**
   * Fraction of the prunable weights to keep, in each layer, or with the scope `'global'` in all; above 0, below 1. By default
   * what the rates leave.
   */
  readonly density?: number
  /**
   * Which density each layer has, when all have `density` together, or what the rates leave: `'uniform'`, `'erdos-renyi'`,
   * `'erk'` or `'smart-ratios'`, as in lab.imp. Or fractions of the weights to keep by layer, above 0 and at most 1, such as
   * `{ dense1: 0.05, dense2: 0.2 }`, which leave other layers alone; or as a list with one for each layer that is pruned, in the
   * network's order, such as `[0.05, 0.2, 0.5]`. By default each layer has `density`, or what its rate leaves.
   */
  readonly densities?: LayerDensities | Readonly<Record<string, number>> | readonly number[]
  /** Levels pruned at once, as lab.oneShot does, from 1 to 1,000; 1 by default. */
  readonly levels?: number
  /** What plots and the tree call the networks under the mask; by default after the criterion. */
  readonly name?: string
}

const sharesInOrder = listOf(
  (value, name) => {
    if (isShare(value)) return value
    throw badInput(`${name} above 0 and at most 1`, show(value))
  },
  '[0.05, 0.2]',
  10_000,
)

const { criterion, scope, temperature, collapse, neverPruned } = pruningChecks

const pruneChecks: Checks<PruneOptions> = {
  ...{ criterion, scope, temperature, collapse, neverPruned },
  rate: fraction,
  rates: checkRates,
  density: fraction,
  densities(value, name) {
    if (Array.isArray(value)) return sharesInOrder(value, name)
    if (!isPlain(value)) return nameIn(sharings, 'kind of densities, or densities by layer')(value, name)
    const bad = Object.entries(value).find(([, share]) => !isShare(share))
    if (!bad && Object.keys(value).length > 0) return value as Readonly<Record<string, number>>
    const expected = `${name} of layers above 0 and at most 1, such as { dense1: 0.05 }`
    throw badInput(expected, bad ? `${show(bad[1])} of ${bad[0]}` : 'none')
  },
  levels: wholeNumber(1, mostLevels),
  name: title,
}

type Densities = Readonly<Record<string, number>> | readonly number[]

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 1
}

/** What `lab.prune` was told, and the setup that says the same. */
export interface Pruning {
  readonly setup: Setup
  readonly title: string
  readonly how: { readonly levels: number } | { readonly keep: Counts }
  /** A criterion of one's own. */
  readonly scores?: OwnScores
}

/** @throws TicketLabError `bad-input` */
export function checkPrune(setup: Setup, options: unknown): Pruning {
  const of = 'lab.prune'
  const { rate, rates, density, densities, levels, name, ...pruning } = checkOptions<PruneOptions>(
    options,
    pruneChecks,
    of,
  )
  const byLayer = typeof densities === 'object' ? densities : undefined
  const amounts = Object.entries({ rate, rates, density, 'densities by layer': byLayer }).filter(
    ([, value]) => value !== undefined,
  )
  if (amounts.length > 1) {
    throw badInput(
      `one of rate, rates, density and densities by layer in ${of}`,
      amounts.map(([key]) => key).join(' and '),
    )
  }
  const isInTheEnd = density !== undefined || byLayer !== undefined
  if (isInTheEnd && levels !== undefined) {
    throw badInput(`levels or density in ${of}`, 'both', 'A density says how much is kept in the end.')
  }
  checkScope({ ...pruning, densities }, of)
  const { densities: former, ...others } = setup
  const rated: Setup = {
    ...others,
    // Those of layers by name leave no others.
    ...(former === undefined || byLayer ? {} : { densities: former }),
    rates: rates ?? (rate === undefined ? setup.rates : sameFor(setup, rate)),
  }
  const { setup: changed, scores } = checkPruning(
    rated,
    {
      ...pruning,
      ...(typeof densities === 'string' ? { densities } : {}),
      ...(byLayer ? { scope: 'layer' } : {}),
      levels: levels ?? 1,
    },
    of,
  )
  const networks = networksOf({ kind: (levels ?? 1) > 1 || isInTheEnd ? 'one-shot' : 'imp', setup: changed })
  const keep = byLayer
    ? countsByLayer(changed, namedByLayer(changed, byLayer))
    : density && countsAt(changed, density)
  return {
    setup: changed,
    title: name ?? (byLayer ? `${networks} with own densities` : networks),
    how: keep ? { keep } : { levels: levels ?? 1 },
    ...(scores ? { scores } : {}),
  }
}

/** One rate for all groups that are pruned. */
function sameFor({ rates }: Setup, rate: number): Setup['rates'] {
  const groups = Object.entries(rates).filter(([, own]) => own > 0) as [PruneGroup, number][]
  const pruned: readonly PruneGroup[] =
    groups.length > 0 ? groups.map(([group]) => group) : ['dense', 'convolution']
  return Object.fromEntries(pruned.map((group) => [group, rate]))
}

/** What is kept at a density: at least one weight of each layer. */
function countsAt(setup: Setup, density: number): Counts {
  const sizes = prunableParameters(setup).map(({ name, shape }) => [name, sizeOf(shape)] as const)
  const total = keptOf(
    sizes.reduce((sum, [, size]) => sum + size, 0),
    density,
  )
  if (setup.densities) return countsWith(setup, setup.densities, total, `at density ${density}`)
  if (setup.scope === 'global') return { total, among: sizes.map(([name]) => name) }
  return Object.fromEntries(sizes.map(([name, size]) => [name, keptOf(size, density)]))
}

/** Densities by layer, those of a list in the order of the layers that are pruned. */
function namedByLayer(setup: Setup, densities: Densities): Readonly<Record<string, number>> {
  if (!isList(densities)) return densities
  const layers = prunableParameters(setup).map(({ layer }) => layer)
  if (layers.length === densities.length) {
    return Object.fromEntries(layers.map((layer, at) => [layer, densities[at]!]))
  }
  throw badInput(
    `a density for each layer that is pruned (${layers.join(', ')})`,
    `${densities.length} densities`,
    'Densities of some layers are given by name, such as { dense1: 0.05 }.',
  )
}

function isList(densities: Densities): densities is readonly number[] {
  return Array.isArray(densities)
}

/** What is kept of layers that are named, whether there is a rate for them or not. */
function countsByLayer({ network }: Setup, densities: Readonly<Record<string, number>>): Counts {
  const weights = parametersOf(network).filter(({ role }) => role === 'weights')
  return Object.fromEntries(
    Object.entries(densities).map(([layer, density]) => {
      const own = weights.find((one) => one.layer === layer)
      if (own) return [own.name, keptOf(sizeOf(own.shape), density)]
      const layers = weights.map((one) => one.layer)
      throw unknownName(`layers of ${network.name} that have weights in densities`, layer, layers)
    }),
  )
}

function keptOf(size: number, density: number): number {
  return Math.max(1, Math.round(density * size))
}
