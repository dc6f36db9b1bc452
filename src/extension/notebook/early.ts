import {
  Disposable,
  NotebookCellKind,
  window,
  workspace,
  type NotebookCell,
  type NotebookDocument,
} from 'vscode'
import { plotMime } from '../../report/display'
import { growingIn, isGrowing } from '../../report/growing'
import type { Digest } from '../../tasks/tasks'
import { settingsSection } from '../contributions'
import type { BackgroundRuns } from '../experiments/background-runs'
import type { Services } from '../services'
import type { Kernels } from './controller'
import { isOurs } from './ours'

/**
 * Starts the kernel of each notebook of ours that comes to be seen, so that its first cell need not wait for a process; and lets
 * the plots of its cells go on that were growing when the window was lost, or show how their runs have ended since. Not in a folder
 * without trust, whose settings name programs.
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
    const cells = notebook.getCells().filter(({ kind }) => kind === NotebookCellKind.Code)
    for (const cell of notebook.isClosed ? [] : cells) {
      const code = cell.document.getText()
      const isFirst = cells.find(({ document }) => document.getText() === code) === cell
      const runs = new Set([...growingBelow(cell), ...((isFirst && begun.get(code)) || [])])
      if (runs.size > 0) await kernels.watch(cell, [...runs])
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

/** The experiments of the plots below a cell that were growing when they were last seen. */
function growingBelow(cell: NotebookCell): readonly Digest[] {
  return cell.outputs.flatMap(({ items }) =>
    isGrowing(items.map(({ mime }) => mime))
      ? items.flatMap(({ mime, data }) => (mime === plotMime ? growingIn(data) : []))
      : [],
  )
}
