import { execFile } from 'node:child_process'
import { window, workspace } from 'vscode'
import { ourNode } from '../notebook/launch'
import type { Services } from '../services'

/** Shows what `ticketlab doctor` finds, on the Node and with the folders that kernels have. */
export async function diagnose(services: Services): Promise<void> {
  const { node, env } = await ourNode()
  const found = await new Promise<string>((resolve, reject) => {
    execFile(node, [services.built('cli.cjs'), 'doctor'], { env }, (error, stdout, stderr) => {
      // Exit code 1 means that something is missing, which is what the text says.
      if (stdout.trim() !== '') resolve(stdout)
      else reject(new Error(`The check ended without a word. ${stderr.trim() || (error?.message ?? '')}`))
    })
  })
  services.log.info(found)
  await window.showTextDocument(await workspace.openTextDocument({ content: found, language: 'plaintext' }))
}
