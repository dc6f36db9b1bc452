import { ascending } from '../../support/ascending'
import { usualThreshold } from '../../experiments/barriers'
import { stepsOfEpochs } from '../../experiments/epochs'
import { isStep, type Experiment, type SourceKind } from '../../experiments/experiment'
import type { InstabilityOptions } from '../../experiments/instability'
import type { LineOptions } from '../../experiments/lines'
import { usualMargin } from '../../experiments/matching'
import type { Setup } from '../../experiments/setup'
import { InstabilityResults, type Thresholds } from '../results/instability-results'
import {
  atLeastZero,
  checkOptions,
  listOf,
  mostSteps,
  nameIn,
  positive,
  wholeNumber,
  wholeNumbers,
  type Checks,
  type Given,
} from '../../support/options'
import { isPreset } from './presets'
import { checkSetup } from './setup-check'
import { badInput } from '../../support/errors'
import { promiseAdvice } from '../../support/plain'
import { Results } from '../results/results'

/** What `lab.instability` is told. */
export interface InstabilityChoices extends LineChoices {
  /**
   * The steps k at which networks are copied, from 0 (initialization) to below T, at most 1,000 of them; by default none
   * but those of `epochs`. Frankle et al. 2020, fig. 3: full networks are stable from k = 0 (LeNet), 2,000 (ResNet-20), 1,000 (VGG-16).
   */
  readonly steps?: readonly number[]
  /** The same in epochs (passes over the training examples), beside `steps` or instead of them; none by default. */
  readonly epochs?: readonly number[]
  /**
   * How many copies are trained, each with another order of the data, from 2 to 100; 2 by default. Frankle et al. 2020,
   * section 2: 3.
   */
  readonly orders?: number
  /**
   * Levels of pruning, at most 1,000 of them; by default 0, the full network, for a setup, and all levels of given results.
   */
  readonly levels?: readonly number[]
  /**
   * Barrier height, in percentage points of test error, below which a network is stable; 2 by default (Frankle et al. 2020,
   * section 3).
   */
  readonly threshold?: number
  /**
   * Percentage points of test accuracy that a matching subnetwork may lose to the full network; 0.2 by default (Frankle et
   * al. 2020, section 4).
   */
  readonly margin?: number
  /**
   * Trains a curve between copies, to tell mode connectivity from the linear kind (Garipov et al. 2018, section 3); by
   * default none.
   */
  readonly curve?: CurveOptions
}

/** How lines between networks are evaluated. */
export interface LineChoices {
  /**
   * Evenly spaced points of a line that are evaluated, both ends among them, from 3 to 10,000; 30 by default (Frankle et
   * al. 2020, section 2).
   */
  readonly points?: number
  /** Training examples of which the train error on lines is measured, from 1; by default all. */
  readonly trainExamples?: number
  /**
   * Batch norm's statistics between copies: `'recompute'`, the default, on training examples, or `'interpolate'`. Only
   * for networks with batch norm.
   */
  readonly statistics?: 'recompute' | 'interpolate'
  /** Training examples on which statistics are recomputed at every point, from 1; 2,560 by default. */
  readonly statisticsExamples?: number
}

/** How curves between copies are trained. */
export interface CurveOptions {
  /** Training steps of one curve, from 1 to 1e9. */
  readonly steps: number
}

const of = 'lab.instability'

export const lineChecks: Checks<LineChoices> = {
  points: wholeNumber(3, 10_000),
  trainExamples: wholeNumber(1),
  statistics: nameIn({ recompute: true, interpolate: true }, 'choice of statistics'),
  statisticsExamples: wholeNumber(1),
}

export const instabilityChecks: Checks<InstabilityChoices> = {
  ...lineChecks,
  steps: wholeNumbers,
  epochs: listOf(atLeastZero, '[0, 0.5, 3]'),
  orders: wholeNumber(2, 100),
  levels: wholeNumbers,
  threshold: positive,
  margin: atLeastZero,
  curve: (value) => {
    const { steps } = checkOptions<CurveOptions>(value, { steps: wholeNumber(1, mostSteps) }, 'curve')
    if (steps === undefined) throw badInput('{ steps: ... } in curve', 'none', 'For example { steps: 1000 }.')
    return { steps }
  },
}

/**
 * Checks what `lab.instability` was given; the steps' upper end is checked where T is known.
 * @throws TicketLabError `bad-input`
 */
export function checkInstability(
  networks: unknown,
  options: unknown,
): { readonly setup: Setup; readonly options: InstabilityOptions; readonly thresholds: Thresholds } {
  const source = checkNetworks(networks)
  const given = checkOptions<InstabilityChoices>(options, instabilityChecks, of)
  const { steps, epochs = [], orders = 2, levels, threshold, margin, curve } = given
  const all = [...(steps ?? []), ...epochs.map((epoch) => stepsOfEpochs(source.setup, epoch))]
  if (all.length === 0) {
    throw badInput(`{ steps: [...] } in ${of}`, 'none', 'For example { steps: [0, 100, 1000] }.')
  }
  const missing = levels?.find((level) => source.levels && !source.levels.includes(level))
  if (missing !== undefined) {
    throw badInput(`levels of ${source.name} (${source.levels?.join(', ')})`, `level ${missing}`)
  }
  const line = lineOptionsOf(given, curve?.steps)
  return {
    setup: {
      ...source.setup,
      deviations: [...source.setup.deviations, ...fewerOrders(source.setup, orders)],
    },
    options: {
      of: source.kind,
      ...(source.of === undefined ? {} : { controlled: source.of }),
      steps: all,
      orders,
      levels: levels ?? source.levels ?? [0],
      ...(Object.keys(line).length > 0 ? { line } : {}),
    },
    thresholds: { threshold: threshold ?? usualThreshold, margin: margin ?? usualMargin },
  }
}

/** The paper has three orders of the data for each initialization. */
function fewerOrders({ name }: Setup, orders: number): string[] {
  return isPreset(name) && orders !== 3 ? [`orders ${orders} (paper: 3)`] : []
}

/** @throws TicketLabError `bad-input` for examples that interpolated statistics do not need */
export function lineOptionsOf(
  { points, trainExamples, statistics, statisticsExamples }: Given<LineChoices>,
  curveSteps: number | undefined,
): LineOptions {
  if (statistics === 'interpolate' && statisticsExamples !== undefined) {
    throw badInput(
      `statisticsExamples with statistics: 'recompute' in ${of}`,
      "statistics: 'interpolate'",
      'Interpolated statistics need no examples.',
    )
  }
  return {
    ...(points === undefined ? {} : { points }),
    ...(trainExamples === undefined ? {} : { trainExamples }),
    ...(statistics === undefined ? {} : { statistics }),
    ...(statisticsExamples === undefined ? {} : { statisticsExamples }),
    ...(curveSteps === undefined ? {} : { curveSteps }),
  }
}

/** What is analysed, and the levels there are; any level can be asked for of a setup. */
function checkNetworks(given: unknown): {
  readonly kind: SourceKind
  readonly of?: Experiment['of']
  readonly name: string
  readonly setup: Setup
  readonly levels?: readonly number[]
} {
  if (given instanceof Results) {
    const { kind, of: controlled, trainings, setup } = given.experiment
    if (isStep(kind) || setup.own) {
      throw badInput(
        `results of lab.imp, lab.oneShot or lab.control by a criterion with a name in ${of}`,
        given.name,
        'Compare two of its networks by lab.barrier.',
      )
    }
    const levels = ascending(trainings.map(({ level }) => level))
    return {
      kind: kind as SourceKind,
      ...(controlled ? { of: controlled } : {}),
      name: given.name,
      setup,
      levels,
    }
  }
  const advice = promiseAdvice(given)
  if (advice !== '') throw badInput(`a setup or results in ${of}`, 'a promise', advice)
  if (given instanceof InstabilityResults) {
    throw badInput(`a setup or results of lab.imp, lab.oneShot or lab.control in ${of}`, given.name)
  }
  const setup = checkSetup(given, of)
  return { kind: 'imp', name: setup.name, setup }
}
