import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * How Node loads modules beside a notebook: endings may be left out, `./model.js` finds `model.ts`, TypeScript
 * and JSON are loaded as they are. Written as Node's module hooks, once for both of its ways to install them.
 */
export interface ModuleHooks {
  resolve(specifier: string, context: ResolveContext, next: NextResolve): unknown
  load(url: string, context: LoadContext, next: NextLoad): unknown
}

interface ResolveContext {
  readonly conditions?: readonly string[]
  readonly parentURL?: string
}
interface LoadContext {
  readonly conditions?: readonly string[]
  readonly importAttributes?: Readonly<Record<string, string>>
}
type NextResolve = (specifier: string, context: ResolveContext) => unknown
type NextLoad = (url: string, context: LoadContext) => unknown

/** Turns a TypeScript file into an ES module. */
export type CompileFile = (code: string, file: string) => string

/** What the importer of cells puts behind an address, so that Node asks for its version every time. */
export const askedByCell = '?cell='

/** @param versionOf see `createVersions` */
export function createModuleHooks(compile: CompileFile, versionOf: (file: string) => string): ModuleHooks {
  const first = new Map<string, string>()
  /** Node keeps a module for good: one that was edited gets another address, and so is loaded anew. */
  const addressOf = (file: string, search: string): string => {
    const version = versionOf(file)
    if (!first.has(file)) first.set(file, version)
    const own = search.startsWith(askedByCell) ? '' : search
    const added = first.get(file) === version ? '' : `${own ? '&' : '?'}version=${version}`
    return pathToFileURL(file).href + own + added
  }
  return {
    resolve(specifier, context, next) {
      const { parentURL } = context
      if (isRequired(context)) return next(specifier, context)
      if (!/^(\.{1,2}\/|file:)/.test(specifier) || !parentURL || isInstalled(parentURL)) {
        return next(specifier, context)
      }
      const url = new URL(specifier, parentURL)
      if (url.protocol !== 'file:') return next(specifier, context)
      const found = findFile(fileURLToPath(url))
      if (found === undefined) return next(specifier, context)
      const href = addressOf(found, url.search)
      return isTypeScript(found) ? { url: href, format: 'module', shortCircuit: true } : next(href, context)
    },
    load(url, context, next) {
      if (!url.startsWith('file:') || isInstalled(url) || isRequired(context)) return next(url, context)
      const file = fileURLToPath(url)
      if (isTypeScript(file)) {
        return { format: 'module', shortCircuit: true, source: compile(readFileSync(file, 'utf8'), file) }
      }
      if (file.endsWith('.json') && !context.importAttributes?.['type']) {
        const json = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))
        return { format: 'module', shortCircuit: true, source: `export default ${json}` }
      }
      return next(url, context)
    },
  }
}

/** Newer versions of Node ask for what `require` loads, too, which is nothing of ours. */
function isRequired({ conditions }: { readonly conditions?: readonly string[] }): boolean {
  return conditions?.includes('require') === true
}

export function isInstalled(url: string): boolean {
  return url.includes('/node_modules/')
}

function isTypeScript(file: string): boolean {
  return /\.m?ts$/.test(file)
}

const endings = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js']

/** The file meant by a path as imports write it. */
export function findFile(path: string): string | undefined {
  const asWritten = [path, path.replace(/\.(m?)js$/, '.$1ts')]
  return [...asWritten, ...endings.map((ending) => path + ending)].find(
    (candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile() === true,
  )
}
