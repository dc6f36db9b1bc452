import type { ToldCost } from '../../lab/assistant/planned'
import { countText, durationText } from '../../support/quantities'

/** What is known of the cost of a cell, since it was asked for. */
export type KnownCost =
  | { readonly kind: 'asked' }
  | { readonly kind: 'told'; readonly cost: ToldCost }
  /** It cannot be told. */
  | { readonly kind: 'refused'; readonly reason: string }

/** Whether a cell seems to run experiments. */
export function runsExperiments(code: string): boolean {
  return /\blab\s*\.\s*(?:imp|oneShot|variants|control|instability)\s*\(/.test(code)
}

/** What a cell's status bar says of its cost, before and after it was asked for. */
export function cellCostText(known: KnownCost | undefined): {
  readonly text: string
  readonly tooltip: string
} {
  const icon = '$(dashboard)'
  switch (known?.kind) {
    case undefined:
      return {
        text: `${icon} Cost?`,
        tooltip:
          'What running this cell would cost, less what the store has. No code of the notebook is executed for that.',
      }
    case 'asked':
      return { text: '$(loading~spin) Cost…', tooltip: 'Some steps are timed.' }
    case 'refused':
      return { text: `${icon} Cost: not known`, tooltip: known.reason }
    case 'told':
      return toldText(icon, known.cost)
  }
}

function toldText(
  icon: string,
  { trainings, steps, seconds }: ToldCost,
): { readonly text: string; readonly tooltip: string } {
  if (trainings.todo === 0 && seconds === 0) {
    return { text: `${icon} Cost: nothing`, tooltip: 'The store has every result.' }
  }
  const time = seconds === undefined ? 'time not measured yet' : `about ${durationText(seconds)}`
  return {
    text: `${icon} Cost: ${countText(steps.todo)} steps, ${time}`,
    tooltip: [
      `${countText(trainings.todo)} of ${countText(trainings.total)} trainings, ${countText(steps.todo)} of ${countText(steps.total)} steps are to be computed; the store has the others.`,
      'Names are taken from the cells above as they are written. Click to ask again.',
    ].join('\n'),
  }
}
