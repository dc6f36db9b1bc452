import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TicketLabError } from '../../../support/errors'
import type { InstallationContext } from './context'
import { describeResult, runProcess, succeeded, type ProcessResult } from './processes'
import { findNpm, programOf } from './tools'
import { nodeApiHeadersVersion, tfjsNodeVersion } from './versions'

/** Gets tfjs-node's package, without its native parts, and the Node-API headers into the tree with npm. */
export async function installPackages(context: InstallationContext): Promise<void> {
  const { tree, signal, log, report } = context
  report('packages', `Getting @tensorflow/tfjs-node ${tfjsNodeVersion} with npm`)
  const npm = programOf(await findNpm(signal))
  await mkdir(tree, { recursive: true })
  await writeFile(
    join(tree, 'package.json'),
    `${JSON.stringify({ private: true, description: 'TensorFlow for Ticket Lab' }, null, 2)}\n`,
  )
  const result = await runProcess({
    program: npm,
    // prettier-ignore
    arguments: [
      'install', '--prefix', '.', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--omit=dev',
      '--fetch-retries=1', '--fetch-retry-mintimeout=1000',
      `@tensorflow/tfjs-node@${tfjsNodeVersion}`, `node-api-headers@${nodeApiHeadersVersion}`,
    ],
    folder: tree,
    signal,
    log,
    onLine: (line) => {
      if (/^npm (http|warn)/.test(line)) return
      report('packages', `npm: ${line}`, 0.5)
    },
  })
  if (!succeeded(result)) {
    // A broken folder would fail again.
    await rm(join(tree, 'node_modules'), { recursive: true, force: true })
    throw new TicketLabError(
      isOffline(result.output) ? 'backend-unavailable' : 'backend-failed',
      `Expected npm to install @tensorflow/tfjs-node ${tfjsNodeVersion}, found ${firstErrors(result)}\nIs the npm registry reachable ('npm ping')? Then install again. Everything printed is in ${log}.`,
    )
  }
  await removeSourceMaps(tree)
}

/** Whether npm said that it could not reach its registry. */
export function isOffline(output: string): boolean {
  return /^npm error (code|errno) (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)$/m.test(
    output,
  )
}

/** npm names the cause first and gives general advice last. */
function firstErrors(result: ProcessResult): string {
  const errors = result.output.split('\n').filter((line) => line.startsWith('npm error'))
  return errors.length > 0 ? `\n${errors.slice(0, 4).join('\n')}` : describeResult(result)
}

/** Source maps are two thirds of the packages' 300 MB, and nothing reads them. */
async function removeSourceMaps(tree: string): Promise<void> {
  const packages = join(tree, 'node_modules')
  for (const path of await readdir(packages, { recursive: true })) {
    if (path.endsWith('.map')) await rm(join(packages, path))
  }
}
