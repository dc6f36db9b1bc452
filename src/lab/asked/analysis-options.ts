import { badInput } from '../../support/errors'
import type { PlaneOptions } from '../../experiments/plane'
import type { PlaneSplit } from '../../experiments/plane-plan'
import { checkOptions, nameIn, title, wholeNumber, type Check, type Checks } from '../../support/options'
import { membersOf, promiseAdvice } from '../../support/plain'
import { show } from '../../support/show'
import { NetworkWeights } from '../steps/weights'
import { isOf } from './given-results'
import { lineChecks, lineOptionsOf, type LineChoices } from './instability-options'

/** What `lab.align` aligns to. */
export interface AlignOptions {
  /** The network whose order of units is taken; of one replicate, all others are aligned to that. */
  readonly to: NetworkWeights
}

const networks: Check<NetworkWeights> = (value, name) => {
  if (isOf(NetworkWeights, value)) return value
  throw badInput(`${name} as weights, such as lab.train makes them`, show(value), promiseAdvice(value))
}

/** @throws TicketLabError `bad-input` */
export function checkAlign(options: unknown): AlignOptions {
  const { to } = checkOptions<AlignOptions>(options, { to: networks }, 'lab.align')
  if (to) return { to }
  throw badInput('a network to align to in lab.align', 'none', 'Say which: lab.align(b, { to: a }).')
}

/** How `lab.plane` evaluates the plane. */
export interface PlaneChoices extends Omit<LineChoices, 'points'> {
  /** About how many points the grid has in each direction, from 3 to 201; 21 by default. */
  readonly points?: number
  /**
   * How far the grid goes beyond the three networks on each side, as a part of the extent that they have, from 0 to 10; 0.2 by
   * default. It is made somewhat larger where otherwise the networks would be no points of the grid.
   */
  readonly margin?: number
  /** On which examples; `['test']` by default. */
  readonly splits?: readonly PlaneSplit[]
  /** Test examples of which each point is evaluated, from 1, the first ones; by default all. */
  readonly testExamples?: number
  /** What the three networks are called in plots and the tree; by default after their trainings. */
  readonly names?: readonly [string, string, string]
}

const { trainExamples, statistics, statisticsExamples } = lineChecks

const planeChecks: Checks<PlaneChoices> = {
  ...{ trainExamples, statistics, statisticsExamples },
  points: wholeNumber(3, 201),
  margin(value, name) {
    if (typeof value === 'number' && value >= 0 && value <= 10) return value
    throw badInput(`${name} to be a number from 0 to 10`, show(value))
  },
  splits(value, name) {
    const all = membersOf(value, name, "['test', 'train']")
    const checked = all.map((one) => nameIn<PlaneSplit>({ test: true, train: true }, 'split')(one, name))
    if (checked.length > 0 && new Set(checked).size === checked.length) return checked
    throw badInput(`${name} as one or two splits such as ['test', 'train']`, show(value))
  },
  testExamples: wholeNumber(1),
  names(value, name) {
    const all = membersOf(value, name, "['a', 'b', 'c']").map((one) => title(one, name))
    if (all.length === 3 && new Set(all).size === 3) return all as unknown as PlaneChoices['names'] & object
    throw badInput(`${name} as three names of which no two are the same`, show(value))
  },
}

/** @throws TicketLabError `bad-input` */
export function checkPlane(options: unknown): PlaneOptions {
  const { points, margin, splits, testExamples, names, ...line } = checkOptions<PlaneChoices>(
    options,
    planeChecks,
    'lab.plane',
  )
  return {
    ...lineOptionsOf(line, undefined),
    ...(points === undefined ? {} : { points }),
    ...(margin === undefined ? {} : { margin }),
    ...(splits === undefined ? {} : { splits }),
    ...(testExamples === undefined ? {} : { testExamples }),
    ...(names === undefined ? {} : { names }),
  }
}
