import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { URLSearchParams } from 'node:url'
import { withoutNpm } from './setup.mjs'
import { ensureCodeServer, vscodeFolder } from './vscode/code-server.mjs'
import { stop } from './vscode/command.mjs'
import { listening, quietSettings } from './vscode/server.mjs'

/**
 * Serves VS Code with this extension to a browser on this machine, and keeps it running. Only who knows the
 * token in the address can connect: other people may work on the same machine.
 *
 * @param {object} options
 * @param {string} options.extensionRoot the built extension
 * @param {string} options.folder the folder to open
 * @param {string} options.file the file to open in it
 * @param {number} [options.port] by default a free one
 * @param {(text: string) => void} [options.onProgress] what the installation of VS Code does
 * @returns {Promise<{address: string, ended: Promise<number>, stop: () => Promise<void>}>} `ended` resolves to
 *   the exit code of the server
 */
export async function serveInBrowser({ extensionRoot, folder, file, port = 0, onProgress }) {
  const { node, serverMain } = await ensureCodeServer({ onProgress })
  const data = join(vscodeFolder, 'start')
  const extensions = await linkExtension(data, extensionRoot)
  await mkdir(join(data, 'data/Machine'), { recursive: true })
  await writeFile(join(data, 'data/Machine/settings.json'), `${JSON.stringify(quietSettings, null, 2)}\n`)
  const token = randomBytes(16).toString('hex')
  const tokenFile = join(data, 'token')
  await writeFile(tokenFile, token, { mode: 0o600 })
  const server = spawn(
    node,
    [
      ...[serverMain, '--host', '127.0.0.1', '--port', String(port), '--connection-token-file', tokenFile],
      ...['--accept-server-license-terms', '--server-data-dir', data, '--extensions-dir', extensions],
      ...['--disable-telemetry', '--disable-workspace-trust'],
    ],
    { env: withoutNpm(process.env), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const ended = new Promise((resolve) => server.once('close', (code) => resolve(code ?? 1)))
  const announcement = /Web UI available at http:\/\/[^/\s]+:(\d+)/
  // The page and the addresses in its payload must name the same host.
  const authority = `127.0.0.1:${await listening(server, announcement, 'The VS Code server')}`
  const query = new URLSearchParams({
    tkn: token,
    folder,
    payload: JSON.stringify([['openFile', `vscode-remote://${authority}${file}`]]),
  })
  return { address: `http://${authority}/?${query}`, ended, stop: () => stop(server) }
}

/** Makes the checkout itself an installed extension of this server, so that it is loaded as it was built. */
async function linkExtension(data, extensionRoot) {
  const extensions = join(data, 'extensions')
  const { publisher, name, version } = JSON.parse(await readFile(join(extensionRoot, 'package.json'), 'utf8'))
  // The list of extensions that the server made last time may name an older version.
  await rm(extensions, { recursive: true, force: true })
  await mkdir(extensions, { recursive: true })
  await symlink(extensionRoot, join(extensions, `${publisher}.${name}-${version}`), 'dir')
  return extensions
}
