import { cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const kernels = fileURLToPath(new URL('../src/backends/native/kernels', import.meta.url))

/** Puts all that the native backend is compiled from into a folder: our sources, and the headers of Node-API. */
export function shipNative(folder) {
  rmSync(folder, { recursive: true, force: true })
  cpSync(kernels, join(folder, 'kernels'), { recursive: true })
  cpSync(join(require.resolve('node-api-headers/package.json'), '../include'), join(folder, 'include'), {
    recursive: true,
  })
}
