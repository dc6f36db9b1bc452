import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture, stop } from './command.mjs'
import { listening, quietSettings } from './server.mjs'

/**
 * Installs a packaged extension into a VS Code of its own, which can then be served to browsers on this machine.
 *
 * @param {object} options
 * @param {string} options.node the Node that runs code-server
 * @param {string} options.codeServer code-server
 * @param {string} options.vsix the packaged extension
 * @param {readonly string[]} [options.also] packages of other extensions beside it
 * @param {string} options.data an empty folder for everything that this VS Code keeps
 * @param {NodeJS.ProcessEnv} options.env what the extension host sees
 * @returns {Promise<{settings: string, serve: () => Promise<import('./installed.mjs').Served>}>} with the file of the
 *   user's settings; one server at a time
 */
export async function installPackaged({ node, codeServer, vsix, also = [], data, env }) {
  const extensions = join(data, 'extensions')
  const settings = join(data, 'User/settings.json')
  const config = join(data, 'config.yaml')
  await mkdir(join(data, 'User'), { recursive: true })
  const chosen = {
    ...quietSettings,
    'window.confirmBeforeClose': 'never',
    'security.workspace.trust.enabled': false,
  }
  await writeFile(settings, JSON.stringify(chosen))
  await writeFile(config, '')
  const folders = ['--config', config, '--user-data-dir', data, '--extensions-dir', extensions]
  const installing = [vsix, ...also].flatMap((file) => ['--install-extension', file])
  await capture(node, [codeServer, ...folders, ...installing], { env })
  const bound = ['--auth', 'none', '--bind-addr', '127.0.0.1:0']
  const quiet = ['--disable-telemetry', '--disable-update-check']

  /** What serves it, with all that it starts: in a group of processes, so that they can be killed together. */
  const serve = async () => {
    const server = spawn(node, [codeServer, ...folders, ...bound, ...quiet], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const address = await listening(server, /HTTP server listening on (http:\/\/\S+:\d+)/, 'code-server')
    return { address, kill: () => process.kill(-server.pid, 'SIGKILL'), stop: () => stop(server) }
  }
  return { settings, serve }
}
