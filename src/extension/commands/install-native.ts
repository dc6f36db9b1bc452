import { ProgressLocation, window } from 'vscode'
import { TicketLabError } from '../../support/errors'
import { configuration, currentSettings } from '../configuration'
import { resolveNode } from '../notebook/launch'
import type { Services } from '../services'

/** Compiles the native backend while a notification says so. */
export async function installNativeBackend(services: Services): Promise<void> {
  const { log } = services
  const { installNative } = await import('../../backends/native/installation')
  const abort = new AbortController()
  try {
    const { folder, manifest } = await window.withProgress(
      { location: ProgressLocation.Notification, title: 'Installing the native backend', cancellable: true },
      async (progress, token) => {
        token.onCancellationRequested(() => abort.abort())
        const node = await resolveNode(configuration().nodePath)
        return installNative({
          backends: currentSettings().backends,
          sources: services.built('data/native'),
          node: node.path,
          signal: abort.signal,
          onProgress(message) {
            log.info(message)
            progress.report({ message })
          },
        })
      },
    )
    log.info(`The native backend is in ${folder}`)
    void window.showInformationMessage(
      `The native backend is installed, for ${manifest.sets.join(' and ')}. { backend: 'native' } in a preset and the ` +
        'setting ticketlab.backend choose it.',
    )
  } catch (error) {
    if (error instanceof TicketLabError && error.code === 'cancelled') return
    log.error('The native backend was not installed.', error instanceof Error ? error : String(error))
    const message = error instanceof Error ? error.message : String(error)
    const showLog = 'Show Log'
    const chosen = await window.showErrorMessage(`The native backend was not installed. ${message}`, showLog)
    if (chosen === showLog) log.show()
  }
}
