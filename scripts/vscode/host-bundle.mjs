import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles the suite that runs inside the extension host into `out/test-host`.
 *
 * @param {string} root the checkout
 * @returns {Promise<string>} the module that exports `run()`
 */
export async function bundleHostSuite(root) {
  const folder = join(root, 'out/test-host')
  await rm(folder, { recursive: true, force: true })
  const outfile = join(folder, 'index.cjs')
  await build({
    entryPoints: [join(root, 'test/vscode-host/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    // VS Code provides the one, node_modules beside us the other.
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  })
  return outfile
}
