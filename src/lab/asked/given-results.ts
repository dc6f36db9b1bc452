import { badInput } from '../../support/errors'
import { promiseAdvice, reading } from '../../support/plain'
import { show } from '../../support/show'
import { InstabilityResults } from '../results/instability-results'
import { Results } from '../results/results'
import { PlaneResults } from '../steps/plane'
import { NetworkMask } from '../steps/mask'
import { OverlapResults } from '../steps/overlap'
import { NetworkWeights, TrainedNetwork } from '../steps/weights'

/*
 * What methods are given that other methods have returned. All throw `bad-input`, with what to do, for everything else.
 */

/** Results of trainings, those of lab.train among them; at least one. */
export function checkResults(given: readonly unknown[], of: string): readonly Results[] {
  return checkEach(given, `results of lab.imp, lab.oneShot or lab.control in ${of}`, resultsIn)
}

export function checkAnalyses(given: readonly unknown[], of: string): readonly InstabilityResults[] {
  return checkEach(
    given,
    `results of lab.instability in ${of}`,
    (one) => (isOf(InstabilityResults, one) ? one : undefined),
    (one) => (isOf(Results, one) ? `the results of ${one.name}` : show(one)),
  )
}

/** Results of an instability analysis that looks at subnetworks. */
export function checkSubnetworks(given: readonly unknown[], of: string): readonly InstabilityResults[] {
  const analyses = checkAnalyses(given, of)
  if (analyses.some(({ plan }) => plan.levels.some((level) => level > 0))) return analyses
  throw badInput(
    `subnetworks in ${of}`,
    'the full network only',
    'For example lab.instability(setup, { steps: [0], levels: [3] }).',
  )
}

/** Results of any experiment, those of variants one by one. */
export function checkRecorded(
  given: readonly unknown[],
  of: string,
): readonly (Results | InstabilityResults)[] {
  return checkEach(
    withoutVariants(given),
    `results of lab.imp, lab.oneShot, lab.variants, lab.control or lab.instability in ${of}`,
    (one) => (isOf(InstabilityResults, one) ? one : resultsIn(one)),
  )
}

export function checkOverlaps(given: readonly unknown[]): readonly OverlapResults[] {
  const expected = 'results of overlap in lab.plot.overlap, such as await mask.overlap(other)'
  return checkEach(given, expected, (one) => (isOf(OverlapResults, one) ? one : undefined))
}

export function checkPlanes(given: readonly unknown[]): readonly PlaneResults[] {
  const expected = 'results of lab.plane in lab.plot.plane'
  return checkEach(given, expected, (one) => (isOf(PlaneResults, one) ? one : undefined))
}

export function checkWeights(given: readonly unknown[], of: string): readonly NetworkWeights[] {
  const expected = `weights in ${of}, such as await lab.train(setup)`
  return checkEach(given, expected, (one) => (isOf(NetworkWeights, one) ? one : undefined))
}

export function checkMasks(given: readonly unknown[], of: string): readonly NetworkMask[] {
  const expected = `masks in ${of}, such as await lab.prune(full)`
  return checkEach(given, expected, (one) => (isOf(NetworkMask, one) ? one : undefined))
}

/** Splits what a plot was given into results and, where the last is an object of no kind of ours, its options. */
export function splitOptions(all: readonly unknown[]): {
  readonly results: readonly unknown[]
  readonly options: unknown
} {
  const given = withoutVariants(all)
  const last = given.at(-1)
  const plain = reading('what is drawn', () => {
    const isObject = typeof last === 'object' && last !== null && !Array.isArray(last)
    return (
      isObject &&
      ![Results, InstabilityResults, PlaneResults, NetworkWeights, Promise].some(
        (kind) => last instanceof kind,
      )
    )
  })
  return plain ? { results: given.slice(0, -1), options: last } : { results: given, options: undefined }
}

/** Whether a value is of a class; proxies of a cell's own are of none, whatever they throw. */
export function isOf<T>(kind: abstract new (...given: never[]) => T, value: unknown): value is T {
  try {
    return value instanceof kind
  } catch {
    return false
  }
}

/** What to do with something else than results. */
function adviceOn(given: unknown): string {
  return Array.isArray(given) ? 'Give the members of a list one by one: ...list.' : promiseAdvice(given)
}

/**
 * @param accept gives what is wanted of a value, or nothing
 * @param found what an error calls a value that is not wanted
 */
function checkEach<T>(
  given: readonly unknown[],
  expected: string,
  accept: (one: unknown) => T | undefined,
  found: (one: unknown) => string = show,
): readonly T[] {
  if (given.length === 0) throw badInput(expected, 'none')
  return given.map((one) => {
    const wanted = accept(one)
    if (wanted !== undefined) return wanted
    throw badInput(expected, found(one), adviceOn(one))
  })
}

function resultsIn(one: unknown): Results | undefined {
  if (isOf(Results, one)) return one
  return isOf(TrainedNetwork, one) ? one.results : undefined
}

/** What `lab.variants` gives stands for its results. */
function withoutVariants(given: readonly unknown[]): readonly unknown[] {
  return given.flatMap((one) => (areVariants(one) ? Object.values(one) : [one]))
}

function areVariants(given: unknown): given is Readonly<Record<string, Results>> {
  const isObject = typeof given === 'object' && given !== null
  if (!isObject || isOf(Results, given) || isOf(NetworkWeights, given)) return false
  const members = reading('what is drawn', (): unknown[] => Object.values(given))
  return members.length > 0 && members.every((one) => isOf(Results, one))
}
