import { Disposable, NotebookCellKind, window, workspace, type NotebookDocument } from 'vscode'
import { settingsSection } from '../contributions'
import type { BackgroundRuns } from '../experiments/background-runs'
import type { Services } from '../services'
import type { Kernels } from './controller'
import { isOurs } from './ours'

/**
 * Starts the kernel of each notebook of ours that comes to be seen, so that its first cell need not wait for a process; and lets
 * the plots of its cells go on whose runs have outlived the window. Not in a folder without trust, whose settings name programs.
 */
export function startKernelsEarly(
  services: Services,
  kernels: Kernels,
  background: BackgroundRuns,
): Disposable {
  /** Once is enough: where no kernel starts, the first cell says why. */
  const tried = new WeakSet<NotebookDocument>()
  const look = (): void => {
    if (!workspace.isTrusted) return
    for (const { notebook } of window.visibleNotebookEditors) {
      if (tried.has(notebook) || !isOurs(kernels, notebook)) continue
      tried.add(notebook)
      prepare(notebook).catch((error: unknown) =>
        services.log.warn(`What runs of ${notebook.uri.path} cannot be told.`, String(error)),
      )
    }
  }
  const prepare = async (notebook: NotebookDocument): Promise<void> => {
    const [begun] = await Promise.all([background.begunBy(notebook.uri), kernels.expect(notebook)])
    for (const [code, runs] of begun) {
      const cell = notebook
        .getCells()
        .find(({ kind, document }) => kind === NotebookCellKind.Code && document.getText() === code)
      if (cell && !notebook.isClosed) kernels.watch(cell, runs)
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
