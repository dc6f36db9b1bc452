import { percentText, countText } from '../../support/quantities'
import type { Barrier } from '../../experiments/barriers'
import { mostReplicates, type Certainty } from '../../experiments/certainty'
import type { Chance } from '../../experiments/chance'
import { usualPoints, type LinePlan } from '../../experiments/lines'
import type { Match } from '../../experiments/matching'
import type { Spread } from '../../experiments/view'
import type { Table } from '../showing/table'

/*
 * Verdicts in words, with how sure they are.
 */

/** Such as `stable, settled [95%: 0.15 to 0.75]`. */
export function barrierText({ verdict, certainty, test }: Barrier): string {
  return certainty ? `${verdict}, ${certaintyText(certainty, test)}` : verdict
}

/** Such as `+0.31 matching, settled [95%: +0.05 to +0.57]`. */
export function matchText(match: Match): string {
  return `${signed(match.difference.mean)} ${matchVerdictText(match)}`
}

/** Such as `matching, settled [95%: +0.05 to +0.57]`. */
export function matchVerdictText({ difference, verdict, certainty }: Match): string {
  return certainty ? `${verdict}, ${certaintyText(certainty, difference, signed)}` : verdict
}

/** Such as `mode connected, settled`. */
export function connectivityText({ connectivity, settled, test }: NonNullable<Barrier['curve']>): string {
  if (connectivity === 'at chance' || test.count < 2) return connectivity
  return `${connectivity}, ${settled ? 'settled' : 'not settled'}`
}

/**
 * How sure a verdict on a mean is, such as `settled [95%: 0.15 to 0.75]`, or
 * `not settled [95%: -0.97 to 0.78; ~12 replicates]`.
 */
export function certaintyText(
  { interval, settled, replicatesToSettle }: Certainty,
  { count }: Spread,
  number: (value: number) => string = twoDigits,
): string {
  if (!interval) return count === 1 ? '1 replicate: no interval' : 'replicates all equal: no interval'
  const range = `95%: ${number(interval.low)} to ${number(interval.high)}`
  if (settled) return `settled [${range}]`
  const needed = replicatesToSettle === undefined ? `>${mostReplicates}` : `~${replicatesToSettle}`
  return `not settled [${range}; ${needed} replicates]`
}

/** Levels with their accuracy at the end, in percent, beside the full network's. */
export function matchTable(matches: readonly Match[]): Table {
  if (matches.length === 0) {
    const title =
      'No full network was trained here, since masks are made before training: lab.imp of the same setup has one.'
    return { title, header: [], rows: [] }
  }
  const rows = matches.map((match) => [
    ...[String(match.level), percentText(match.density)],
    ...[spreadText(match.accuracy, 2), spreadText(match.full, 2), matchText(match)],
  ])
  const header = ['level', 'remaining', 'test accuracy (%)', 'full network (%)', 'difference (points)']
  return { header, rows, notes: [matchingNote(matches)] }
}

export function stabilityNote(threshold: number, barriers: readonly Barrier[]): string {
  const atChance = barriers.some(({ verdict }) => verdict === 'at chance')
  return [
    `stable: the test barrier, mean over replicates of the mean over their pairs, is under ${threshold} points; ${settledNote}`,
    ...(atChance ? ['at chance: copies are not better than guessing, so a low barrier says nothing'] : []),
  ].join('\n')
}

/** @param matches what the note is about, at least one */
export function matchingNote(matches: readonly Match[]): string {
  const { margin } = matches[0]!
  const chance = matches.find(({ verdict }) => verdict === 'no reference')?.chance
  return [
    `matching: test accuracy at the end, mean over replicates, is at most ${margin} points below the full network's; ${settledNote}`,
    ...(chance ? [`no reference: a full network is not better than guessing, ${chanceText(chance)}`] : []),
  ].join('\n')
}

const settledNote =
  "settled: the 95% interval of the mean (Student's t) is on one side of that; " +
  '~n replicates: as many would probably settle it'

/** Such as `up to 11.98% here (10,000 test examples, 11.35% of one class)`. */
function chanceText({ accuracy, bound, classes, testCount, largestTestClass }: Chance): string {
  const share = `${twoDigits(100 * accuracy)}%`
  const why = largestTestClass === undefined ? `${share} for ${classes} classes` : `${share} of one class`
  const among = testCount === undefined ? why : `${countText(testCount)} test examples, ${why}`
  return `up to ${twoDigits(100 * bound)}% here (${among})`
}

/** Mean and range over replicates, such as `0.12 [0.05–0.18]`; nothing but early stop may be of none. */
export function spreadText({ mean, minimum, maximum, count }: Spread, digits: number): string {
  if (count === 0) return 'no validation'
  const [middle, low, high] = [mean, minimum, maximum].map((value) => value.toFixed(digits))
  return count > 1 ? `${middle!} [${low!}–${high!}]` : middle!
}

/** How lines are evaluated, where it is not the usual way; `undefined` where it is. */
export function lineNote({ points, trainExamples, statistics, curveSteps }: LinePlan): string | undefined {
  const parts = [
    ...(points === usualPoints ? [] : [`${points} points on each line`]),
    ...(trainExamples === undefined
      ? []
      : // A dataset of one's own may have fewer.
        [`train error of up to ${countText(trainExamples)} training examples`]),
    ...(statistics === undefined ? [] : [statisticsText(statistics)]),
    ...(curveSteps === undefined ? [] : [`curves trained for ${countText(curveSteps)} steps`]),
  ]
  return parts.length > 0 ? parts.join('; ') : undefined
}

function statisticsText(statistics: NonNullable<LinePlan['statistics']>): string {
  return statistics === 'interpolate'
    ? 'batch-norm statistics interpolated'
    : `batch-norm statistics recomputed on ${countText(statistics.examples)} training examples`
}

function twoDigits(value: number): string {
  const text = value.toFixed(2)
  return Number(text) === 0 ? '0.00' : text
}

function signed(value: number): string {
  const text = value.toFixed(2)
  return value > 0 && Number(text) !== 0 ? `+${text}` : Number(text) === 0 ? '0.00' : text
}
