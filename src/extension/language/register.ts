import { Disposable, workspace, type NotebookDocument } from 'vscode'
import type { Kernels } from '../notebook/controller'
import { isOurs } from '../notebook/ours'
import type { Services } from '../services'
import type { CellLanguage } from './client'
import { registerProviders } from './providers'

/** How long the service outlives its last notebook, in milliseconds: one may be closed only to open another. */
const linger = 3000

/**
 * Answers in the cells of notebooks whose kernel is ours, and, as long as none has been chosen, of those that ask for
 * ours. The service starts with the first of them, and ends with the last.
 */
export function registerLanguage(services: Services, kernels: Kernels): Disposable {
  const answered = new Map<NotebookDocument, Disposable>()
  let language: Promise<CellLanguage> | undefined
  let ending: NodeJS.Timeout | undefined

  const start = (): Promise<CellLanguage> =>
    (language ??= import('./client').then(({ startLanguage }) => startLanguage(services)))
  const stop = (): void => {
    void language?.then((running) => running.dispose())
    language = undefined
  }
  const begin = (notebook: NotebookDocument): void => {
    clearTimeout(ending)
    // At once, before the service is there: until then nothing is offered, and nothing can replace what is typed.
    answered.set(
      notebook,
      registerProviders(notebook, async () => (await start()).answers),
    )
    void start().then((running) => answered.has(notebook) && running.set(notebook))
  }
  const end = (notebook: NotebookDocument): void => {
    answered.get(notebook)?.dispose()
    answered.delete(notebook)
    void language?.then((running) => running.remove(notebook))
    if (answered.size === 0) ending = setTimeout(stop, linger)
  }
  const consider = (notebook: NotebookDocument): void => {
    const ours = isOurs(kernels, notebook)
    if (ours && !answered.has(notebook)) begin(notebook)
    else if (!ours && answered.has(notebook)) end(notebook)
  }
  const changed = (notebook: NotebookDocument): void => {
    if (answered.has(notebook)) void language?.then((running) => running.set(notebook))
  }

  workspace.notebookDocuments.forEach(consider)
  return Disposable.from(
    workspace.onDidOpenNotebookDocument(consider),
    kernels.onDidChoose(consider),
    workspace.onDidCloseNotebookDocument((notebook) => answered.has(notebook) && end(notebook)),
    workspace.onDidChangeNotebookDocument(({ notebook, contentChanges, metadata }) => {
      // A new notebook may be opened empty, and be told what it is a moment later.
      if (metadata) consider(notebook)
      if (contentChanges.length > 0) changed(notebook)
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      const notebook = notebookOf(document.uri.toString(), answered.keys())
      if (notebook) changed(notebook)
    }),
    // Changing the language of a cell closes its document and opens another.
    workspace.onDidOpenTextDocument((document) => {
      const notebook = notebookOf(document.uri.toString(), answered.keys())
      if (notebook) changed(notebook)
    }),
    {
      dispose() {
        for (const one of answered.values()) one.dispose()
      },
    },
    { dispose: stop },
  )
}

function notebookOf(uri: string, notebooks: Iterable<NotebookDocument>): NotebookDocument | undefined {
  return [...notebooks].find((notebook) =>
    notebook.getCells().some(({ document }) => document.uri.toString() === uri),
  )
}
