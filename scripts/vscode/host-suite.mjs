import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { URLSearchParams } from 'node:url'
import { chromium } from 'playwright-core'
import { chromiumArguments } from './chromium.mjs'
import { stop } from './command.mjs'
import { keepLog, listening } from './server.mjs'

/**
 * Runs the tests in `testsPath` inside the extension host of a real VS Code, which Chromium shows.
 *
 * @param {object} options
 * @param {string} options.node the Node that runs the server
 * @param {string} options.serverMain the VS Code server
 * @param {string} options.browser the path of Chromium
 * @param {string} options.extensionRoot the folder with the extension's package.json
 * @param {string} options.testsPath the module that exports `run()`
 * @param {string} options.workspace the folder to open
 * @param {NodeJS.ProcessEnv} [options.env] what the extension host sees
 * @param {(text: string) => void} [options.onOutput] what the tests print
 * @param {number} [options.timeout] for everything, in milliseconds
 * @param {string} [options.screenshot] where to put a picture of the workbench when the suite fails
 * @returns {Promise<number>} 0 when `run()` resolved, otherwise 1
 */
export async function runHostSuite({
  node,
  serverMain,
  browser: executablePath,
  extensionRoot,
  testsPath,
  workspace,
  env = process.env,
  onOutput = () => {},
  timeout = 900_000,
  screenshot,
}) {
  const data = await mkdtemp(join(tmpdir(), 'ticketlab-host-'))
  const server = startServer({ node, serverMain, data, env })
  let browser
  try {
    const authority = await withLimit(server.authority, 60_000, 'The VS Code server did not start')
    browser = await chromium.launch({ executablePath, args: chromiumArguments })
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    page.setDefaultTimeout(120_000)
    const exit = new Promise((resolve, reject) => {
      server.process.once('exit', (code) =>
        reject(new Error(`The VS Code server ended (${code}):\n${server.log()}`)),
      )
      page.once('crash', () => reject(new Error('The page of VS Code crashed.')))
      void page.exposeFunction('codeAutomationExit', (code) => resolve(code))
    })
    exit.catch(() => {})
    await page.exposeFunction('codeAutomationLog', (_type, args) => onOutput(args.map(String).join(' ')))
    const remote = (path) => `vscode-remote://${authority}${path}`
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(extensionRoot)],
      ['extensionTestsPath', remote(testsPath)],
      ['skipWelcome', 'true'],
    ])
    const query = new URLSearchParams({ folder: workspace, payload })
    await page.goto(`http://${authority}/?${query}`)
    try {
      const code = await withLimit(exit, timeout, 'The suite inside the extension host took too long')
      if (code !== 0 && screenshot) await page.screenshot({ path: screenshot })
      return code
    } catch (error) {
      if (screenshot) await page.screenshot({ path: screenshot }).catch(() => {})
      throw error
    }
  } finally {
    await browser?.close()
    await stop(server.process)
    await rm(data, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Starts the bare VS Code server on a free port; `authority` resolves to its HOST:PORT. */
function startServer({ node, serverMain, data, env }) {
  const child = spawn(
    node,
    [
      ...[serverMain, '--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
      ...['--accept-server-license-terms', '--server-data-dir', data, '--extensions-dir', join(data, 'ext')],
      ...['--disable-telemetry', '--disable-workspace-trust'],
      // Without it the page ignores its payload silently.
      '--enable-smoke-test-driver',
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const announcement = /Web UI available at http:\/\/[^/\s]+:(\d+)/
  // The page and the addresses in its payload must name the same host.
  const authority = listening(child, announcement, 'The VS Code server').then((port) => `127.0.0.1:${port}`)
  return { process: child, authority, log: keepLog(child) }
}

async function withLimit(promise, milliseconds, message) {
  let timer
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${message} (limit ${milliseconds / 1000} s).`)), milliseconds)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
