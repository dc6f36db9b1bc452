import { workspace, type NotebookDocument } from 'vscode'

/** How long after it closed a notebook may reappear as a file, in milliseconds. */
const patience = 3000

/**
 * Saving an unsaved notebook closes it and opens a file instead. Resolves to the notebook that `closed` has
 * become, or to `undefined` when it is gone for good.
 */
export function successorOf(closed: NotebookDocument): Promise<NotebookDocument | undefined> {
  if (!closed.isUntitled) return Promise.resolve(undefined)
  const content = contentOf(closed)
  const succeeds = (other: NotebookDocument): boolean =>
    other !== closed &&
    !other.isUntitled &&
    other.notebookType === closed.notebookType &&
    contentOf(other) === content
  const open = workspace.notebookDocuments.find(succeeds)
  if (open) return Promise.resolve(open)
  return new Promise((resolve) => {
    const end = (successor: NotebookDocument | undefined): void => {
      clearTimeout(timer)
      listening.dispose()
      resolve(successor)
    }
    const timer = setTimeout(() => end(undefined), patience)
    const listening = workspace.onDidOpenNotebookDocument((other) => succeeds(other) && end(other))
  })
}

function contentOf(notebook: NotebookDocument): string {
  return JSON.stringify(notebook.getCells().map(({ kind, document }) => [kind, document.getText()]))
}
