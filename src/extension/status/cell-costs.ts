import {
  CancellationTokenSource,
  EventEmitter,
  NotebookCellKind,
  window,
  type Event,
  type NotebookCell,
} from 'vscode'
import type { ToldCost } from '../../lab/assistant/planned'
import { askTool } from '../assistant/ask-tool'
import { currentSettings } from '../configuration'
import type { Services } from '../services'
import type { KnownCost } from './cell-cost-text'

/** The costs of cells that were asked for, as long as the cells are as they were. */
export interface CellCosts {
  of(cell: NotebookCell): KnownCost | undefined
  /** Asks what a cell would cost; the one that is selected by default. */
  ask(cell: NotebookCell | undefined): Promise<void>
  readonly onChange: Event<void>
  dispose(): void
}

export function createCellCosts(services: Services): CellCosts {
  const changed = new EventEmitter<void>()
  const known = new WeakMap<NotebookCell, { readonly texts: string; readonly cost: KnownCost }>()
  return {
    of(cell) {
      const found = known.get(cell)
      return found?.texts === JSON.stringify(textsTo(cell)) ? found.cost : undefined
    },
    async ask(given) {
      const cell = given ?? selectedCell()
      if (!cell) return
      const cells = textsTo(cell)
      const texts = JSON.stringify(cells)
      const tell = (cost: KnownCost): void => {
        known.set(cell, { texts, cost })
        changed.fire()
      }
      const { backend, trainers } = currentSettings()
      const request = { cells, trainers, ...(backend ? { backend } : {}) }
      const { token } = new CancellationTokenSource()
      tell({ kind: 'asked' })
      try {
        await askTool(services, 'cost', request, token, (line) =>
          tell({ kind: 'told', cost: JSON.parse(line) as ToldCost }),
        )
      } catch (error) {
        tell({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) })
      }
    },
    onChange: changed.event,
    dispose: () => changed.dispose(),
  }
}

/** What stands in the code cells of a notebook up to one. */
function textsTo({ notebook, index }: NotebookCell): readonly string[] {
  return notebook
    .getCells()
    .slice(0, index + 1)
    .filter(({ kind }) => kind === NotebookCellKind.Code)
    .map(({ document }) => document.getText())
}

function selectedCell(): NotebookCell | undefined {
  const editor = window.activeNotebookEditor
  if (!editor || editor.notebook.cellCount === 0) {
    void window.showInformationMessage('Open a Ticket Lab notebook first.')
    return undefined
  }
  return editor.notebook.cellAt(editor.selection.start)
}
