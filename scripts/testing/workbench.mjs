import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { add, oneFailure } from './counts.mjs'
import { runVitest } from './vitest.mjs'

/**
 * Runs the suite inside the extension host of VS Code in the browser.
 *
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function runHost({ root, temporary, workbench, env }) {
  const { bundleHostSuite } = await import('../vscode/host-bundle.mjs')
  const { runHostSuite } = await import('../vscode/host-suite.mjs')
  const results = join(temporary, 'host-results.json')
  const workspace = join(temporary, 'host-workspace')
  const screenshots = join(root, 'out/screenshots')
  await mkdir(workspace)
  await mkdir(screenshots, { recursive: true })
  const hearing = hearSuite()
  const code = await runHostSuite({
    ...workbench,
    extensionRoot: root,
    testsPath: await bundleHostSuite(root),
    workspace,
    env: { ...env, TICKETLAB_TEST_RESULTS: results },
    onOutput: hearing.hear,
    screenshot: join(screenshots, 'host-failed.png'),
  }).catch((error) => {
    hearing.tellAll()
    throw error
  })
  if (!existsSync(results)) hearing.tellAll()
  return readHostResults(results, code)
}

/** Prints what the suite says about its tests; what VS Code says itself only when asked. */
function hearSuite() {
  const others = []
  return {
    hear(text) {
      if (/^ {2}(passed|skipped|FAILED): /.test(text)) console.log(text)
      else others.push(text)
    },
    tellAll: () => console.error(others.slice(-100).join('\n')),
  }
}

/** What the suite wrote about its tests. A suite that ended without writing, or failed besides its tests, failed. */
export async function readHostResults(file, code) {
  if (!existsSync(file)) return oneFailure
  const counts = JSON.parse(await readFile(file, 'utf8'))
  return code !== 0 && counts.failed === 0 ? add(counts, oneFailure) : counts
}

/**
 * Packs the extension as it is published and uses that package through the browser.
 *
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function runJourneys(context) {
  const { chromium } = await import('playwright-core')
  const { chromiumArguments } = await import('../vscode/chromium.mjs')
  const { installPackaged } = await import('../vscode/installed.mjs')
  const { packageExtension } = await import('../vscode/package.mjs')
  const { workbench, temporary, env } = context
  const screenshots = join(context.root, 'out/screenshots')
  await mkdir(screenshots, { recursive: true })
  const vsix = await packageExtension(context)
  const { settings, serve } = await installPackaged({
    ...{ ...workbench, vsix, env },
    data: join(temporary, 'journeys'),
  })
  const server = await serve()
  const browser = await chromium.launchServer({ executablePath: workbench.browser, args: chromiumArguments })
  try {
    const places = {
      TICKETLAB_TEST_WORKBENCH: server.address,
      TICKETLAB_TEST_SETTINGS: settings,
      TICKETLAB_TEST_BROWSER: browser.wsEndpoint(),
      TICKETLAB_TEST_SCREENSHOTS: screenshots,
      // For a journey that needs a VS Code of its own.
      TICKETLAB_TEST_INSTALLATION: JSON.stringify({
        node: workbench.node,
        codeServer: workbench.codeServer,
        vsix,
      }),
    }
    return await runVitest({ ...context, env: { ...env, ...places } }, 'test/journeys/vitest.config.js')
  } finally {
    await browser.close()
    await server.stop()
  }
}
