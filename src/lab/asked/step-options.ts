import type { LineOptions } from '../../experiments/lines'
import { prunedValues } from '../../experiments/retrain'
import type { PrunedValue } from '../../experiments/setup'
import type { CheckpointNames } from '../../checkpoints/names'
import { badInput } from '../../support/errors'
import { isPlain, promiseAdvice } from '../../support/plain'
import {
  checkOptions,
  mostSteps,
  nameIn,
  positive,
  text,
  title,
  wholeNumber,
  type Check,
  type Checks,
} from '../../support/options'
import { show } from '../../support/show'
import { treatments } from '../../training/treatments'
import { NetworkMask } from '../steps/mask'
import { lineChecks, lineOptionsOf, type LineChoices } from './instability-options'

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
  /**
   * What pruned weights are while the others are trained (Zhou et al. 2019, section 5): `'zero'`, the default; `'initial'`, what
   * they begin with; `'initial-unless-decreased'`, the same, but 0 where the training that the mask was made of has made them smaller in
   * magnitude. Sizes and multiply-adds are always those of the kept weights.
   */
  readonly pruned?: PrunedValue
  /** What plots and the tree call the networks; by default what the mask is called, or `full network`. */
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

/** Which weights `lab.treat` changes. */
export interface TreatOptions {
  /** Those that it keeps are changed, layer by layer. */
  readonly mask: NetworkMask
  /** What plots and the tree call the weights; by default after the treatment. */
  readonly name?: string
}

/** @throws TicketLabError `bad-input` */
export function checkTreatment(how: unknown, options: unknown) {
  const of = 'lab.treat'
  const { mask: given, name } = checkOptions<TreatOptions>(options, { mask, name: title }, of)
  if (given === undefined)
    throw badInput(`{ mask: ... } in ${of}`, 'none', 'Make one by lab.prune or lab.mask.')
  return { how: nameIn(treatments, 'treatment')(how, 'treatment'), mask: given, name }
}

const trainChecks: Checks<TrainOptions> = {
  mask,
  orderSeed: wholeNumber(0),
  from: wholeNumber(0, mostSteps),
  until: wholeNumber(1, mostSteps),
  pruned: nameIn(prunedValues, 'value of pruned weights'),
  name: title,
}

/** @throws TicketLabError `bad-input` */
export function checkTraining(options: unknown) {
  const of = 'lab.train'
  const given = checkOptions<TrainOptions>(options, trainChecks, of)
  const { pruned = 'zero' } = given
  if (pruned === 'zero' || given.mask) return given
  throw badInput(
    `{ mask: ... } with pruned: '${pruned}' in ${of}`,
    'none',
    'Without a mask, nothing is pruned.',
  )
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
