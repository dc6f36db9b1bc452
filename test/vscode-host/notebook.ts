import {
  commands,
  NotebookCellData,
  NotebookCellKind,
  NotebookData,
  NotebookEdit,
  NotebookRange,
  window,
  workspace,
  WorkspaceEdit,
  type NotebookCell,
  type NotebookDocument,
} from 'vscode'
import { notebookMetadata } from '../../src/extension/notebook/identity'

/** What a cell shows, and how it ended. */
export interface Ran {
  readonly cell: NotebookCell
  /** Undefined for a cell that was dropped before its turn. */
  readonly success: boolean | undefined
  readonly stdout: string
  /** The text of the last shown value. */
  readonly text: string | undefined
  readonly error: { readonly name: string; readonly message: string; readonly stack: string } | undefined
}

/** A notebook that VS Code shows and our kernel runs. */
export interface TestNotebook {
  readonly document: NotebookDocument
  /** Adds a cell and runs it to its end. */
  run(code: string): Promise<Ran>
  /** Adds a cell, to be run by other means. */
  add(code: string): Promise<{ readonly cell: NotebookCell; readonly ended: Promise<Ran> }>
  /** Adds a cell and begins to run it. */
  begin(code: string): Promise<{ readonly cell: NotebookCell; readonly ended: Promise<Ran> }>
}

/** Opens a notebook of ours that has no cell yet and is not saved. */
export async function newNotebook(): Promise<TestNotebook> {
  const data = new NotebookData([])
  data.metadata = notebookMetadata()
  return show(await workspace.openNotebookDocument('jupyter-notebook', data))
}

/** Shows a notebook. Nothing is said about a kernel: it must be found by what the notebook says of itself. */
export async function show(document: NotebookDocument): Promise<TestNotebook> {
  await window.showNotebookDocument(document)
  const add: TestNotebook['add'] = async (code) => {
    const cell = await addCell(document, code)
    const ended = until(`the end of: ${code}`, () => (hasEnded(cell) ? ranFrom(cell) : undefined))
    return { cell, ended }
  }
  const begin: TestNotebook['begin'] = async (code) => {
    const { cell, ended } = await add(code)
    const ranges = [{ start: cell.index, end: cell.index + 1 }]
    await commands.executeCommand('notebook.cell.execute', { ranges, document: document.uri })
    return { cell, ended }
  }
  return { document, add, begin, run: async (code) => (await begin(code)).ended }
}

/** Resolves to what `check` finds, which is asked whenever a notebook changes. */
export async function until<T>(what: string, check: () => T | undefined): Promise<T> {
  const found = check()
  if (found !== undefined) return found
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listening.dispose()
      reject(new Error(`Waited in vain for ${what}`))
    }, 170_000)
    const listening = workspace.onDidChangeNotebookDocument(() => {
      const found = check()
      if (found === undefined) return
      clearTimeout(timer)
      listening.dispose()
      resolve(found)
    })
  })
}

/** Waits for the end of a cell that was begun by other means, or in the notebook that this one was before. */
export function ranIn(document: NotebookDocument, index: number): Promise<Ran> {
  return until(`the end of cell ${index}`, () => {
    // VS Code may give a notebook that it opens its cells a moment later.
    const cell = index < document.cellCount ? document.cellAt(index) : undefined
    return cell && hasEnded(cell) ? ranFrom(cell) : undefined
  })
}

/** Saves a notebook. VS Code gives up a save when the notebook changes meanwhile, as one does whose cell has just ended. */
export async function save(document: NotebookDocument): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    if (await document.save()) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('VS Code did not save the notebook.')
}

/** The contents of a cell's outputs of one MIME type, in order. */
export function contents(cell: NotebookCell, mime: string): string[] {
  return cell.outputs
    .flatMap((output) => output.items)
    .filter((item) => item.mime === mime)
    .map((item) => new TextDecoder().decode(item.data))
}

async function addCell(document: NotebookDocument, code: string): Promise<NotebookCell> {
  const index = document.cellCount
  const edit = new WorkspaceEdit()
  const cell = new NotebookCellData(NotebookCellKind.Code, code, 'typescript')
  edit.set(document.uri, [NotebookEdit.replaceCells(new NotebookRange(index, index), [cell])])
  await workspace.applyEdit(edit)
  return document.cellAt(index)
}

/** A cell that was dropped has no success; one that a debugger stopped has no times. */
function hasEnded({ executionSummary }: NotebookCell): boolean {
  return executionSummary?.timing?.endTime !== undefined || executionSummary?.success !== undefined
}

function ranFrom(cell: NotebookCell): Ran {
  const error = contents(cell, 'application/vnd.code.notebook.error')[0]
  return {
    cell,
    success: cell.executionSummary?.success,
    stdout: contents(cell, 'application/vnd.code.notebook.stdout').join(''),
    text: contents(cell, 'text/plain').at(-1),
    error: error === undefined ? undefined : (JSON.parse(error) as NonNullable<Ran['error']>),
  }
}
