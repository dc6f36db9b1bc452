import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compileFunction, constants } from 'node:vm'
import { nearest } from '../support/nearest'
import { createVersions, type ImportsOf } from './module-graph'
import {
  askedByCell,
  createModuleHooks,
  findFile,
  isInstalled,
  type CompileFile,
  type ModuleHooks,
} from './module-hooks'

/** What `import` means in the cells of a notebook: everything is resolved from the notebook's folder. */
export interface Importer {
  /** The module, which must have these names, if it is asked for any. */
  readonly load: (specifier: unknown, names?: unknown) => Promise<unknown>
  /** What `import.meta` is in a cell. */
  readonly meta: Readonly<Record<string, unknown>>
  /** `require`, for those who like it. */
  readonly require: NodeJS.Require
  /** The notebook is in another folder from now on. What was imported stays what it is. */
  readonly move: (folder: string) => void
}

/** What is resolved from one folder. */
interface Place {
  readonly folder: string
  /** A file of the notebook's folder that need not exist: only its place counts. */
  readonly file: string
  readonly import: (specifier: string) => Promise<object>
  readonly require: NodeJS.Require
}

/**
 * @param folder the notebook's folder
 * @param program the kernel's own file, which older versions of Node load once more for their module hooks
 */
export function createImporter(
  folder: string,
  program: string,
  compile: CompileFile,
  importsOf: ImportsOf,
): Importer {
  silenceLoaderWarning()
  let place = placeIn(folder)
  const versionOf = createVersions(importsOf)
  const required = new Map<string, string>()
  let asked = 0
  let hooked = false

  /** What is required is kept by its file: a file that was edited, or imports one that was, is to be loaded anew. */
  const forgetEdited = (): void => {
    for (const file of Object.keys(place.require.cache)) {
      if (isInstalled(file) || file.startsWith(dirname(program) + sep)) continue
      const version = existsSync(file) ? versionOf(file) : ''
      if (required.has(file) && required.get(file) !== version)
        Reflect.deleteProperty(place.require.cache, file)
      required.set(file, version)
    }
  }
  const resolveRequired = (...given: Parameters<NodeJS.RequireResolve>): string =>
    place.require.resolve(...given)
  const require = Object.assign(
    (specifier: string): unknown => {
      forgetEdited()
      const required: unknown = place.require(specifier)
      forgetEdited() // To know what it was when it was loaded.
      return required
    },
    place.require,
    {
      resolve: Object.assign(resolveRequired, {
        paths: (request: string) => place.require.resolve.paths(request),
      }),
    },
  )

  const loadFile = async (path: string, written: string): Promise<object> => {
    const file = findFile(path)
    if (file === undefined) throw new Error(`Cannot find '${written}': there is no file ${path}.`)
    if (file.endsWith('.json')) return { default: JSON.parse(readFileSync(file, 'utf8')) as unknown }
    if (!hooked) installHooks(program, createModuleHooks(compile, versionOf))
    hooked = true
    forgetEdited()
    return place.import(`${pathToFileURL(file).href}${askedByCell}${++asked}`)
  }

  const load = async (written: string): Promise<object> => {
    if (written.startsWith('file:')) return loadFile(fileURLToPath(written), written)
    if (/^\.{1,2}(\/|$)/.test(written) || isAbsolute(written))
      return loadFile(resolve(place.folder, written), written)
    try {
      return await place.import(written)
    } catch (error) {
      throw withAdvice(error, written, place.folder)
    }
  }

  return {
    async load(specifier, names) {
      const written = String(specifier)
      const module = await load(written)
      // `import()` has options in this place, which say nothing of names.
      if (Array.isArray(names)) for (const name of names as string[]) checkName(module, name, written)
      return module
    },
    meta: {
      get url() {
        return pathToFileURL(place.file).href
      },
      get dirname() {
        return place.folder
      },
      get filename() {
        return place.file
      },
      resolve: (specifier: unknown) => resolveFrom(place.require, place.folder, String(specifier)),
    },
    require,
    move(next) {
      place = placeIn(next)
    },
  }
}

function placeIn(folder: string): Place {
  const file = resolve(folder, 'notebook.js')
  const nativeImport = compileFunction('return import(specifier)', ['specifier'], {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (specifier: string) => Promise<object>
  return { folder, file, import: nativeImport, require: nodeModule.createRequire(file) }
}

/** The address of what a specifier means in a cell. */
function resolveFrom(require: NodeJS.Require, folder: string, specifier: string): string {
  if (specifier.startsWith('node:') || URL.canParse(specifier)) return specifier
  if (/^\.{1,2}(\/|$)/.test(specifier) || isAbsolute(specifier)) {
    const path = resolve(folder, specifier)
    return pathToFileURL(findFile(path) ?? path).href
  }
  const found = require.resolve(specifier)
  return isAbsolute(found) ? pathToFileURL(found).href : `node:${found}`
}

/** What JavaScript itself would do for a module; `module` has no other names. */
function checkName(module: object, name: string, specifier: string): void {
  if (name in module) return
  const byDefault = 'default' in module ? module.default : undefined
  const isProperty = typeof byDefault === 'object' && byDefault !== null && name in byDefault
  const near = nearest(name, Object.keys(module))
  const advice =
    name === 'default'
      ? `Import the names that you need, or all of them: import * as name from '${specifier}'.`
      : isProperty
        ? `What it exports by default has that name: import that, and take ${name} from it.`
        : `${near ? `Did you mean '${near}'? ` : ''}If it is a type, write: import type { ${name} }.`
  throw new SyntaxError(`The module '${specifier}' has no export named '${name}'. ${advice}`)
}

/** Node still calls the loader constant above experimental, in the middle of the user's output. */
function silenceLoaderWarning(): void {
  const emitWarning = process.emitWarning.bind(process) as (...all: unknown[]) => void
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('USE_MAIN_CONTEXT_DEFAULT_LOADER')) emitWarning(warning, ...rest)
  }
}

function withAdvice(error: unknown, specifier: string, folder: string): unknown {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND')
    return error
  if (!error.message.includes(`'${packageOf(specifier)}'`)) return error
  return new Error(
    `Cannot find the package '${packageOf(specifier)}'. Packages are looked for from the notebook's folder: run ` +
      `"npm install ${packageOf(specifier)}" in ${folder}.`,
  )
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function installHooks(program: string, hooks: ModuleHooks): void {
  // So that stacks name the lines of files as they are written.
  process.setSourceMapsEnabled(true)
  const { registerHooks } = nodeModule as { registerHooks?: (hooks: ModuleHooks) => void }
  if (registerHooks) {
    registerHooks(hooks)
    return
  }
  // Before Node 22.15 hooks run in a thread of their own, which has to be told where to find them.
  const source = [
    `import kernel from ${JSON.stringify(pathToFileURL(program).href)}`,
    `const hooks = await kernel.moduleHooks()`,
    `export const resolve = hooks.resolve, load = hooks.load`,
  ].join('\n')
  nodeModule.register(`data:text/javascript,${encodeURIComponent(source)}`)
}
