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
export async function shortQuickstart(): Promise<string> {
  const file = fileURLToPath(new URL('../../examples/quickstart.ipynb', import.meta.url))
  return [
    ['steps: 2000, replicates: 2', 'steps: 60, replicates: 2, evaluateEvery: 20'],
    ['levels: 8', 'levels: 2'],
    ['levels: [0, 3, 5, 7]', 'levels: [0, 2]'],
  ].reduce((text, [from, to]) => replaced(text, from!, to!), await readFile(file, 'utf8'))
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The quickstart no longer contains "${from}": adapt this test.`)
  return text.replace(from, to)
}
