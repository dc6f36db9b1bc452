import MagicString from 'magic-string'
import { blankSourceFile } from 'ts-blank-space'
import ts from 'typescript'
import { sourceMapComment } from './source-map'

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** TypeScript that cannot be parsed. `message` is TypeScript's own. */
export class CellSyntaxError extends SyntaxError {
  override readonly name = 'SyntaxError'

  constructor(
    message: string,
    readonly place: Place,
    /** The line of the code that it is about. */
    readonly lineText: string,
  ) {
    super(message)
  }
}

/** Parses `code` as a module, in which `await` may stand anywhere; `file` decides the language by its ending. */
export function parse(code: string, file: string): ts.SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.ESNext,
    impliedNodeFormat: ts.ModuleKind.ESNext,
    setExternalModuleIndicator: (source: ts.SourceFile) => {
      // TypeScript keeps this property to itself, but it alone decides whether top-level await is parsed.
      Object.assign(source, { externalModuleIndicator: true })
    },
  } as const
  return ts.createSourceFile(file, code, options, true)
}

/** The first syntax error of a parsed file. */
export function syntaxErrorOf(source: ts.SourceFile): CellSyntaxError | undefined {
  // Internal, but the public way to it builds a whole program for every cell.
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }
  const first = parseDiagnostics[0]
  if (!first) return undefined
  return errorAt(source, first.start, ts.flattenDiagnosticMessageText(first.messageText, '\n'))
}

/** A syntax error at offset `position` of `source`. */
export function errorAt(source: ts.SourceFile, position: number, message: string): CellSyntaxError {
  const { line, character } = source.getLineAndCharacterOfPosition(position)
  const lineText = source.text.split(/\r?\n/)[line] ?? ''
  return new CellSyntaxError(message, { line: line + 1, column: character + 1 }, lineText)
}

/** Whether `source` has syntax that V8 cannot run and that blanking types out would leave in place. */
export function needsTranspiling(source: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean =>
    ts.isDecorator(node) ||
    node.kind === ts.SyntaxKind.AccessorKeyword ||
    (ts.isVariableDeclarationList(node) && /^(await\s+)?using\b/.test(node.getText(source))) ||
    (ts.forEachChild(node, visit) ?? false)
  return visit(source)
}

/** @throws CellSyntaxError for `import a = require('b')`, which only CommonJS has */
export function refuseImportEquals(source: ts.SourceFile): void {
  const found = source.statements.find(ts.isImportEqualsDeclaration)
  if (found) throw errorAt(source, found.getStart(source), "Write import name from 'module' instead.")
}

/** The specifiers that a file imports or requires, in whatever way. */
export function importsOf(code: string): readonly string[] {
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName)
}

/** The names that `source` uses as types. */
export function typeNames(source: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) addFirst(node.typeName)
    else if (ts.isTypeQueryNode(node)) addFirst(node.exprName)
    else if (ts.isExpressionWithTypeArguments(node)) addFirst(node.expression)
    ts.forEachChild(node, visit)
  }
  const addFirst = (name: ts.Node): void => {
    if (ts.isQualifiedName(name)) addFirst(name.left)
    else if (ts.isPropertyAccessExpression(name)) addFirst(name.expression)
    else if (ts.isIdentifier(name)) names.add(name.text)
  }
  visit(source)
  return names
}

/** TypeScript's own emitter, for what has a meaning at run time: enums, namespaces, parameter properties. */
export function transpile(code: string, file: string): { readonly code: string; readonly map: string } {
  const result = ts.transpileModule(code, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
      verbatimModuleSyntax: true,
      sourceMap: true,
    },
  })
  return {
    code: result.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ''),
    map: result.sourceMapText ?? '{}',
  }
}

/**
 * A TypeScript file as an ES module: types blanked out, or emitted by TypeScript. An inline source map leads debuggers
 * to the file, which else is not what runs.
 * @throws CellSyntaxError
 */
export function moduleFromTypeScript(code: string, file: string): string {
  const source = parse(code, 'file.ts')
  const error = syntaxErrorOf(source)
  if (error) {
    const { line, column } = error.place
    throw new CellSyntaxError(`${error.message} (${file}:${line}:${column})`, error.place, error.lineText)
  }
  let unsupported = needsTranspiling(source)
  const blanked = unsupported ? '' : blankSourceFile(source, () => (unsupported = true))
  const { code: javascript, map } = unsupported
    ? transpile(code, file)
    : { code: blanked, map: samePlaces(code) }
  return `${javascript}\n${sourceMapComment(file, code, [map])}`
}

/** The map of a script in which everything stands where it stands in `code`. */
function samePlaces(code: string): string {
  return new MagicString(code).generateMap({ hires: 'boundary', source: 'code' }).toString()
}
