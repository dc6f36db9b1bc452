import {
  commands,
  Disposable,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
  type NotebookDocument,
} from 'vscode'
import { currentSettings } from '../configuration'
import { commands as ids } from '../contributions'
import { wantsOurKernel } from '../notebook/identity'
import type { Services } from '../services'

/** Says in the status bar that TensorFlow is missing, with a click to install it. */
export interface BackendStatus {
  /** Looks whether TensorFlow is there. */
  check(): Promise<void>
  dispose(): void
}

export function createBackendStatus({ news, log }: Services): BackendStatus {
  const item = window.createStatusBarItem('backend', StatusBarAlignment.Left, 9)
  item.name = 'Ticket Lab: Backend'
  item.text = '$(warning) TensorFlow missing'
  item.backgroundColor = new ThemeColor('statusBarItem.warningBackground')
  item.command = ids.installBackend
  let missing = false

  const check = async (): Promise<void> => {
    const { describeTensorflow } = await import('../../backends/tensorflow/installation/find')
    const state = describeTensorflow(currentSettings().backends)
    missing = state.kind === 'missing'
    if (state.kind === 'missing') {
      item.tooltip = `${state.message}\nClick to install it.`
      item.show()
    } else {
      item.hide()
    }
  }
  const checkFor = (notebook: NotebookDocument): void => {
    // Notebooks of others are none of our business.
    if (wantsOurKernel(notebook.metadata)) {
      check().catch((error: unknown) => log.error('TensorFlow could not be looked for.', String(error)))
    }
  }
  const offer = async (): Promise<void> => {
    await check()
    if (!missing) return
    const install = 'Install TensorFlow'
    const chosen = await window.showWarningMessage(
      'This cell needs TensorFlow, which is not installed yet. It is downloaded once into a folder of Ticket Lab.',
      install,
    )
    if (chosen === install) await commands.executeCommand(ids.installBackend)
  }
  workspace.notebookDocuments.forEach(checkFor)
  const listening = Disposable.from(
    workspace.onDidOpenNotebookDocument(checkFor),
    news.listen((_, told) => {
      if (told.type === 'backendMissing') void offer()
    }),
  )
  return { check, dispose: () => void Disposable.from(item, listening).dispose() }
}
