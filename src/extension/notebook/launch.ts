import { execFile } from 'node:child_process'
import type { NotebookDocument } from 'vscode'
import { startKernel, type KernelClient, type KernelExit } from '../../kernel/client'
import type { FromKernel } from '../../kernel/protocol'
import { configuration, currentSettings } from '../configuration'
import { environmentOf } from '../settings'
import { chooseNode, type NodeCommand, type Probe } from './node'
import { placeOf } from './place'

/** Hears what a kernel says and how it ended. */
export interface KernelListener {
  onMessage(message: FromKernel): void
  onExit(exit: KernelExit): void
}

/**
 * Starts the kernel of a notebook with the settings as they are now.
 * @throws TicketLabError `bad-input` for a wrong setting, `kernel-failed`
 */
export async function launchKernel(
  notebook: NotebookDocument,
  kernelPath: string,
  listener: KernelListener,
): Promise<KernelClient> {
  const node = await resolveNode(configuration().nodePath)
  const settings = currentSettings()
  return startKernel({
    nodePath: node.path,
    environment: { ...environmentOf(settings), ...node.environment },
    kernelPath,
    place: placeOf(notebook),
    settings,
    hasUser: true,
    onMessage: (message) => listener.onMessage(message),
    onExit: (exit) => listener.onExit(exit),
  })
}

/** The Node that programs of ours run on besides kernels, and the environment with the folders that the settings name. */
export async function ourNode(): Promise<{ readonly node: string; readonly env: NodeJS.ProcessEnv }> {
  const { path, environment } = await resolveNode(configuration().nodePath)
  return { node: path, env: { ...process.env, ...environmentOf(currentSettings()), ...environment } }
}

/** The Node that the setting `configured` means on this machine; see {@link chooseNode}. */
export function resolveNode(configured: string): Promise<NodeCommand> {
  return chooseNode(configured, process.execPath, probe)
}

const probe: Probe = (path, environment) =>
  new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...environment }, timeout: 5000 }
    execFile(path, ['--version'], options, (error, stdout) => {
      if (error) reject(new Error(error.message, { cause: error }))
      else resolve(stdout)
    })
  })
