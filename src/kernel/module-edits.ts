import type MagicString from 'magic-string'
import ts from 'typescript'
import { mustAssign, type Edited } from './edited-cell'
import { importFunction } from './script-globals'
import { errorAt } from './typescript'

/** A name that something from another module gets here. */
interface Taken {
  /** What the module calls it; `*` is the module itself. */
  readonly from: string
  readonly to: string
}

/** An import becomes a call, and what it imports are variables. */
export function editImport(
  edited: Edited,
  statement: ts.ImportDeclaration,
  isType: (name: string) => boolean,
): void {
  const { name, namedBindings: named } = statement.importClause ?? {}
  const taken: Taken[] = []
  if (name) taken.push({ from: 'default', to: name.text })
  if (named && ts.isNamespaceImport(named)) taken.push({ from: '*', to: named.name.text })
  if (named && ts.isNamedImports(named)) {
    for (const one of named.elements)
      taken.push({ from: (one.propertyName ?? one.name).text, to: one.name.text })
  }
  take(edited, statement, taken, isType)
}

/** `export { a as b }` declares `b`; with `from`, it is an import. */
export function editExport(edited: Edited, statement: ts.ExportDeclaration): void {
  const { text, source, known } = edited
  const start = statement.getStart(source)
  if (statement.moduleSpecifier) {
    const clause = statement.exportClause
    if (!clause) {
      throw errorAt(
        source,
        start,
        "A cell cannot tell what 'export *' would declare: import the names instead.",
      )
    }
    const taken = ts.isNamespaceExport(clause)
      ? [{ from: '*', to: clause.name }]
      : clause.elements.map(({ name, propertyName }) => ({ from: (propertyName ?? name).text, to: name }))
    const declared = taken.filter(({ to }) => isDeclaring(to)).map(({ from, to }) => ({ from, to: to.text }))
    take(edited, statement, declared, () => false)
    return
  }
  replaceLines(text, source, statement, '')
  for (const name of exportedNames(statement)) {
    const of = (name.parent as ts.ExportSpecifier).propertyName!.text
    const { internal, isFunction } = known(name.text)!
    // What is exported may be declared further down.
    text.append(`;${isFunction ? '' : 'let '}${internal} = ${known(of)?.internal ?? of};`)
  }
}

/** The names that `export` clauses declare. */
export function exportedNames(node: ts.SourceFile | ts.ExportDeclaration): ts.Identifier[] {
  if (ts.isSourceFile(node)) {
    return node.statements.flatMap((one) => (ts.isExportDeclaration(one) ? exportedNames(one) : []))
  }
  const { exportClause: clause } = node
  if (!clause) return []
  if (ts.isNamespaceExport(clause)) return isDeclaring(clause.name) ? [clause.name] : []
  return clause.elements.flatMap(({ name, propertyName }) => {
    const renames = propertyName !== undefined && propertyName.text !== name.text
    return isDeclaring(name) && (renames || node.moduleSpecifier) ? [name] : []
  })
}

function isDeclaring(name: ts.ModuleExportName): name is ts.Identifier {
  return ts.isIdentifier(name) && name.text !== 'default'
}

/** `import a, { b as c } from 'd'` as `let { "default": a, "b": c } = await ...("d", ["default", "b"]);`. */
function take(
  edited: Edited,
  statement: ts.ImportDeclaration | ts.ExportDeclaration,
  taken: readonly Taken[],
  isType: (name: string) => boolean,
): void {
  const { text, source, known } = edited
  const specifier = JSON.stringify((statement.moduleSpecifier as ts.StringLiteral).text)
  const internal = (name: string): string => known(name)!.internal
  const space = taken.find(({ from }) => from === '*')?.to
  const members = taken.filter(({ from }) => from !== '*')
  // A type that is imported without the word `type` is nothing that a module has when it runs.
  const checked = members.filter(({ to }) => !isType(to)).map(({ from }) => from)
  const call = `await ${importFunction}(${specifier}, ${JSON.stringify(checked)})`
  const pattern = `{ ${members.map(({ from, to }) => `${JSON.stringify(from)}: ${internal(to)}`).join(', ')} }`
  const parts = [
    ...(space === undefined ? [] : [`${internal(space)} = ${call}`]),
    ...(members.length > 0 ? [`${pattern} = ${space === undefined ? call : internal(space)}`] : []),
  ]
  const all = parts.join(', ')
  const isAssigned = mustAssign(
    edited,
    taken.map(({ to }) => to),
  )
  const code = parts.length === 0 ? `${call};` : isAssigned ? `void (${all});` : `let ${all};`
  replaceLines(text, source, statement, code)
}

/** Puts `code` in place of a statement, on as many lines. */
function replaceLines(text: MagicString, source: ts.SourceFile, statement: ts.Statement, code: string): void {
  const lines = statement.getText(source).split('\n').length
  text.update(statement.getStart(source), statement.end, code + '\n'.repeat(lines - 1))
}
