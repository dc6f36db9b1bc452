import { ProgressLocation, window } from 'vscode'
import { TicketLabError } from '../../support/errors'
import { configuration, currentSettings } from '../configuration'
import { resolveNode } from '../notebook/launch'
import type { Services } from '../services'

/** Installs TensorFlow while a notification shows how far it is; resolves whether it is there afterwards. */
export async function installBackend({ log }: Services): Promise<boolean> {
  const { installTensorflow } = await import('../../backends/tensorflow/installation')
  const abort = new AbortController()
  try {
    const installation = await window.withProgress(
      { location: ProgressLocation.Notification, title: 'Installing TensorFlow', cancellable: true },
      async (progress, token) => {
        token.onCancellationRequested(() => abort.abort())
        let reached = 0
        const node = await resolveNode(configuration().nodePath)
        return installTensorflow({
          backends: currentSettings().backends,
          node: node.path,
          signal: abort.signal,
          onProgress({ message, fraction = reached }) {
            log.info(message)
            progress.report({ message, increment: 100 * (fraction - reached) })
            reached = fraction
          },
        })
      },
    )
    log.info(`TensorFlow ${installation.tensorflowVersion} is in ${installation.folder}`)
    void window.showInformationMessage(
      `TensorFlow ${installation.tensorflowVersion} is installed. Run the cell again.`,
    )
    return true
  } catch (error) {
    if (error instanceof TicketLabError && error.code === 'cancelled') return false
    log.error('TensorFlow was not installed.', error instanceof Error ? error : String(error))
    const message = error instanceof Error ? error.message : String(error)
    const showLog = 'Show Log'
    const chosen = await window.showErrorMessage(`TensorFlow was not installed. ${message}`, showLog)
    if (chosen === showLog) log.show()
    return false
  }
}
