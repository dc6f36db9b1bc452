import { join } from 'node:path'
import ts from 'typescript'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Declared } from './declared'
import type { CellText, NotebookText } from './notebook'
import { declaredIn, virtualCells, type VirtualCell } from './virtual-cells'

/** TypeScript over the cells of notebooks. */
export interface Project {
  readonly service: ts.LanguageService
  /** A notebook as it is now; the whole of it, so that nothing can get out of step. */
  set(notebook: NotebookText): void
  remove(uri: string): void
  notebook(uri: string): NotebookText | undefined
  notebooks(): readonly NotebookText[]
  /** The module of a cell. */
  cell(uri: string): KnownCell | undefined
  /** The cell whose module a file is. */
  cellOfFile(file: string): KnownCell | undefined
  /** Whether a file is one of our declarations, or of those of JavaScript and Node. */
  isDeclaration(file: string): boolean
  /** Files beside the notebooks came, went or changed. */
  filesChanged(): void
  /** Begins anew with the same notebooks, after TypeScript failed. */
  reset(): void
}

/** A cell with its text as a document, which turns lines and characters into offsets as editors do. */
export interface KnownCell extends VirtualCell {
  readonly notebook: string
  readonly version: number
  readonly document: TextDocument
}

/**
 * What cells are checked with. Names of earlier cells are found by types inferred there, so what those leave open
 * is no mistake of the user: no complaints about implicit `any`, nor about members of what was caught.
 */
function compilerOptions(types: string): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ESNext,
    // What the oldest Node that we run on has; never the page of a browser.
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    customConditions: ['node'],
    strict: true,
    noImplicitAny: false,
    useUnknownInCatchVariables: false,
    allowJs: true,
    checkJs: false,
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [slashes(join(types, 'packages'))],
    paths: { 'undici-types': [slashes(join(types, 'packages/undici-types'))] },
  }
}

/** @param types the folder `dist/types`, which `scripts/types.mjs` makes */
export function createProject(types: string): Project {
  const notebooks = new Map<string, NotebookText>()
  const cells = new Map<string, KnownCell>()
  const byFile = new Map<string, KnownCell>()
  const numbers = new Map<string, number>()
  const declared = new WeakMap<CellText, ReadonlyMap<string, Declared>>()
  const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames, types)
  const disk = createDisk(types)
  let folders = new Set<string>()
  let cellNumber = 0
  let staleResolutions = false
  let version = 0

  const options = compilerOptions(types)
  const declaration = slashes(join(types, 'ticketlab/cells.d.ts'))
  // `hasInvalidatedResolutions` is TypeScript's own secret, but the only way to have lookups that failed done again.
  const host: ts.LanguageServiceHost & { hasInvalidatedResolutions(): boolean } = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [declaration, ...byFile.keys()],
    getScriptVersion: (file) => byFile.get(file)?.version.toString() ?? disk.version(file),
    getScriptSnapshot(file) {
      const text = byFile.get(file)?.text ?? disk.read(file)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => slashes(types),
    getDefaultLibFileName: () => slashes(join(types, 'lib/lib.es2023.d.ts')),
    fileExists: (file) => byFile.has(file) || ts.sys.fileExists(file),
    readFile: (file) => byFile.get(file)?.text ?? ts.sys.readFile(file),
    // A notebook that is not saved yet may lie in no folder at all.
    directoryExists: (folder) => folders.has(folder) || ts.sys.directoryExists(folder),
    getDirectories: (folder) => ts.sys.getDirectories(folder),
    readDirectory: (...given) => ts.sys.readDirectory(...given),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    hasInvalidatedResolutions: () => staleResolutions,
  }
  let service = ts.createLanguageService(host, registry)

  const fileOf = (cell: CellText, folder: string): string => {
    const number = numbers.get(cell.uri) ?? ++cellNumber
    numbers.set(cell.uri, number)
    const extension = cell.language === 'typescript' ? 'ts' : 'js'
    return `${slashes(folder)}/.ticketlab-cell-${number}.${extension}`
  }
  const declares = (cell: CellText): ReadonlyMap<string, Declared> => {
    const known = declared.get(cell) ?? declaredIn(cell)
    declared.set(cell, known)
    return known
  }
  const forget = (uri: string): void => {
    for (const [cellUri, cell] of cells) {
      if (cell.notebook !== uri) continue
      cells.delete(cellUri)
      byFile.delete(cell.file)
    }
  }
  const keep = (notebook: NotebookText): void => {
    const before = new Map(cells)
    forget(notebook.uri)
    for (const made of virtualCells(notebook, (cell) => fileOf(cell, notebook.folder), declares)) {
      const old = before.get(made.cell.uri)
      const same = old !== undefined && old.text === made.text && old.file === made.file
      const known: KnownCell = {
        ...made,
        notebook: notebook.uri,
        version: same ? old.version : ++version,
        document: TextDocument.create(made.cell.uri, made.cell.language, 0, made.cell.text),
      }
      cells.set(made.cell.uri, known)
      byFile.set(made.file, known)
    }
    folders = new Set([...notebooks.values()].map(({ folder }) => slashes(folder)))
  }

  return {
    get service() {
      return service
    },
    set(notebook) {
      const old = new Map(notebooks.get(notebook.uri)?.cells.map((cell) => [cell.uri, cell]))
      // Cells that did not change stay the same objects: what is known of them need not be found out again.
      const kept = notebook.cells.map((cell) => {
        const known = old.get(cell.uri)
        return known && known.text === cell.text && known.language === cell.language ? known : cell
      })
      const next = { ...notebook, cells: kept }
      notebooks.set(notebook.uri, next)
      keep(next)
    },
    remove(uri) {
      for (const { uri: cell } of notebooks.get(uri)?.cells ?? []) numbers.delete(cell)
      notebooks.delete(uri)
      forget(uri)
    },
    notebook: (uri) => notebooks.get(uri),
    notebooks: () => [...notebooks.values()],
    cell: (uri) => cells.get(uri),
    cellOfFile: (file) => byFile.get(file),
    isDeclaration: (file) => file.startsWith(`${slashes(types)}/`),
    filesChanged() {
      disk.forget()
      staleResolutions = true
      // Looks everything up again, once.
      service.getProgram()
      staleResolutions = false
    },
    reset() {
      service.dispose()
      service = ts.createLanguageService(host, registry)
    },
  }
}

/** Files as they are on the disk: what is saved counts, as it does for the kernel. */
function createDisk(types: string): {
  version(file: string): string
  read(file: string): string | undefined
  forget(): void
} {
  const own = `${slashes(types)}/`
  const versions = new Map<string, string>()
  return {
    version(file) {
      if (file.startsWith(own)) return '1'
      const known = versions.get(file) ?? String(ts.sys.getModifiedTime?.(file)?.getTime() ?? 0)
      versions.set(file, known)
      return known
    },
    read: (file) => ts.sys.readFile(file),
    forget: () => versions.clear(),
  }
}

/** A path as TypeScript writes it, on Windows too. */
export function slashes(path: string): string {
  return path.replaceAll('\\', '/')
}
