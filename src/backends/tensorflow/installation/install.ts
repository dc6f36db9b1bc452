import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TicketLabError } from '../../../support/errors'
import { cancelled, withLock } from '../../../support/file-lock'
import { replaceFolder, translateSystemErrors } from '../../installing'
import { stagingContext, type InstallationContext } from './context'
import { findTensorflow } from './find'
import { bucketIsReachable, installFromBucket } from './from-bucket'
import { checkWheelTools, installFromWheel } from './from-wheel'
import { inspectInstallation, manifestName, type Manifest, type TensorflowInstallation } from './manifest'
import { installPackages } from './packages'
import { reporter, type InstallationProgress } from './progress'
import { verifyBinding } from './verify'
import { bytesNeeded, layout, tfjsNodeVersion } from './versions'

export interface InstallOptions {
  /** The folder that holds installations: `places().backends`. */
  readonly backends: string
  readonly onProgress?: (progress: InstallationProgress) => void
  /** Cancels: everything that was started is ended, and no installation is left, only finished downloads. */
  readonly signal?: AbortSignal
  /** Installs even when there is one, and puts the new one in its place. */
  readonly force?: boolean
  /** The Node that will load the addon; by default the one that runs this. */
  readonly node?: string
}

/**
 * Installs TensorFlow into a folder of its own in `backends`, unless it is there. Everything is made in a staging
 * folder beside it, really used once, and then renamed: an installation is whole or absent. A second process that
 * installs at the same time waits for the first and uses its result.
 *
 * @throws TicketLabError `backend-unavailable` where this machine cannot have it, `backend-failed`, `disk-full`,
 *   `data-corrupt` or `cancelled`, saying what to do
 */
export async function installTensorflow(options: InstallOptions): Promise<TensorflowInstallation> {
  const { backends, signal } = options
  const report = reporter(options.onProgress ?? (() => undefined))
  return translateSystemErrors('TensorFlow', backends, async () => {
    const present = options.force ? undefined : findTensorflow(backends)
    if (present) return present
    await mkdir(backends, { recursive: true })
    const context = stagingContext(join(backends, '.installing'), {
      node: options.node ?? process.execPath,
      signal,
      report,
    })
    const onWait = (holder: { process: number; host: string }) =>
      report(
        'waiting',
        `Waiting for process ${holder.process} on ${holder.host}, which is installing TensorFlow`,
      )
    return withLock(join(backends, '.installing.lock'), { signal, onWait }, async () => {
      const done = options.force ? undefined : findTensorflow(backends)
      const installation = done ?? (await installLocked(backends, context))
      report('done', `TensorFlow ${installation.tensorflowVersion} is in ${installation.folder}`)
      return installation
    })
  })
}

async function installLocked(
  backends: string,
  context: InstallationContext,
): Promise<TensorflowInstallation> {
  const { tree, temporary, report, signal, log, node } = context
  report('checking', 'Checking what is there')
  await checkSpace(backends)
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  await writeFile(log, `Installing TensorFlow, ${new Date().toISOString()}\n`)
  await installPackages(context)
  const source = await installLibraries(context)
  report('verify', 'Loading TensorFlow')
  const { tensorflowVersion } = await verifyBinding(join(tree, layout.binding), { node, signal, log })
  const manifest: Manifest = {
    format: 1,
    tensorflow: tensorflowVersion,
    tfjsNode: tfjsNodeVersion,
    source,
    platform: process.platform,
    architecture: process.arch,
    installed: new Date().toISOString(),
    files: await nativeFiles(tree),
  }
  await writeFile(join(tree, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  if (signal?.aborted) throw cancelled()
  const folder = join(backends, `tensorflow-${tensorflowVersion}-${process.platform}-${process.arch}`)
  await replaceFolder(tree, folder)
  await rm(context.staging, { recursive: true, force: true })
  const inspection = inspectInstallation(folder)
  if (inspection.kind === 'valid') return inspection.installation
  throw new TicketLabError('backend-failed', `${folder} was just installed, but ${inspection.reason}.`)
}

/** tfjs-node's own way where its bucket is reachable, otherwise the wheel. */
async function installLibraries(context: InstallationContext): Promise<Manifest['source']> {
  if (await bucketIsReachable(context)) {
    try {
      await installFromBucket(context)
      return 'bucket'
    } catch (error) {
      if (!(error instanceof TicketLabError) || error.code === 'cancelled') throw error
      await checkWheelTools(context).catch(() => {
        // Nothing else can be tried, so the installer's own failure is the one to tell.
        throw error
      })
      context.report('download', "tfjs-node's installer failed; using the tensorflow-cpu wheel instead")
      for (const part of ['deps', 'lib']) {
        await rm(join(context.tree, layout.package, part), { recursive: true, force: true })
      }
    }
  }
  await installFromWheel(context)
  return 'wheel'
}

/** The addon and the libraries with their sizes and checksums, by path in `tree`. */
async function nativeFiles(tree: string): Promise<Manifest['files']> {
  const libraries = join(tree, layout.libraries)
  const paths = new Set([join(tree, layout.binding)])
  // Several names may be links to one file.
  for (const name of await readdir(libraries)) paths.add(await realpath(join(libraries, name)))
  const files: Record<string, { sha256: string; bytes: number }> = {}
  const root = await realpath(tree)
  for (const path of paths) {
    const file = await realpath(path)
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    const { size } = await stat(file)
    files[relative(root, file).split(sep).join('/')] = { sha256: hash.digest('hex'), bytes: size }
  }
  return files
}

async function checkSpace(backends: string): Promise<void> {
  const { bavail, bsize } = await statfs(backends)
  const free = bavail * bsize
  if (free >= bytesNeeded) return
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1)
  throw new TicketLabError(
    'disk-full',
    `Expected ${gigabytes(bytesNeeded)} GB of free space in ${backends} to install TensorFlow, found ${gigabytes(free)} GB. Free some space, or name another folder in TICKETLAB_BACKENDS.`,
  )
}
