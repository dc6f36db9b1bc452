import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TicketLabError } from '../../../support/errors'
import { cancelled, withLock } from '../../../support/file-lock'
import { replaceFolder, translateSystemErrors } from '../../installing'
import { findCCompiler, programOf } from '../../tensorflow/installation/tools'
import { nativeArithmetic } from '../arithmetic'
import { compileAddon, nativeObstacle } from './compile'
import {
  addonName,
  describeNative,
  findNative,
  installationFolder,
  manifestName,
  type NativeInstallation,
  type NativeManifest,
} from './manifest'
import { digestOfSources, sourcesFolder } from './sources'
import { verifyNative } from './verify'

export interface NativeInstallOptions {
  /** The folder that holds installations: `places().backends`. */
  readonly backends: string
  /** Where the sources lie; by default beside the program that runs. */
  readonly sources?: string
  readonly onProgress?: (message: string) => void
  /** Cancels: what was started is ended, and no installation is left. */
  readonly signal?: AbortSignal | undefined
  /** Compiles even when there is one, and puts the new one in its place. */
  readonly force?: boolean
  /** The Node that will load the addon; by default the one that runs this. */
  readonly node?: string
}

/**
 * Compiles the native backend into a folder of its own in `backends`, unless it is there: in a staging folder beside
 * it, really used once, and then renamed, so that an installation is whole or absent. Takes some seconds. A second
 * process that installs at the same time waits for the first and uses its result.
 *
 * @throws TicketLabError `backend-unavailable` where this machine cannot have it, `backend-failed`, `disk-full` or
 *   `cancelled`, saying what to do
 */
export async function installNative(options: NativeInstallOptions): Promise<NativeInstallation> {
  const { backends, sources = sourcesFolder(), signal, force = false } = options
  const report = options.onProgress ?? (() => undefined)
  const present = () => (force ? undefined : findNative(backends, sources))
  return translateSystemErrors('the native backend', backends, async () => {
    const found = present()
    if (found) return found
    const obstacle = nativeObstacle()
    if (obstacle !== undefined) {
      throw new TicketLabError(
        'backend-unavailable',
        `This machine cannot have the native backend: ${obstacle}. Use { backend: 'wasm' }.`,
      )
    }
    await mkdir(backends, { recursive: true })
    const onWait = (holder: { process: number; host: string }) =>
      report(
        `Waiting for process ${holder.process} on ${holder.host}, which is installing the native backend`,
      )
    return withLock(join(backends, '.installing-native.lock'), { signal, onWait }, async () => {
      const done = present()
      if (done) return done
      await build({ ...options, sources }, report)
      const state = describeNative(backends, sources)
      if (state.kind === 'installed') return state.installation
      throw new TicketLabError('backend-failed', state.message)
    })
  })
}

async function build(
  { backends, sources, signal, node }: NativeInstallOptions & { readonly sources: string },
  report: (message: string) => void,
): Promise<void> {
  const staging = join(backends, '.installing-native')
  const tree = join(staging, 'tree')
  const log = join(staging, 'install.log')
  await rm(tree, { recursive: true, force: true })
  await mkdir(tree, { recursive: true })
  await writeFile(log, `Installing the native backend, ${new Date().toISOString()}\n`)
  const compiler = await findCCompiler(signal)
  report(`Compiling with ${compiler.version ?? programOf(compiler)} (about 10 s)`)
  await compileAddon({ sources, tree, compiler, log }, signal)
  report('Trying it out')
  const { sets } = await verifyNative(join(tree, addonName), { node, signal, log })
  for (const name of await readdir(tree)) if (name !== addonName) await rm(join(tree, name))
  const addon = await readFile(join(tree, addonName))
  const digest = digestOfSources(sources)
  const manifest: NativeManifest = {
    format: 1,
    arithmetic: nativeArithmetic,
    sources: digest,
    platform: process.platform,
    architecture: process.arch,
    compiler: compiler.version ?? programOf(compiler),
    sets,
    installed: new Date().toISOString(),
    sha256: createHash('sha256').update(addon).digest('hex'),
    bytes: addon.length,
  }
  await writeFile(join(tree, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  if (signal?.aborted) throw cancelled()
  await replaceFolder(tree, installationFolder(backends, digest))
  await rm(staging, { recursive: true, force: true })
}
