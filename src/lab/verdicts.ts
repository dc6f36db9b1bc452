import type { Barrier } from '../experiments/barriers'
import { usualPoints, type LinePlan } from '../experiments/lines'
import type { Match } from '../experiments/matching'
import type { Spread } from '../experiments/view'
import { percentLabel } from './plots/captions'
import type { Table } from './showing/table'

/*
 * Verdicts in words, with the numbers that they rest on: how many replicates are on the right side of the threshold.
 */

/** Such as `stable (3 of 3 under 2)`. */
export function barrierText({ verdict, under, test, threshold }: Barrier): string {
  return `${verdict} (${under} of ${test.count} under ${threshold})`
}

/** Such as `+0.31 [+0.25 to +0.36] matching (3 of 3)`. */
export function matchText({ difference, verdict, within }: Match): string {
  return `${differenceText(difference)} ${verdict} (${within} of ${difference.count})`
}

/** Levels with their accuracy at the end, in percent, beside the full network's. */
export function matchTable(matches: readonly Match[]): Table {
  if (matches.length === 0) {
    const title =
      'No full network was trained here, since masks are made before training: lab.imp of the same setup has one.'
    return { title, header: [], rows: [] }
  }
  const rows = matches.map((match) => [
    ...[String(match.level), percentLabel(100 * match.density)],
    ...[spreadText(match.accuracy, 2), spreadText(match.full, 2), matchText(match)],
  ])
  const header = ['level', 'remaining', 'test accuracy (%)', 'full network (%)', 'difference (points)']
  return { header, rows, notes: matches.slice(0, 1).map(({ margin }) => matchingNote(margin)) }
}

/** A difference in percentage points, with its sign and its range over replicates. */
function differenceText({ mean, minimum, maximum, count }: Spread): string {
  const [middle, low, high] = [mean, minimum, maximum].map(signed)
  return count > 1 ? `${middle!} [${low!} to ${high!}]` : middle!
}

export function stabilityNote(threshold: number): string {
  return (
    `stable: the test barrier is under ${threshold} points in every replicate; unstable: in none; ` +
    'undecided otherwise'
  )
}

export function matchingNote(margin: number): string {
  return (
    `matching: test accuracy at the end is at most ${margin} points below the full network's in every replicate; ` +
    'not matching: in none; undecided otherwise'
  )
}

/** Mean and range over replicates, such as `0.12 [0.05–0.18]`. */
export function spreadText({ mean, minimum, maximum, count }: Spread, digits: number): string {
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
        [`train error of up to ${trainExamples.toLocaleString('en')} training examples`]),
    ...(statistics === undefined ? [] : [statisticsText(statistics)]),
    ...(curveSteps === undefined ? [] : [`curves trained for ${curveSteps.toLocaleString('en')} steps`]),
  ]
  return parts.length > 0 ? parts.join('; ') : undefined
}

function statisticsText(statistics: NonNullable<LinePlan['statistics']>): string {
  return statistics === 'interpolate'
    ? 'batch-norm statistics interpolated'
    : `batch-norm statistics recomputed on ${statistics.examples.toLocaleString('en')} training examples`
}

function signed(value: number): string {
  const text = value.toFixed(2)
  return value > 0 && Number(text) !== 0 ? `+${text}` : Number(text) === 0 ? '0.00' : text
}
