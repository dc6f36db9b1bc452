import {
  Disposable,
  EventEmitter,
  NotebookCellStatusBarAlignment,
  NotebookCellStatusBarItem,
  notebooks,
  type NotebookCell,
} from 'vscode'
import { commands } from '../contributions'
import { notebookType, wantsOurKernel } from '../notebook/identity'
import type { Services } from '../services'
import { cellCostText, runsExperiments } from './cell-cost-text'
import type { CellCosts } from './cell-costs'
import { cellText, type CellWork } from './cell-text'

/** Shows below each cell how far its runs are, what of them was in the store, and on a click what it would cost. */
export function registerCellStatus(
  { news }: Services,
  workOf: (cell: NotebookCell) => CellWork | undefined,
  costs: CellCosts,
): Disposable {
  const changed = new EventEmitter<void>()
  const provider = notebooks.registerNotebookCellStatusBarItemProvider(notebookType, {
    onDidChangeCellStatusBarItems: changed.event,
    provideCellStatusBarItems(cell) {
      const work = workOf(cell)
      const shown = work && cellText(work)
      const asks =
        !shown?.runs && wantsOurKernel(cell.notebook.metadata) && runsExperiments(cell.document.getText())
      return [...(shown ? [workItem(shown)] : []), ...(asks ? [costItem(cell, costs)] : [])]
    },
  })
  const listening = [
    news.listen((_, told) => {
      if (told.type === 'runs' || told.type === 'ended') changed.fire()
    }),
    costs.onChange(() => changed.fire()),
  ]
  return Disposable.from(provider, ...listening, changed)
}

function workItem({
  text,
  tooltip,
  runs,
}: NonNullable<ReturnType<typeof cellText>>): NotebookCellStatusBarItem {
  const item = itemOf(text, tooltip)
  if (runs) item.command = commands.showRuns
  return item
}

function costItem(cell: NotebookCell, costs: CellCosts): NotebookCellStatusBarItem {
  const { text, tooltip } = cellCostText(costs.of(cell))
  const item = itemOf(text, tooltip)
  item.command = { command: commands.cellCost, title: 'Cost', arguments: [cell] }
  return item
}

function itemOf(text: string, tooltip: string): NotebookCellStatusBarItem {
  const item = new NotebookCellStatusBarItem(text, NotebookCellStatusBarAlignment.Left)
  item.tooltip = tooltip
  item.accessibilityInformation = { label: text.replace(/\$\([^)]*\) /, 'Ticket Lab: ') }
  return item
}
