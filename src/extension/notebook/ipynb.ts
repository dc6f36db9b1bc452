import { TicketLabError } from '../../support/errors'
import { cellLanguage } from './identity'

/** A cell as text, before VS Code makes a document of it. */
export interface PlainCell {
  readonly kind: 'code' | 'markdown'
  readonly language: string
  readonly text: string
}

/**
 * The cells of an .ipynb file, without their outputs.
 * @throws TicketLabError `data-corrupt` when the text is no notebook of format 4
 */
export function readCells(text: string, name: string): PlainCell[] {
  const notebook = parse(text, name)
  if (notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new TicketLabError(
      'data-corrupt',
      `${name} should be a notebook of format 4 with a list of cells, found format ${String(notebook.nbformat)}. ` +
        'Install the extension again.',
    )
  }
  return (notebook.cells as RawCell[]).map((cell) => {
    const source = typeof cell.source === 'string' ? cell.source : (cell.source ?? []).join('')
    return cell.cell_type === 'markdown'
      ? { kind: 'markdown', language: 'markdown', text: source }
      : { kind: 'code', language: cellLanguage, text: source }
  })
}

interface RawCell {
  readonly cell_type?: string
  readonly source?: string | readonly string[]
}

function parse(text: string, name: string): { nbformat?: unknown; cells?: unknown } {
  try {
    return JSON.parse(text) as { nbformat?: unknown; cells?: unknown }
  } catch (error) {
    throw new TicketLabError('data-corrupt', `${name} is not JSON. Install the extension again.`, {
      cause: error,
    })
  }
}
