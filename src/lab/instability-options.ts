import { usualThreshold } from '../experiments/barriers'
import type { SourceKind } from '../experiments/experiment'
import type { InstabilityOptions } from '../experiments/instability'
import { InstabilityResults } from './instability-results'
import { badInput, checkOptions, checkSetup, positive, wholeNumber, wholeNumbers } from './options'
import { Results } from './results'

/** What `lab.instability` is told. */
export interface InstabilityChoices {
  /** The steps k at which networks are copied; 0 is initialization. */
  readonly steps: readonly number[]
  /** How many copies are trained, each with another order of the data; 2 by default. */
  readonly orders?: number
  /** Levels of pruning; by default 0, the full network, for a setup, and all levels of given results. */
  readonly levels?: readonly number[]
  /** Barrier height, in percentage points of test error, below which a network is stable; 2 by default. */
  readonly threshold?: number
}

const of = 'lab.instability'

/**
 * Checks what `lab.instability` was given; the steps' upper end is checked where T is known.
 * @throws TicketLabError `bad-input`
 */
export function checkInstability(
  networks: unknown,
  options: unknown,
): InstabilityOptions & { readonly threshold: number } {
  const source = checkNetworks(networks)
  const { steps, orders, levels, threshold } = checkOptions<Required<InstabilityChoices>>(
    options,
    { steps: wholeNumbers, orders: wholeNumber(2), levels: wholeNumbers, threshold: positive },
    of,
  )
  if (steps === undefined || steps.length === 0) {
    throw badInput(`{ steps: [...] } in ${of}`, 'none', 'For example { steps: [0, 100, 1000] }.')
  }
  const missing = levels?.find((level) => source.levels && !source.levels.includes(level))
  if (missing !== undefined) {
    throw badInput(`levels of ${source.name} (${source.levels?.join(', ')})`, `level ${missing}`)
  }
  return {
    of: source.kind,
    steps,
    orders: orders ?? 2,
    levels: levels ?? source.levels ?? [0],
    threshold: threshold ?? usualThreshold,
  }
}

/** What is analysed, and the levels there are; any level can be asked for of a setup. */
function checkNetworks(given: unknown): {
  readonly kind: SourceKind
  readonly name: string
  readonly levels?: readonly number[]
} {
  if (given instanceof Results) {
    const { kind, trainings } = given.experiment
    const levels = [...new Set(trainings.map(({ level }) => level))].sort((one, other) => one - other)
    return { kind: kind as SourceKind, name: given.name, levels }
  }
  if (given instanceof Promise) {
    throw badInput(`a setup or results in ${of}`, 'a promise', "Write 'await' before the call that made it.")
  }
  if (given instanceof InstabilityResults) {
    throw badInput(`a setup or results of lab.imp, lab.oneShot or lab.control in ${of}`, given.name)
  }
  return { kind: 'imp', name: checkSetup(given, of).name }
}
