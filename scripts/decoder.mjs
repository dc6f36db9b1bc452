import { copyFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)

/** Puts libjpeg, compiled to WebAssembly, of the package `@jsquash/jpeg` into a folder. */
export function shipDecoder(folder) {
  mkdirSync(folder, { recursive: true })
  const name = 'mozjpeg_dec.wasm'
  copyFileSync(join(require.resolve('@jsquash/jpeg/package.json'), '../codec/dec', name), join(folder, name))
}
