import { randomUUID } from 'node:crypto'
import { isPlain } from '../../support/plain'
import { badInput } from '../../support/errors'
import { readIfThere, writeWhole } from '../../support/files'

/** Puts a cell behind the others of a notebook, which is made where there is none. @throws TicketLabError `bad-input` for what is none */
export async function appendCell(path: string, code: string): Promise<void> {
  const bytes = await readIfThere(path)
  const notebook = bytes ? parsed(path, bytes.toString()) : emptyNotebook()
  const cell = {
    cell_type: 'code',
    execution_count: null,
    id: randomUUID().slice(0, 8),
    metadata: {},
    outputs: [],
    source: code.split(/(?<=\n)/),
  }
  const whole = { ...notebook, cells: [...notebook.cells, cell] }
  await writeWhole(path, `${JSON.stringify(whole, null, 1)}\n`)
}

interface NotebookFile {
  readonly cells: readonly unknown[]
}

function parsed(path: string, text: string): NotebookFile {
  const expected = 'a notebook (.ipynb) of which cells can be read'
  try {
    const notebook: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (isPlain(notebook) && Array.isArray(notebook['cells'])) return notebook as unknown as NotebookFile
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw badInput(expected, path, 'Nothing was changed. Name another file with --notebook.')
}

function emptyNotebook(): NotebookFile {
  const metadata = {
    kernelspec: { display_name: 'Ticket Lab', language: 'typescript', name: 'ticketlab' },
    language_info: { name: 'typescript' },
  }
  return { cells: [], metadata, nbformat: 4, nbformat_minor: 5 } as NotebookFile
}
