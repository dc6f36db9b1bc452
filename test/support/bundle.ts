import { build, type Plugin } from 'esbuild'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A program bundled for a test. */
export interface Bundle {
  /** The bundled file. */
  readonly file: string
  remove(): Promise<void>
}

/**
 * Bundles a program, such as `src/trainer/main.ts`, into a temporary folder, so that a test can start it
 * as the process that it is.
 */
export async function bundle(entry: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'ticketlab-bundle-'))
  const file = join(folder, 'program.cjs')
  await bundleInto(file, entry)
  return { file, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Bundles a program into a file, beside others that it starts. */
export async function bundleInto(file: string, entry: string, plugins: Plugin[] = []): Promise<void> {
  await build({
    entryPoints: [resolve(entry)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    plugins,
    // Vega's own for Node asks for a canvas that nobody has installed.
    alias: { 'vega-canvas': resolve('node_modules/vega-canvas/build/vega-canvas.browser.js') },
  })
}
