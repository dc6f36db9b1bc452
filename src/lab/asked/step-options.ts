import { prunableParameters, type Counts } from '../../experiments/density'
import type { LineOptions } from '../../experiments/lines'
import type { Setup } from '../../experiments/setup'
import { networksOf } from '../../experiments/experiment'
import type { PruneGroup } from '../../networks/network'
import type { CheckpointNames } from '../../checkpoints/names'
import { badInput } from '../../support/errors'
import { isPlain, promiseAdvice } from '../../support/plain'
import {
  checkOptions,
  fraction,
  mostLevels,
  mostSteps,
  nameIn,
  positive,
  text,
  title,
  wholeNumber,
  type Check,
  type Checks,
} from '../../support/options'
import { sizeOf } from '../../support/tensor'
import { show } from '../../support/show'
import { NetworkMask } from '../steps/mask'
import type { OwnScores } from '../steps/scored-layer'
import { checkRates, type PruningRates } from './presets/checks'
import { lineChecks, lineOptionsOf, type LineChoices } from './instability-options'
import { checkPruning, pruningChecks, type PruningOptions } from './pruning-options'

/** How `lab.train` trains. */
export interface TrainOptions {
  /** What is pruned; by default nothing. */
  readonly mask?: NetworkMask
  /**
   * Seed of the order in which the first replicate sees the examples; the next ones count up. By default the setup's seed, as
   * for the trainings of lab.imp.
   */
  readonly orderSeed?: number
  /**
   * The step at which learning rates and the order of examples begin; by default that of the weights. 0 takes the schedule of
   * trained weights back, as learning rate rewinding does (Renda et al. 2020, section 2).
   */
  readonly from?: number
  /** The step at which it ends, up to 1e9; by default T, the setup's steps. */
  readonly until?: number
  /** What plots and the tree call the networks; by default what the mask is called, or `full network`. */
  readonly name?: string
}

/** How `lab.prune` prunes. How much is said by one of `rate`, `rates`, `density`, or else by the setup's rates. */
export interface PruneOptions extends Omit<PruningOptions, 'levels' | 'afterPruning' | 'fineTuneSteps'> {
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
  /** Levels pruned at once, as lab.oneShot does, from 1 to 1,000; 1 by default. */
  readonly levels?: number
  /** What plots and the tree call the networks under the mask; by default after the criterion. */
  readonly name?: string
}

/** What is said of a mask of one's own. */
export interface MaskOptions {
  /** What plots and the tree call the networks under it; `own mask` by default. */
  readonly name?: string
  /** What happens where nothing is kept of a layer: `'stop'`, the default, is an error; `'go on'` trains what is left. */
  readonly collapse?: 'stop' | 'go on'
}

/** How weights of one's own are read. */
export interface WeightsOptions {
  /** What plots and the tree call them; `own weights` by default. */
  readonly name?: string
  /**
   * Which tensor of a file is which parameter, such as `{ 'fc.weight': 'dense1/weights' }`; by default that follows from shapes
   * and order.
   */
  readonly names?: CheckpointNames
  /** The dictionary in a file that has the weights, such as `'model_ema'`; by default it is found. */
  readonly part?: string
}

const maskChecks: Checks<MaskOptions> = {
  name: title,
  collapse: nameIn({ stop: true, 'go on': true }, 'value of collapse'),
}

/** @throws TicketLabError `bad-input` */
export function checkMaskOptions(options: unknown) {
  return checkOptions<MaskOptions>(options, maskChecks, 'lab.mask')
}

const weightsChecks: Checks<WeightsOptions> = {
  name: title,
  names(value, name) {
    const names = isPlain(value) ? Object.entries(value) : undefined
    if (names?.every(([, to]) => typeof to === 'string')) return value as CheckpointNames
    throw badInput(`${name} as an object such as { 'fc.weight': 'dense1/weights' }`, show(value))
  },
  part: text,
}

/** @throws TicketLabError `bad-input` */
export function checkWeightsOptions(options: unknown) {
  return checkOptions<WeightsOptions>(options, weightsChecks, 'lab.weights')
}

/** How `lab.barrier` evaluates the line. */
export interface BarrierOptions extends LineChoices {
  /** Barrier height, in percentage points of test error, below which networks count as connected; 2 by default. */
  readonly threshold?: number
}

const mask: Check<NetworkMask> = (value, name) => {
  if (value instanceof NetworkMask) return value
  const advice = promiseAdvice(value) || 'Make one by lab.prune or lab.mask.'
  throw badInput(`${name} as lab.prune makes it`, show(value), advice)
}

const trainChecks: Checks<TrainOptions> = {
  mask,
  orderSeed: wholeNumber(0),
  from: wholeNumber(0, mostSteps),
  until: wholeNumber(1, mostSteps),
  name: title,
}

/** @throws TicketLabError `bad-input` */
export function checkTraining(options: unknown) {
  return checkOptions<TrainOptions>(options, trainChecks, 'lab.train')
}

const { criterion, scope, temperature, collapse, neverPruned } = pruningChecks

const pruneChecks: Checks<PruneOptions> = {
  ...{ criterion, scope, temperature, collapse, neverPruned },
  rate: fraction,
  rates: checkRates,
  density: fraction,
  levels: wholeNumber(1, mostLevels),
  name: title,
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
  const { rate, rates, density, levels, name, ...pruning } = checkOptions<PruneOptions>(
    options,
    pruneChecks,
    of,
  )
  const amounts = Object.entries({ rate, rates, density }).filter(([, value]) => value !== undefined)
  if (amounts.length > 1) {
    throw badInput(`one of rate, rates and density in ${of}`, amounts.map(([key]) => key).join(' and '))
  }
  if (density !== undefined && levels !== undefined) {
    throw badInput(`levels or density in ${of}`, 'both', 'A density says how much is kept in the end.')
  }
  const rated: Setup = { ...setup, rates: rates ?? (rate === undefined ? setup.rates : sameFor(setup, rate)) }
  const { setup: changed, scores } = checkPruning(rated, { ...pruning, levels: levels ?? 1 }, of)
  return {
    setup: changed,
    title:
      name ??
      networksOf({ kind: (levels ?? 1) > 1 || density !== undefined ? 'one-shot' : 'imp', setup: changed }),
    how: density === undefined ? { levels: levels ?? 1 } : { keep: countsAt(changed, density) },
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
  const keep = (size: number): number => Math.max(1, Math.round(density * size))
  const sizes = prunableParameters(setup).map(({ name, shape }) => [name, sizeOf(shape)] as const)
  if (setup.scope !== 'global') return Object.fromEntries(sizes.map(([name, size]) => [name, keep(size)]))
  const total = keep(sizes.reduce((sum, [, size]) => sum + size, 0))
  return { total, among: sizes.map(([name]) => name) }
}

const barrierChecks: Checks<BarrierOptions> = { ...lineChecks, threshold: positive }

/** @throws TicketLabError `bad-input` */
export function checkBarrier(options: unknown): {
  readonly line: LineOptions
  readonly threshold: number | undefined
} {
  const given = checkOptions<BarrierOptions>(options, barrierChecks, 'lab.barrier')
  return { line: lineOptionsOf(given, undefined), threshold: given.threshold }
}
