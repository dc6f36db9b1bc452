import { join } from 'node:path'
import { capture } from './command.mjs'

/**
 * Packs the extension as it is published.
 *
 * @param {{root: string, temporary: string, env: NodeJS.ProcessEnv}} context
 * @returns {Promise<string>} the path of the package
 */
export async function packageExtension({ root, temporary, env }) {
  const vsix = join(temporary, 'ticketlab.vsix')
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce')
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--out', vsix]
  await capture(process.execPath, [vsce, ...args], { cwd: root, env })
  return vsix
}
