import { TicketLabError } from '../../../support/errors'
import { inspectInstallation, installationFolders, type TensorflowInstallation } from './manifest'

/** Whether TensorFlow is there; if not, what was found instead and what to do. */
export type TensorflowState =
  | { readonly kind: 'installed'; readonly installation: TensorflowInstallation }
  | { readonly kind: 'missing'; readonly message: string }

/**
 * The newest TensorFlow installed in the folder `backends` (`places().backends`), if any. Takes under a
 * millisecond: it reads manifests and file sizes. Half-installed and damaged folders do not count.
 */
export function findTensorflow(backends: string): TensorflowInstallation | undefined {
  for (const folder of installationFolders(backends)) {
    const inspection = inspectInstallation(folder)
    if (inspection.kind === 'valid') return inspection.installation
  }
  return undefined
}

/** Like {@link findTensorflow}, and says what is missing and what to do about it. */
export function describeTensorflow(backends: string): TensorflowState {
  const found: string[] = []
  for (const folder of installationFolders(backends)) {
    const inspection = inspectInstallation(folder)
    if (inspection.kind === 'valid') return { kind: 'installed', installation: inspection.installation }
    found.push(`${folder} does not count: ${inspection.reason}`)
  }
  const instead = found.length > 0 ? `${found.join('; ')}.` : 'nothing is installed there.'
  return {
    kind: 'missing',
    message: `Expected TensorFlow in ${backends}, but ${instead} Run 'ticketlab backend install', or the command "Ticket Lab: Install TensorFlow" in VS Code.`,
  }
}

/**
 * The TensorFlow to use.
 * @throws TicketLabError `backend-missing` that says what was found and what to do
 */
export function requireTensorflow(backends: string): TensorflowInstallation {
  const state = describeTensorflow(backends)
  if (state.kind === 'installed') return state.installation
  throw new TicketLabError('backend-missing', state.message)
}
