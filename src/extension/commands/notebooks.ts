import {
  commands,
  NotebookCellData,
  NotebookCellKind,
  NotebookData,
  NotebookEdit,
  NotebookRange,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type NotebookCell,
  type NotebookDocument,
} from 'vscode'
import { controllerId, extensionId } from '../contributions'
import { newNotebookCells } from '../notebook/cells'
import { notebookMetadata, notebookType, wantsOurKernel } from '../notebook/identity'
import { readCells, type PlainCell } from '../notebook/ipynb'
import type { Services } from '../services'

/** Opens an unsaved notebook of ours with these cells. */
export async function openNotebook(cells: readonly PlainCell[]): Promise<NotebookDocument> {
  const data = new NotebookData(cells.map(cellData))
  data.metadata = notebookMetadata()
  const notebook = await workspace.openNotebookDocument(notebookType, data)
  await window.showNotebookDocument(notebook)
  await commands.executeCommand('notebook.selectKernel', { id: controllerId, extension: extensionId })
  return notebook
}

export function openNewNotebook(): Promise<NotebookDocument> {
  return openNotebook(newNotebookCells())
}

/** Opens a copy of the quickstart: the original belongs to the extension and stays as it is. */
export async function openQuickstart({ context }: Services): Promise<NotebookDocument> {
  const file = Uri.joinPath(context.extensionUri, 'examples/quickstart.ipynb')
  const text = new TextDecoder().decode(await workspace.fs.readFile(file))
  return openNotebook(readCells(text, 'The quickstart'))
}

/** Appends a cell to the notebook that is open, if it is ours, or to a new one, and runs it. */
export async function runInNotebook(cell: PlainCell): Promise<void> {
  await run(await append(ourNotebook() ?? (await openNotebook([])), cell))
}

/** The notebook in front, if it is ours. */
export function ourNotebook(): NotebookDocument | undefined {
  const active = window.activeNotebookEditor?.notebook
  return active !== undefined && wantsOurKernel(active.metadata) ? active : undefined
}

/** Puts a cell behind the others and shows it. */
export async function append(notebook: NotebookDocument, cell: PlainCell): Promise<NotebookCell> {
  const index = notebook.cellCount
  const edit = new WorkspaceEdit()
  edit.set(notebook.uri, [NotebookEdit.insertCells(index, [cellData(cell)])])
  await workspace.applyEdit(edit)
  const editor = await window.showNotebookDocument(notebook)
  const range = new NotebookRange(index, index + 1)
  editor.selection = range
  editor.revealRange(range)
  return notebook.cellAt(index)
}

/** Begins to run a cell. */
export async function run({ index, notebook }: NotebookCell): Promise<void> {
  await commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: index, end: index + 1 }],
    document: notebook.uri,
  })
}

function cellData({ kind, text, language }: PlainCell): NotebookCellData {
  return new NotebookCellData(
    kind === 'code' ? NotebookCellKind.Code : NotebookCellKind.Markup,
    text,
    language,
  )
}
