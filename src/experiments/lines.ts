import { badInput, TicketLabError } from '../support/errors'
import { hasStatistics } from '../training/interpolate'
import type { BendTask, InterpolateTask, LineStatistics, TrainTask, WeightsRef } from '../tasks/tasks'
import { knownExamples } from './epochs'
import type { Setup } from './setup'

/** How the line between two copies is evaluated. */
export interface LineOptions {
  /** Evenly spaced points, both ends among them; 30 by default (Frankle et al. 2020, section 2). */
  readonly points?: number
  /** Training examples of which the train error is measured; by default all. */
  readonly trainExamples?: number
  /**
   * Batch norm's running statistics at the points: `'recompute'`, the default, on training examples, or
   * `'interpolate'`, as the weights are. For networks without batch norm there is nothing to choose.
   */
  readonly statistics?: 'recompute' | 'interpolate'
  /** Training examples on which statistics are recomputed; 2,560 by default. */
  readonly statisticsExamples?: number
  /** Steps in which a curve between the copies is trained, and evaluated beside the line; by default there is none. */
  readonly curveSteps?: number
}

/** How the lines of an analysis are evaluated, with what was left open decided. */
export interface LinePlan {
  /** Evenly spaced points, both ends among them. */
  readonly points: number
  /** Absent for all. */
  readonly trainExamples?: number
  /** Absent for networks without batch norm. */
  readonly statistics?: LineStatistics
  /** Steps that a curve between the copies is trained for; absent without curves. */
  readonly curveSteps?: number
}

export const usualPoints = 30
const usualStatisticsExamples = 2560

/** @throws TicketLabError `bad-input` for statistics of a network that has none, and more examples than there are */
export function linePlanOf({ network, dataset, recipe }: Setup, options: LineOptions = {}): LinePlan {
  const { points = usualPoints, trainExamples, statistics, statisticsExamples, curveSteps } = options
  const normalized = hasStatistics(network)
  if (!normalized && (statistics !== undefined || statisticsExamples !== undefined)) {
    throw new TicketLabError(
      'bad-input',
      `Expected no choice of statistics for the network ${network.name}, which has no batch norm. Leave it out.`,
    )
  }
  const there = knownExamples(dataset)
  for (const [name, asked] of Object.entries({ trainExamples, statisticsExamples })) {
    if (asked === undefined || there === undefined || asked <= there) continue
    throw badInput(`${name} to be at most the ${there} examples that are trained on`, asked)
  }
  const { batchSize } = recipe
  const examples = Math.max(batchSize, statisticsExamples ?? usualStatisticsExamples)
  return {
    points,
    ...(trainExamples === undefined ? {} : { trainExamples }),
    ...(normalized
      ? { statistics: statistics === 'interpolate' ? statistics : { examples, batchSize } }
      : {}),
    ...(curveSteps === undefined ? {} : { curveSteps }),
  }
}

/** The plan without what everybody has anyway, for descriptions that must not change when options are added. */
export function planWithoutDefaults({ points, ...rest }: LinePlan): object | undefined {
  const changed = { ...(points === usualPoints ? {} : { points }), ...rest }
  return Object.keys(changed).length > 0 ? changed : undefined
}

/** Two copies that were trained alike, but for the order of examples, from the same weights under the same mask. */
export interface Pair {
  readonly ends: readonly [WeightsRef, WeightsRef]
  /** The training of either. */
  readonly training: TrainTask
  /** Seed of what is random in the curve between them. */
  readonly seed: number
}

/** What the line between two networks depends on. */
export interface Ends extends Pick<Pair, 'ends'> {
  /** What both are, and where they started from, if it is the same. */
  readonly training: Pick<TrainTask, 'network' | 'dataset' | 'mask' | 'backend'> &
    Partial<Pick<TrainTask, 'start'>>
}

/** The line between two networks. @param bend the middle of a curve, which is evaluated in place of the line */
export function lineTask({ ends, training }: Ends, plan: LinePlan, bend?: WeightsRef): InterpolateTask {
  const { network, dataset, start, mask, backend } = training
  const { points, trainExamples, statistics } = plan
  return {
    kind: 'interpolate',
    network,
    dataset,
    ends,
    ...(bend ? { bend } : {}),
    ...(start === undefined ? {} : { origin: start }),
    ...(mask === undefined ? {} : { mask }),
    points,
    splits: ['train', 'test'],
    ...(trainExamples === undefined ? {} : { examples: { train: trainExamples } }),
    ...(statistics === undefined ? {} : { statistics }),
    backend,
  }
}

/** The curve between two copies, trained by the rule that the copies were trained by. */
export function bendTask({ ends, training, seed }: Pair, steps: number): BendTask {
  const { network, dataset, mask, recipe, backend } = training
  const { batchSize, optimizer } = recipe
  return {
    kind: 'bend',
    network,
    dataset,
    ends,
    ...(mask === undefined ? {} : { mask }),
    steps,
    batchSize,
    optimizer,
    seed,
    backend,
  }
}
