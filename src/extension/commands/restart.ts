import { basename } from 'node:path'
import { commands, ConfigurationTarget, window, workspace, type NotebookDocument } from 'vscode'
import { settings, settingsSection } from '../contributions'
import type { Kernels } from '../notebook/controller'
import type { Lost } from '../notebook/session-state'

/** What a user is asked about it. */
export const lossTexts: Readonly<Record<Exclude<Lost, 'nothing'>, string>> = {
  variables: 'Its variables are lost. Networks that were trained stay in the store.',
  work: 'What runs is stopped, and all variables are lost. Networks that were trained stay in the store, and a training that is stopped goes on from its last checkpoint.',
}

/** Restarts the kernel of a notebook, unless something would be lost and the user would rather keep it. */
export async function restartKernel(kernels: Kernels, notebook: NotebookDocument): Promise<void> {
  if (await mayRestart(kernels, notebook)) await kernels.restart(notebook)
}

/** The same, and runs all cells in the new kernel. */
export async function restartAndRunAll(kernels: Kernels, notebook: NotebookDocument): Promise<void> {
  if (!(await mayRestart(kernels, notebook))) return
  if (kernels.hasKernel(notebook)) await kernels.restart(notebook)
  await commands.executeCommand('notebook.execute', notebook.uri)
}

async function mayRestart(kernels: Kernels, notebook: NotebookDocument): Promise<boolean> {
  const lost = kernels.lostByRestart(notebook)
  const configuration = workspace.getConfiguration(settingsSection)
  if (lost === 'nothing' || !configuration.get<boolean>(settings.askBeforeRestart, true)) return true
  const once = 'Restart'
  const always = "Restart, Don't Ask Again"
  const question = `Restart the kernel of ${basename(notebook.uri.path)}?`
  const chosen = await window.showWarningMessage(
    question,
    { modal: true, detail: lossTexts[lost] },
    once,
    always,
  )
  if (chosen === always)
    await configuration.update(settings.askBeforeRestart, false, ConfigurationTarget.Global)
  return chosen !== undefined
}
