import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture, stop } from './command.mjs'
import { listening, quietSettings } from './server.mjs'

/**
 * Installs a packaged extension into a VS Code of its own and serves that to browsers on this machine.
 *
 * @param {object} options
 * @param {string} options.node the Node that runs code-server
 * @param {string} options.codeServer code-server
 * @param {string} options.vsix the packaged extension
 * @param {string} options.data an empty folder for everything that this VS Code keeps
 * @param {NodeJS.ProcessEnv} options.env what the extension host sees
 * @returns {Promise<{address: string, settings: string, stop: () => Promise<void>}>} with the file of the user's settings
 */
export async function serveInstalled({ node, codeServer, vsix, data, env }) {
  const extensions = join(data, 'extensions')
  const settingsFile = join(data, 'User/settings.json')
  const config = join(data, 'config.yaml')
  await mkdir(join(data, 'User'), { recursive: true })
  const settings = {
    ...quietSettings,
    'window.confirmBeforeClose': 'never',
    'security.workspace.trust.enabled': false,
  }
  await writeFile(settingsFile, JSON.stringify(settings))
  await writeFile(config, '')
  const folders = ['--config', config, '--user-data-dir', data, '--extensions-dir', extensions]
  await capture(node, [codeServer, ...folders, '--install-extension', vsix], { env })
  const bound = ['--auth', 'none', '--bind-addr', '127.0.0.1:0']
  const quiet = ['--disable-telemetry', '--disable-update-check']
  const server = spawn(node, [codeServer, ...folders, ...bound, ...quiet], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const address = await listening(server, /HTTP server listening on (http:\/\/\S+:\d+)/, 'code-server')
  return { address, settings: settingsFile, stop: () => stop(server) }
}
