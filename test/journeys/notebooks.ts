import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { notebookMetadata } from '../../src/extension/notebook/identity'

/** A notebook of ours with these cells, as a file. */
export function notebookOf(...cells: readonly string[]): string {
  return JSON.stringify({
    ...notebookMetadata(),
    metadata: notebookMetadata()['metadata'],
    cells: cells.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
  })
}

/** The quickstart, with trainings so short that it takes seconds. */
export function shortQuickstart({ steps = 60, evaluateEvery = 20, levels = 2 } = {}): Promise<string> {
  return shortened('quickstart', [
    ['steps: 2000, replicates: 2', `steps: ${steps}, replicates: 2, evaluateEvery: ${evaluateEvery}`],
    ['levels: 8', `levels: ${levels}`],
    ['levels: [0, 3, 5, 7]', 'levels: [0, 2]'],
  ])
}

/** The notebook that goes step by step, made short likewise. */
export function shortStepByStep(): Promise<string> {
  return shortened('step-by-step', [
    ['steps: 2000, replicates: 2', 'steps: 60, replicates: 2, evaluateEvery: 20'],
    ['at(500)', 'at(20)'],
  ])
}

async function shortened(
  example: string,
  changes: readonly (readonly [from: string, to: string])[],
): Promise<string> {
  const file = fileURLToPath(new URL(`../../examples/${example}.ipynb`, import.meta.url))
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`${example} no longer contains "${from}": adapt this test.`)
      return text.replace(from, to)
    },
    await readFile(file, 'utf8'),
  )
}
