import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from '../../../support/paths'

/** Where the sources of the addon lie in what ships: its `kernels`, and `include`, the headers of Node-API. */
export function sourcesFolder(): string {
  return join(dataFolder(), 'native')
}

/** A digest of the sources of the addon, in hex: one that was compiled from others may be called otherwise. */
export function digestOfSources(sources: string): string {
  const hash = createHash('sha256')
  const kernels = join(sources, 'kernels')
  for (const name of readdirSync(kernels).sort()) {
    const text = readFileSync(join(kernels, name))
    hash.update(`${name}\n${text.length}\n`).update(text)
  }
  return hash.digest('hex')
}
