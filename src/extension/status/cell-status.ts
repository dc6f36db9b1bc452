import {
  Disposable,
  EventEmitter,
  NotebookCellStatusBarAlignment,
  NotebookCellStatusBarItem,
  notebooks,
  type NotebookCell,
} from 'vscode'
import { commands } from '../contributions'
import { notebookType } from '../notebook/identity'
import type { Services } from '../services'
import { cellText, type CellWork } from './cell-text'

/** Shows below each cell how far its runs are, and what of them was in the store. */
export function registerCellStatus(
  { news }: Services,
  workOf: (cell: NotebookCell) => CellWork | undefined,
): Disposable {
  const changed = new EventEmitter<void>()
  const provider = notebooks.registerNotebookCellStatusBarItemProvider(notebookType, {
    onDidChangeCellStatusBarItems: changed.event,
    provideCellStatusBarItems(cell) {
      const work = workOf(cell)
      const shown = work && cellText(work)
      if (!shown) return []
      const item = new NotebookCellStatusBarItem(shown.text, NotebookCellStatusBarAlignment.Left)
      item.tooltip = shown.tooltip
      item.accessibilityInformation = { label: shown.text.replace(/\$\([^)]*\) /, 'Ticket Lab: ') }
      if (shown.runs) item.command = commands.showRuns
      return [item]
    },
  })
  const listening = news.listen((_, told) => {
    if (told.type === 'runs' || told.type === 'ended') changed.fire()
  })
  return Disposable.from(provider, listening, changed)
}
