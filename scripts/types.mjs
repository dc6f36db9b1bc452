/*
 * What the language service and `ticketlab check` know beside the cells: the declarations of `lab`, made from what
 * `src/lab/api.ts` really exports; the library of JavaScript without that of browsers; and the types of Node.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

/** What @types/node declares for CommonJS modules, and a cell does not have. */
const notInCells = ['__dirname', '__filename', 'exports', 'module']

/** Fills `folder`, unless it was made from the same sources. */
export function shipTypes(folder) {
  const stamp = join(folder, '.made-from')
  if (existsSync(stamp)) {
    const { files, digest } = JSON.parse(readFileSync(stamp, 'utf8'))
    if (files.every((file) => existsSync(file)) && digest === digestOf(files)) return
  }
  rmSync(folder, { recursive: true, force: true })
  shipLibrary(join(folder, 'lib'))
  shipPackage('@types/node', join(folder, 'packages/node'))
  shipPackage('undici-types', join(folder, 'packages/undici-types'))
  removeGlobals(join(folder, 'packages/node/module.d.ts'), notInCells)
  const sources = declareLab(join(folder, 'ticketlab'))
  const packages = ['typescript', '@types/node', 'undici-types'].map(packageJson)
  const files = [fileURLToPath(import.meta.url), join(root, 'tsconfig.json'), ...packages, ...sources]
  writeFileSync(stamp, JSON.stringify({ files, digest: digestOf(files) }))
}

function digestOf(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function packageJson(name) {
  return require.resolve(`${name}/package.json`)
}

/** JavaScript's own library; neither the page of a browser nor its workers. */
function shipLibrary(folder) {
  const from = dirname(require.resolve('typescript'))
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(from)) {
    if (!/^lib\.(es|decorators)[\w.]*\.d\.ts$/.test(name) || name.endsWith('.full.d.ts')) continue
    cpSync(join(from, name), join(folder, name))
  }
}

/** The declarations of a package, and its package.json. */
function shipPackage(name, folder) {
  const from = dirname(packageJson(name))
  for (const file of readdirSync(from, { recursive: true })) {
    if (!/\.d\.[cm]?ts$/.test(file) && file !== 'package.json' && file !== 'LICENSE') continue
    if (/^ts\d/.test(file)) continue // For older compilers.
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(from, file), join(folder, file))
  }
}

/** Takes the declarations of global variables out of a file, their comments with them. */
function removeGlobals(file, names) {
  const text = readFileSync(file, 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true)
  const found = []
  const visit = (node) => {
    if (ts.isVariableStatement(node)) {
      const [{ name }] = node.declarationList.declarations
      if (names.includes(name.text)) found.push({ name: name.text, from: node.getFullStart(), to: node.end })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  const missing = names.filter((name) => !found.some((one) => one.name === name))
  if (missing.length > 0)
    throw new Error(`${file} no longer declares ${missing.join(', ')}: adapt ${import.meta.url}.`)
  let edited = text
  for (const { from, to } of found.sort((one, other) => other.from - one.from)) {
    edited = edited.slice(0, from) + edited.slice(to)
  }
  writeFileSync(file, edited)
}

/** The declarations of everything that `lab` reaches, and of the global `lab` itself. Returns the files that say so. */
function declareLab(folder) {
  const api = join(root, 'src/lab/api.ts')
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'))
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = ts.createProgram([api], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(root, 'src'),
    outDir: folder,
  })
  const { diagnostics } = program.emit()
  if (diagnostics.length > 0) {
    throw new Error(
      diagnostics.map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n')).join('\n'),
    )
  }
  writeFileSync(join(folder, 'cells.d.ts'), globalLab(program.getSourceFile(api), program.getTypeChecker()))
  const files = program.getSourceFiles().map(({ fileName }) => fileName)
  return files.filter((file) => !file.includes('/node_modules/'))
}

/**
 * The global `lab`, and the types that it takes and gives under the same name, so that a cell can say
 * `function best(tickets: lab.Results)`.
 */
function globalLab(source, checker) {
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
  const lab = exported.find(({ name }) => name === 'Lab')
  const comment = ts.displayPartsToString(lab.getDocumentationComment(checker))
  const imported = source.statements
    .filter(ts.isImportDeclaration)
    .flatMap(({ importClause }) => importClause.namedBindings.elements)
    .map(({ name }) => checker.getAliasedSymbol(checker.getSymbolAtLocation(name)))
  const types = [...exported, ...imported].filter((symbol) => symbol !== lab && !isGeneric(symbol))
  return [
    `import type { Lab } from './lab/api'`,
    'declare global {',
    ...['  /**', ...comment.split('\n').map((line) => `   * ${line}`.trimEnd()), '   */'],
    '  const lab: Lab',
    '  namespace lab {',
    ...types.map((symbol) => {
      const file = relative(join(root, 'src'), symbol.declarations[0].getSourceFile().fileName)
      return `    type ${symbol.name} = import('./${file.replaceAll('\\', '/').replace(/\.ts$/, '')}').${symbol.name}`
    }),
    '  }',
    '}',
    '',
  ].join('\n')
}

function isGeneric(symbol) {
  return symbol.declarations.some(({ typeParameters }) => typeParameters !== undefined)
}
