import { Disposable, window, workspace, type NotebookDocument } from 'vscode'
import { settingsSection } from '../contributions'
import type { Kernels } from './controller'
import { isOurs } from './ours'

/**
 * Starts the kernel of each notebook of ours that comes to be seen, so that its first cell, which may attach to a run that
 * has outlived the window, need not wait for a process. Not in a folder without trust, whose settings name programs.
 */
export function startKernelsEarly(kernels: Kernels): Disposable {
  /** Once is enough: where no kernel starts, the first cell says why. */
  const tried = new WeakSet<NotebookDocument>()
  const look = (): void => {
    if (!workspace.isTrusted) return
    for (const { notebook } of window.visibleNotebookEditors) {
      if (tried.has(notebook) || !isOurs(kernels, notebook)) continue
      tried.add(notebook)
      void kernels.expect(notebook)
    }
  }
  look()
  return Disposable.from(
    window.onDidChangeVisibleNotebookEditors(look),
    kernels.onDidChoose(look),
    workspace.onDidGrantWorkspaceTrust(look),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingsSection)) kernels.noticeSettings()
    }),
  )
}
