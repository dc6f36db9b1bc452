import { NotebookCellKind, window, type NotebookCell } from 'vscode'
import type { Kernels } from '../notebook/controller'

/** Runs a cell, or the selected one, under VS Code's debugger. */
export async function debugCell(kernels: Kernels, given: NotebookCell | undefined): Promise<void> {
  const editor = window.activeNotebookEditor
  const cell = given ?? (editor && editor.notebook.cellAt(editor.selection.start))
  if (cell?.kind === NotebookCellKind.Code) await kernels.debug(cell)
  else void window.showInformationMessage('Select a cell of code in a Ticket Lab notebook first.')
}
