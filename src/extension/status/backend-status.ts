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
import { commands as ids, settings, settingsSection } from '../contributions'
import { wantsOurKernel } from '../notebook/identity'
import type { BackendId } from '../../backends/backend'
import type { CancellableRun, Services } from '../services'
import { backendText } from './backend-text'

/** Says in the status bar which backend trains, with a click to get the other. */
export interface BackendStatus {
  /** Looks whether TensorFlow is there. */
  check(): Promise<void>
  dispose(): void
}

export function createBackendStatus(
  services: Services,
  runs: () => readonly CancellableRun[],
): BackendStatus {
  const { news, log } = services
  const item = window.createStatusBarItem('backend', StatusBarAlignment.Left, 9)
  item.name = 'Ticket Lab: Backend'
  /** What the settings ask for and is not there. */
  let missing: 'TensorFlow' | 'the native backend' | undefined
  let told = false
  /** The backends that were at work when this was last looked at. */
  let shownAtWork = ''
  const atWork = (): BackendId[] => [...new Set(runs().flatMap(({ activity }) => activity.backends ?? []))]

  const check = async (): Promise<void> => {
    const { describeTensorflow } = await import('../../backends/tensorflow/installation/find')
    const { findNative } = await import('../../backends/native/installation/manifest')
    const { backends, backend = 'auto' } = currentSettings()
    const state = describeTensorflow(backends)
    const native = findNative(backends, services.built('data/native')) !== undefined
    const shown = backendText(backend, state, native, atWork())
    missing = !shown.missing ? undefined : shown.click === 'install' ? 'TensorFlow' : 'the native backend'
    item.text = shown.text
    item.tooltip = shown.tooltip
    item.backgroundColor = missing ? new ThemeColor('statusBarItem.warningBackground') : undefined
    const clicks = {
      settings: {
        title: 'Settings',
        command: 'workbench.action.openSettings',
        arguments: [`${settingsSection}.${settings.backend}`],
      },
      install: ids.installBackend,
      installNative: ids.installNative,
    } satisfies Record<typeof shown.click, unknown>
    item.command = clicks[shown.click]
    item.show()
    if (backend === 'auto' && state.kind === 'missing' && !native && !told) {
      told = true
      void offer(
        'Networks are trained on WebAssembly, which is built in. TensorFlow is faster for full networks; it is downloaded once.',
        'TensorFlow',
      )
    }
  }
  const checkFor = (notebook: NotebookDocument): void => {
    // Notebooks of others are none of our business.
    if (wantsOurKernel(notebook.metadata)) {
      check().catch((error: unknown) => log.error('TensorFlow could not be looked for.', String(error)))
    }
  }
  const offer = async (message: string, what: NonNullable<typeof missing>): Promise<void> => {
    const install = what === 'TensorFlow' ? 'Install TensorFlow' : 'Install Native Backend'
    const chosen = await window.showInformationMessage(message, install)
    if (chosen !== install) return
    await commands.executeCommand(what === 'TensorFlow' ? ids.installBackend : ids.installNative)
  }
  const offerMissing = async (): Promise<void> => {
    await check()
    if (!missing) return
    const how = missing === 'TensorFlow' ? 'downloaded once into' : 'compiled once in'
    await offer(
      `This cell needs ${missing}, which is not installed yet. It is ${how} a folder of Ticket Lab.`,
      missing,
    )
  }
  workspace.notebookDocuments.forEach(checkFor)
  const listening = Disposable.from(
    workspace.onDidOpenNotebookDocument(checkFor),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${settingsSection}.${settings.backend}`))
        workspace.notebookDocuments.forEach(checkFor)
    }),
    news.listen((_, told) => {
      if (told.type === 'backendMissing') void offerMissing()
      if (told.type !== 'runs' && told.type !== 'ended') return
      const now = atWork().sort().join()
      if (now === shownAtWork) return
      shownAtWork = now
      void check()
    }),
  )
  return { check, dispose: () => void Disposable.from(item, listening).dispose() }
}
