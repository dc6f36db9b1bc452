import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { TicketLabError } from '../../../support/errors'
import { packageFolder, type InstallationContext } from './context'
import { describeResult, runProcess, succeeded } from './processes'
import { megabytes } from './progress'
import { asNode } from './verify'
import { layout } from './versions'

const probeLimit = 6_000
/** The installer itself waits forever for a connection that has gone silent. */
const downloadLimit = 30 * 60_000

// Asks the way the package's own installer does: the same host, mirrors and proxy. Prints the HTTP status.
const probe = `
const { binary } = require('./package.json')
const { addonName } = require('./scripts/get-addon-name.js')
const mirror = process.env.npm_config_tfjs_binding_binary_host_mirror || process.env.npm_config_tfjs_binding_binary_host
const path = binary.remote_path.replace('{napi_build_version}', '8').replace('{version}', require('./package.json').version)
const url = (mirror || binary.host).replace(/\\/$/, '') + path.slice(1) + addonName
const proxy = process.env.HTTPS_PROXY || process.env.https_proxy || process.env.HTTP_PROXY || process.env.http_proxy
const agent = proxy ? new (require('https-proxy-agent'))(proxy) : undefined
const request = require(url.startsWith('https') ? 'https' : 'http').request(url, { method: 'HEAD', agent }, (response) => {
  console.log('status ' + response.statusCode)
  process.exit(0)
})
request.on('error', (error) => { console.log(error.message); process.exit(1) })
request.end()
`

/** Whether tfjs-node's storage bucket, or the mirror that the environment names, offers the addon. Takes at most 6 s. */
export async function bucketIsReachable(context: InstallationContext): Promise<boolean> {
  context.report('packages', "Looking for tfjs-node's storage bucket", 0.9)
  const result = await runProcess({
    program: context.node,
    arguments: ['-e', probe],
    folder: packageFolder(context),
    environment: { ...process.env, ...asNode },
    signal: context.signal,
    log: context.log,
    limit: probeLimit,
  })
  return succeeded(result) && /^status 200$/m.test(result.output)
}

/**
 * Runs tfjs-node's own installer, which downloads TensorFlow and the addon into the package.
 * @throws TicketLabError `backend-failed` when it fails or leaves the addon out
 */
export async function installFromBucket(context: InstallationContext): Promise<void> {
  const { tree, signal, log, report } = context
  const title = "Downloading TensorFlow with tfjs-node's installer"
  report('download', title)
  const watch = setInterval(() => {
    void folderBytes(join(tree, layout.libraries)).then((bytes) => {
      if (bytes > 0) report('download', `${title}: ${megabytes(bytes)} MB unpacked`, bytes / (bytes + 200e6))
    })
  }, 1000)
  const result = await runProcess({
    program: context.node,
    arguments: [join('scripts', 'install.js')],
    limit: downloadLimit,
    folder: packageFolder(context),
    environment: {
      ...process.env,
      ...asNode,
      PATH: [join(tree, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
      TMPDIR: context.temporary,
    },
    signal,
    log,
  }).finally(() => clearInterval(watch))
  if (!succeeded(result) || !existsSync(join(tree, layout.binding))) {
    throw new TicketLabError(
      'backend-failed',
      `Expected tfjs-node's installer to put the addon at ${layout.binding}, found ${describeResult(result)}\nEverything printed is in ${log}.`,
    )
  }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder).catch(() => [])) {
    bytes += await stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}
