import {
  Disposable,
  window,
  workspace,
  type NotebookCell,
  type NotebookCellExecution,
  type NotebookCellOutput,
} from 'vscode'
import { isInTab, isTabOf } from './tabs'

/**
 * Makes a cell show what `before` did, whose place it has taken, as far as it does not yet: what is shown while a notebook is
 * being written is not in the file. Returns the outputs that it has now.
 */
export function showAsBefore(
  task: NotebookCellExecution,
  before: NotebookCell,
): readonly NotebookCellOutput[] {
  if (textOf(task.cell) === textOf(before)) return task.cell.outputs
  void task.replaceOutput([...before.outputs])
  return before.outputs
}

function textOf({ outputs }: NotebookCell): string {
  return JSON.stringify(
    outputs.map(({ items }) => items.map(({ mime, data }) => [mime, new TextDecoder().decode(data)])),
  )
}

/**
 * Ends an execution in a cell that another one has taken the place of, once its notebook is closed or shown again: before, it
 * would count as changed, and VS Code would show and save it again.
 */
export function leave({ cell: { notebook }, task, ended }: Left): void {
  if (ended || !task) return
  if (notebook.isClosed || isInTab(notebook.uri)) {
    task.end(undefined)
    return
  }
  const end = (): void => {
    listening.dispose()
    task.end(undefined)
  }
  const listening = Disposable.from(
    workspace.onDidCloseNotebookDocument((closed) => closed === notebook && end()),
    window.tabGroups.onDidChangeTabs(({ opened }) => {
      if (opened.some((tab) => isTabOf(notebook.uri, tab))) end()
    }),
  )
}

interface Left {
  readonly cell: NotebookCell
  readonly task: NotebookCellExecution | undefined
  readonly ended?: unknown
}
