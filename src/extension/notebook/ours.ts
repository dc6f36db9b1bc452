import { commands, Disposable, window, workspace, type NotebookDocument } from 'vscode'
import { contextKeys } from '../contributions'
import type { Kernels } from './controller'
import { notebookType, wantsOurKernel } from './identity'

/** Whether the kernel of a notebook is ours or, as long as none has been chosen, whether the notebook asks for ours. */
export function isOurs(kernels: Pick<Kernels, 'isChosen'>, notebook: NotebookDocument): boolean {
  return (
    notebook.notebookType === notebookType &&
    !notebook.isClosed &&
    (kernels.isChosen(notebook) ?? wantsOurKernel(notebook.metadata))
  )
}

/**
 * Tells menus whether the notebook in front is ours. VS Code's own key, `notebookKernel`, is empty until a notebook has
 * run for the first time, although its toolbar already names the kernel that will run it.
 */
export function registerContext(kernels: Kernels): Disposable {
  let told: boolean | undefined
  const tell = (): void => {
    const notebook = window.activeNotebookEditor?.notebook
    const ours = notebook !== undefined && isOurs(kernels, notebook)
    if (ours === told) return
    told = ours
    void commands.executeCommand('setContext', contextKeys.notebookIsOurs, ours)
  }
  tell()
  return Disposable.from(
    window.onDidChangeActiveNotebookEditor(tell),
    kernels.onDidChoose(tell),
    workspace.onDidChangeNotebookDocument(({ metadata }) => {
      if (metadata) tell()
    }),
  )
}
