import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runNode } from './checks.mjs'
import { oneFailure } from './counts.mjs'

/** Runs the tests that need no VS Code. */
export function runUnit(context) {
  return runVitest(context, 'vitest.config.js')
}

/**
 * Runs vitest with one of our configurations.
 *
 * @param {{root: string, temporary: string, env: NodeJS.ProcessEnv}} context
 * @param {string} config its path in the checkout
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function runVitest(context, config) {
  const file = join(context.temporary, `${config.replaceAll('/', '-')}.json`)
  const code = await runNode(context, [
    ...[join(context.root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
  ])
  if (!existsSync(file)) return oneFailure
  return countResults(JSON.parse(await readFile(file, 'utf8')), code)
}

/** What vitest's JSON says, and what only its exit code says: a file that cannot be loaded, a stray rejection. */
function countResults(results, code) {
  const passed = results.numPassedTests
  const skipped = results.numPendingTests + results.numTodoTests
  const brokenFiles = results.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
  )
  const failed = results.numFailedTests + brokenFiles.length
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped }
}
