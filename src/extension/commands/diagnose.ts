import { execFile } from 'node:child_process'
import { window, workspace } from 'vscode'
import { configuration, currentSettings } from '../configuration'
import { resolveNode } from '../notebook/launch'
import type { Services } from '../services'
import { environmentOf } from '../settings'

/** Shows what `ticketlab doctor` finds, on the Node and with the folders that kernels have. */
export async function diagnose(services: Services): Promise<void> {
  const node = await resolveNode(configuration().nodePath)
  const env = { ...process.env, ...environmentOf(currentSettings()), ...node.environment }
  const found = await new Promise<string>((resolve, reject) => {
    execFile(node.path, [services.built('cli.cjs'), 'doctor'], { env }, (error, stdout, stderr) => {
      // Exit code 1 means that something is missing, which is what the text says.
      if (stdout.trim() !== '') resolve(stdout)
      else reject(new Error(`The check ended without a word. ${stderr.trim() || (error?.message ?? '')}`))
    })
  })
  services.log.info(found)
  await window.showTextDocument(await workspace.openTextDocument({ content: found, language: 'plaintext' }))
}
