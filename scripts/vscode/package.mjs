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
  // The bundles need no packages, and the README's picture is inside: there is no repository to link to.
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links']
  await capture(process.execPath, [vsce, ...args, '--out', vsix], { cwd: root, env })
  return vsix
}
