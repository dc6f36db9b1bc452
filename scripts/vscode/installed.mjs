import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture, stop } from './command.mjs'

/** What keeps VS Code from showing anything but what a test looks for. */
const settings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  // Else a click before the extension host is up opens the JSON as text.
  'workbench.editorAssociations': { '*.ipynb': 'jupyter-notebook' },
  'chat.disableAIFeatures': true,
  'window.confirmBeforeClose': 'never',
  'git.openRepositoryInParentFolders': 'never',
}

/**
 * Installs a packaged extension into a VS Code of its own and serves that to browsers on this machine.
 *
 * @param {object} options
 * @param {string} options.node the Node that runs code-server
 * @param {string} options.codeServer code-server
 * @param {string} options.vsix the packaged extension
 * @param {string} options.data an empty folder for everything that this VS Code keeps
 * @param {NodeJS.ProcessEnv} options.env what the extension host sees
 * @returns {Promise<{address: string, stop: () => Promise<void>}>}
 */
export async function serveInstalled({ node, codeServer, vsix, data, env }) {
  const extensions = join(data, 'extensions')
  const settingsFile = join(data, 'User/settings.json')
  const config = join(data, 'config.yaml')
  await mkdir(join(data, 'User'), { recursive: true })
  await writeFile(settingsFile, JSON.stringify(settings))
  await writeFile(config, '')
  const folders = ['--config', config, '--user-data-dir', data, '--extensions-dir', extensions]
  await capture(node, [codeServer, ...folders, '--install-extension', vsix], { env })
  const address = ['--auth', 'none', '--bind-addr', '127.0.0.1:0']
  const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust']
  const server = spawn(node, [codeServer, ...folders, ...address, ...quiet], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { address: await listening(server), stop: () => stop(server) }
}

/** Resolves to the address once code-server listens; rejects with what it printed if it ends before. */
function listening(server) {
  return new Promise((resolve, reject) => {
    let log = ''
    const read = (chunk) => {
      log = (log + chunk).slice(-20_000)
      const address = /HTTP server listening on (http:\/\/\S+:\d+)/.exec(log)?.[1]
      if (address) resolve(address)
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.once('error', reject)
    server.once('close', (code) => reject(new Error(`code-server ended (exit code ${code}):\n${log}`)))
  })
}
