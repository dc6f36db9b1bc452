import { countText } from '../../support/quantities'
import { cellLanguage } from './identity'
import type { PlainCell } from './ipynb'

/** What the command "Run Iterative Magnitude Pruning…" asked for. */
export interface ImpChoices {
  readonly preset: string
  readonly levels: number
  readonly replicates: number
  readonly steps: number
}

/** The cell that runs iterative magnitude pruning as chosen. */
export function impCell({ preset, levels, replicates, steps }: ImpChoices): PlainCell {
  const text = [
    `const network = lab.preset('${preset}', { steps: ${steps}, replicates: ${replicates} })`,
    `const tickets = await lab.imp(network, { levels: ${levels} })`,
  ].join('\n')
  return { kind: 'code', language: cellLanguage, text }
}

/** The cells of a new experiment notebook. */
export function newNotebookCells(): PlainCell[] {
  return [
    {
      kind: 'markdown',
      language: 'markdown',
      text: '# New experiment\n\nWhat is the question, and what would be a surprise?',
    },
    impCell({ preset: 'lenet-mnist', levels: 4, replicates: 1, steps: 500 }),
    {
      kind: 'code',
      language: cellLanguage,
      text: [
        "const reinit = await lab.control(tickets, 'random-reinit')",
        'lab.plot.accuracy(tickets, reinit)',
      ].join('\n'),
    },
  ]
}

/** Why `text` cannot be used as a whole number in the range, or `undefined` if it can. */
export function wholeNumberProblem(text: string, minimum: number, maximum: number): string | undefined {
  const value = Number(text.trim())
  if (text.trim() !== '' && Number.isInteger(value) && value >= minimum && value <= maximum) return undefined
  return `A whole number from ${countText(minimum)} to ${countText(maximum)} is expected.`
}
