import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFile, isInstalled } from './module-hooks'

/** The specifiers that a file of JavaScript or TypeScript imports or requires. */
export type ImportsOf = (code: string) => readonly string[]

/** What one file says, as long as it is not edited. */
interface FileState {
  readonly stamp: string
  readonly digest: string
  readonly imports: readonly string[]
}

/**
 * Tells when a local file, or any that it imports, was edited: the version that is returned for a file is another one then,
 * and the same one while nothing changes. Packages count as they are.
 */
export function createVersions(importsOf: ImportsOf): (file: string) => string {
  const known = new Map<string, FileState>()

  const stateOf = (file: string): FileState => {
    const { mtimeMs, size } = statSync(file)
    const stamp = `${mtimeMs} ${size}`
    const before = known.get(file)
    if (before?.stamp === stamp) return before
    const code = readFileSync(file, 'utf8')
    const imports = /\.[cm]?[jt]s$/.test(file)
      ? importsOf(code).flatMap((one) => localFile(one, file) ?? [])
      : []
    const state = { stamp, digest: createHash('sha256').update(code).digest('hex'), imports }
    known.set(file, state)
    return state
  }

  return (file) => {
    const states = new Map<string, FileState>()
    const add = (one: string): void => {
      if (states.has(one)) return
      const state = stateOf(one)
      states.set(one, state)
      state.imports.forEach(add)
    }
    add(file)
    const lines = [...states].map(([one, { digest }]) => `${digest} ${one}`).sort()
    return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16)
  }
}

/** The file that `specifier` means in `importer`, unless it is one of a package. */
function localFile(specifier: string, importer: string): string | undefined {
  const path = specifier.startsWith('file:')
    ? fileURLToPath(specifier)
    : /^(\.{1,2}(\/|$)|\/)/.test(specifier)
      ? resolve(dirname(importer), specifier.replace(/\?.*$/, ''))
      : undefined
  const found = path === undefined ? undefined : findFile(path)
  return found === undefined || isInstalled(found) ? undefined : found
}
