import type { Network, Parameter } from '../networks/network'
import { parametersOf } from '../networks/parameters'
import { badInput, TicketLabError } from '../support/errors'
import { unknownName } from '../support/nearest'
import { sizeOf } from '../support/tensor'
import type { Counts, LayerCounts, TotalCount } from '../tasks/kept'
import { rowOf } from '../tasks/kinds/all'
import type { Digest, Task } from '../tasks/tasks'
import { sharedAmong, type LayerDensities } from './layer-densities'
import { criterionKindOf } from './retrain'
import type { Setup } from './setup'

export type { Counts, LayerCounts, TotalCount }

export function isTotal(counts: Counts): counts is TotalCount {
  return Array.isArray(counts['among'])
}

/** The part of a setup that decides how many weights are kept. */
export type PruneRates = Pick<
  Setup,
  'network' | 'rates' | 'scope' | 'neverPruned' | 'criterion' | 'collapse' | 'densities'
>

type Prunable = Parameter & Required<Pick<Parameter, 'group'>>

/**
 * How many weights are kept at levels 0 .. `levels` of iterative pruning: at every level `round(rate * remaining)` of
 * them are removed, of each prunable parameter (Frankle & Carbin 2019, section 2, strategy 1 of appendix B with a rate
 * per layer), or with the scope `global` of all together (appendix I). SNIP, GraSP and SynFlow may have rates that differ
 * even then: as many weights are kept in all as by layer, so that they can be compared at one density. Setups that say which
 * densities layers have keep as many in all as without. Exact and independent of the weights, so descriptions can carry it.
 *
 * @throws TicketLabError `bad-input`, naming the level, when a parameter would lose its last weight or no parameter any;
 *   when rates differ although one is needed
 */
export function keptCounts(setup: PruneRates, levels: number): readonly Counts[] {
  const counts = setup.scope === 'global' ? globalCounts(setup, levels) : layerCounts(setup, levels)
  const { densities } = setup
  if (densities === undefined) return counts
  return counts.map((kept, level) => countsWith(setup, densities, totalOf(kept).total, `at level ${level}`))
}

/**
 * What each layer keeps of as many weights in all.
 * @param where for errors, such as `at level 3`
 * @throws TicketLabError `bad-input` where layers cannot have so few or so many in all
 */
export function countsWith(
  setup: PruneRates,
  densities: LayerDensities,
  total: number,
  where: string,
): LayerCounts {
  const prunable = prunableParameters(setup)
  const sizes = prunable.map(({ name, shape }) => [name, sizeOf(shape)] as const)
  // All of it is no matter of densities.
  if (total === sizes.reduce((sum, [, size]) => sum + size, 0)) return Object.fromEntries(sizes)
  return sharedAmong(densities, { network: setup.network, prunable, total, where })
}

function layerCounts(setup: PruneRates, levels: number): readonly LayerCounts[] {
  const all: LayerCounts[] = [
    Object.fromEntries(prunableParameters(setup).map(({ name, shape }) => [name, sizeOf(shape)])),
  ]
  for (let level = 1; level <= levels; level++) all.push(nextLayerCounts(setup, all.at(-1)!, level))
  return all
}

function nextLayerCounts(setup: PruneRates, former: LayerCounts, level: number): LayerCounts {
  const prunable = prunableParameters(setup)
  const leftOf = ({ name, shape }: Prunable): number => former[name] ?? sizeOf(shape)
  const counts = Object.fromEntries(
    prunable.map((parameter) => {
      const { name, group } = parameter
      const before = leftOf(parameter)
      const kept = before - Math.round(setup.rates[group]! * before)
      if (kept < 1) {
        throw new TicketLabError(
          'bad-input',
          `Expected at least one weight left in ${name}, found none at level ${level}, after ${before} at the level before. ${fewer(level, 'lower')}`,
        )
      }
      return [name, kept]
    }),
  )
  if (prunable.length > 0 && prunable.every((one) => counts[one.name] === leftOf(one))) {
    const left = prunable.map((one) => `${leftOf(one)} in ${one.name} at the rate ${setup.rates[one.group]}`)
    throw nothingPruned(level, left.join(', '))
  }
  // What an earlier mask keeps of parameters that this setup does not prune stays as it is.
  return { ...former, ...counts }
}

/**
 * What is kept after one more level than `former`, as {@link keptCounts} has it.
 * @param former what is kept now
 * @param level the number of the new level, for errors
 * @throws TicketLabError `bad-input` as {@link keptCounts}, and where layers are to be pruned by themselves of which the former
 *   description does not say what each has left, or to given densities
 */
export function nextCounts(setup: PruneRates, former: Counts, level: number): Counts {
  if (setup.densities !== undefined) {
    throw badInput(
      'a density in all for layers of given densities, where weights have been pruned before',
      'a rate',
      `For example { density: 0.1, densities: '${setup.densities}' }.`,
    )
  }
  if (setup.scope === 'global') {
    const prunable = prunableParameters(setup)
    return nextTotal(setup, oneRate(setup, prunable), totalOf(former), level)
  }
  if (!isTotal(former)) return nextLayerCounts(setup, former, level)
  throw badInput(
    "scope: 'global' for a mask that was pruned over all layers together",
    "scope: 'layer'",
    'What each layer has left differs between replicates there.',
  )
}

function globalCounts(setup: PruneRates, levels: number): readonly TotalCount[] {
  const prunable = prunableParameters(setup)
  const rates = new Set(prunable.map(({ group }) => setup.rates[group]))
  if (rates.size > 1 && criterionKindOf(setup).ranksTogether) return layerCounts(setup, levels).map(totalOf)
  // Where a density is asked for in place of levels, rates say nothing.
  const rate = levels > 0 ? oneRate(setup, prunable) : 0
  const among = prunable.map(({ name }) => name)
  const all: TotalCount[] = [{ total: prunable.reduce((sum, { shape }) => sum + sizeOf(shape), 0), among }]
  for (let level = 1; level <= levels; level++) all.push(nextTotal(setup, rate, all.at(-1)!, level))
  return all
}

function nextTotal({ collapse }: PruneRates, rate: number, former: TotalCount, level: number): TotalCount {
  const { among } = former
  const removed = Math.round(rate * former.total)
  if (removed === 0 && among.length > 0)
    throw nothingPruned(level, `${former.total} in all at the rate ${rate}`)
  const total = former.total - removed
  if (total < (collapse === 'go on' ? 1 : among.length)) {
    throw new TicketLabError(
      'bad-input',
      `Expected at least one weight left in each of ${among.length} layers, found ${total} weights in all at level ${level}. ${fewer(level, 'lower')}`,
    )
  }
  return { total, among }
}

/** A level at which no layer loses a weight would be the network of the level before, trained again. */
function nothingPruned(level: number, left: string): TicketLabError {
  return badInput(
    `at least one weight to be pruned at level ${level}`,
    `none, since round(rate * remaining) is 0 everywhere: there are ${left}`,
    fewer(level, 'higher'),
  )
}

function fewer(level: number, other: 'higher' | 'lower'): string {
  return level === 1 ? `Use a ${other} rate.` : `Use fewer than ${level} levels or a ${other} rate.`
}

/** The rate that all prunable groups have in common. */
function oneRate({ rates }: PruneRates, prunable: readonly Prunable[]): number {
  const groups = [...new Set(prunable.map(({ group }) => group))]
  const [rate, ...others] = new Set(groups.map((group) => rates[group]!))
  if (rate === undefined) return 0
  if (others.length === 0) return rate
  const found = groups.map((group) => `${group} ${rates[group]}`).join(', ')
  const same = groups.map((group) => `${group}: ${rate}`).join(', ')
  throw new TicketLabError(
    'bad-input',
    `Expected one rate for all layers that are pruned together (scope: 'global'), found ${found}. ` +
      `Give the same to all, such as rates: { ${same} }, or use scope: 'layer'.`,
  )
}

/**
 * The parameters that a setup prunes: those whose group has a rate, except in layers that are never pruned.
 * @throws TicketLabError `bad-input` for a layer that is not there, with the nearest name
 */
export function prunableParameters({ network, rates, neverPruned = [] }: PruneRates): readonly Prunable[] {
  const weights = parametersOf(network).filter(
    (parameter): parameter is Prunable => parameter.group !== undefined,
  )
  const layers = weights.map(({ layer }) => layer)
  const unknown = neverPruned.find((layer) => !layers.includes(layer))
  if (unknown !== undefined) {
    throw unknownName(`layers of ${network.name} that have weights in neverPruned`, unknown, layers)
  }
  return weights.filter(({ layer, group }) => rates[group] !== undefined && !neverPruned.includes(layer))
}

/**
 * What a mask keeps, as its description tells before it is computed; `undefined` without a mask, or where it does not tell.
 */
export function keptUnder(mask: Digest | undefined, tasks: ReadonlyMap<Digest, Task>): Counts | undefined {
  const task = mask === undefined ? undefined : tasks.get(mask)
  return task && rowOf(task.kind).keeps(task, (other) => keptUnder(other, tasks))
}

/**
 * The level at which as much is kept: each keeps fewer weights than the one before. 0 is the full network, of which nothing
 * is said (see {@link keptUnder}); `undefined` for what is kept at no level.
 */
export function levelKeeping(levels: readonly Counts[], kept: Counts | undefined): number | undefined {
  if (kept === undefined) return 0
  const level = levels.findIndex((counts) => totalOf(counts).total === totalOf(kept).total)
  return level < 0 ? undefined : level
}

/** Fraction of all weights (biases do not count) that `counts` keeps, in (0, 1]. */
export function densityOf(network: Network, counts: Counts): number {
  const weights = parametersOf(network).filter(({ role }) => role === 'weights')
  const sum = (names: (name: string) => number | undefined): number =>
    weights.reduce((before, { name, shape }) => before + (names(name) ?? sizeOf(shape)), 0)
  const total = sum(() => undefined)
  if (!isTotal(counts)) return sum((name) => counts[name]) / total
  return (counts.total + sum((name) => (counts.among.includes(name) ? 0 : undefined))) / total
}

/**
 * What is kept of each parameter; of parameters that are ranked together, which the description does not tell, as if
 * all lost the same share. For estimates.
 */
export function shared(network: Network, counts: Counts): LayerCounts {
  if (!isTotal(counts)) return counts
  const ranked = parametersOf(network).filter(({ name }) => counts.among.includes(name))
  const all = ranked.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  return Object.fromEntries(
    ranked.map(({ name, shape }) => [name, Math.max(1, Math.round((counts.total / all) * sizeOf(shape)))]),
  )
}

/** How many weights of the prunable parameters `counts` keeps, all together. */
export function totalOf(counts: Counts): TotalCount {
  if (isTotal(counts)) return counts
  return {
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    among: Object.keys(counts),
  }
}
