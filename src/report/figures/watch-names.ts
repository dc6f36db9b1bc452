import { numbered } from './data'
import { percentLabel, countText } from '../../support/quantities'
import type { TrainingInProgress } from '../../experiments/in-progress'
import { toPercent } from '../words/numbers'

/** How trainings that run at once are told apart. */
export interface WatchNames {
  /** What all have in common, such as `tickets, level 3 (51.2% of weights)`; empty where there is nothing. */
  readonly common: string
  /** Of each what not all have in common, such as `level 3, replicate 2`, or its replicate alone. */
  readonly own: readonly string[]
  /** The whole name of each, such as `full network (level 0), replicate 1`. */
  readonly whole: readonly string[]
}

/** The names of some trainings, no two of which are the same. */
export function namesOf(trainings: readonly TrainingInProgress[]): WatchNames {
  const all = trainings.map(partsOf)
  const [first = []] = all
  const shared = first.map(
    // The replicate is always said of each: how many there are changes from moment to moment.
    ({ text }, index) => index < first.length - 1 && all.every((parts) => parts[index]!.text === text),
  )
  return {
    common: joined(first.filter((_, index) => shared[index]).map(({ text }) => text)),
    own: numbered(
      all.map((parts) =>
        joined(parts.filter((_, index) => !shared[index]).map(({ text, short = text }) => short)),
      ),
    ),
    whole: numbered(all.map((parts) => joined(parts.map(({ text }) => text)))),
  }
}

/** Each part says one thing, so that it can be seen in what trainings differ; empty where there is nothing to say. */
function partsOf(
  training: TrainingInProgress,
): readonly { readonly text: string; readonly short?: string }[] {
  const { networks, variant = '', level, density, replicate, draw, copy, until, partial } = training
  const full = density === 1
  const weights = `${percentLabel(toPercent(density))} of weights`
  return [
    full ? { text: 'full network (level 0)', short: 'full network' } : { text: networks },
    { text: variant },
    full
      ? { text: '' }
      : level === undefined
        ? { text: weights }
        : { text: `level ${level} (${weights})`, short: `level ${level}` },
    { text: copy ? `from step ${countText(copy.step)}` : '' },
    { text: copy ? `copy ${copy.order}` : '' },
    { text: partial ? `up to step ${countText(until)}` : '' },
    {
      text: [
        ...(replicate === undefined ? [] : [`replicate ${replicate}`]),
        ...(draw === undefined ? [] : [`draw ${draw}`]),
      ].join(', '),
    },
  ]
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ')
}
