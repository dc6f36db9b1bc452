import type MagicString from 'magic-string'
import ts from 'typescript'
import { errorAt } from './typescript'

/** The names that earlier cells declared. V8 refuses to declare one again in the other way. */
export interface Bindings {
  /** Declared with `var` or `function`. */
  isVariable(name: string): boolean
  /** Declared with `let` or `class`, or imported. */
  isLexical(name: string): boolean
}

/** Globals of the kernel that compiled cells call; not enumerable, so that nobody meets them by accident. */
export const importFunction = '__ticketlabImport'
export const importMeta = '__ticketlabImportMeta'
export const showFunction = '__ticketlabShow'

/** Makes the JavaScript in `text`, whose tree is `source`, fit for V8's REPL mode. */
export function editCell(text: MagicString, source: ts.SourceFile, bindings: Bindings): void {
  const last = lastStatement(source)
  for (const statement of source.statements) {
    editStatement(text, source, statement, bindings)
    if (statement === last) awaitValue(text, source, statement)
    else showPlot(text, source, statement)
  }
  editCalls(text, source)
}

/** The statement whose value a cell shows, if it is one that has a value to show. */
export function lastStatement(source: ts.SourceFile): ts.Statement | undefined {
  // TypeScript's emitter ends a module with `export {}`.
  return source.statements.findLast((one) => !ts.isEmptyStatement(one) && !ts.isExportDeclaration(one))
}

/** Whether a statement is an expression that somebody may want to see: not an assignment. */
export function hasValue(statement: ts.Statement): statement is ts.ExpressionStatement {
  if (!ts.isExpressionStatement(statement)) return false
  let { expression } = statement
  while (ts.isParenthesizedExpression(expression)) expression = expression.expression
  return !isAssignment(expression)
}

function isAssignment(expression: ts.Expression): boolean {
  if (!ts.isBinaryExpression(expression)) return false
  const operator = expression.operatorToken.kind
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment
}

/** A plot is worth seeing wherever it is made, so values of the other statements are offered too. */
function showPlot(text: MagicString, source: ts.SourceFile, statement: ts.Statement): void {
  if (!hasValue(statement) || ts.isStringLiteral(statement.expression)) return
  enclose(text, source, statement.expression, `${showFunction}(`)
}

/**
 * The value of the last statement is awaited, so that an `await` forgotten there loses neither a result nor an error.
 * V8 does it, as it does where the user wrote `await`: interrupts end both alike.
 */
function awaitValue(text: MagicString, source: ts.SourceFile, statement: ts.Statement): void {
  if (!hasValue(statement)) return
  enclose(text, source, statement.expression, 'await (')
}

/** Puts `before` and `)` around an expression. */
function enclose(text: MagicString, source: ts.SourceFile, expression: ts.Expression, before: string): void {
  text.appendLeft(expression.getStart(source), before)
  text.appendRight(endWithoutTypes(expression), ')')
}

/** Where an expression ends without the types at its end: blanked out, they leave a semicolon behind. */
function endWithoutTypes(node: ts.Node): number {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return endWithoutTypes(node.expression)
  const last = ts.forEachChild(node, (child) => (child.end === node.end ? child : undefined))
  return last === undefined ? node.end : endWithoutTypes(last)
}

function editStatement(
  text: MagicString,
  source: ts.SourceFile,
  statement: ts.Statement,
  bindings: Bindings,
): void {
  if (isErased(statement)) return
  const start = unexport(text, source, statement)
  if (ts.isVariableStatement(statement)) {
    const list = statement.declarationList
    const names = list.declarations.flatMap(({ name }) => namesIn(name))
    const keyword = list.getFirstToken(source)!
    text.update(keyword.getStart(source), keyword.end, keywordFor(names, keyword.getText(source), bindings))
  } else if (ts.isClassDeclaration(statement) && statement.name) {
    if (bindings.isVariable(statement.name.text)) {
      text.appendLeft(start, `var ${statement.name.text} = `).appendRight(statement.end, ';')
    }
  } else if (ts.isFunctionDeclaration(statement) && statement.name) {
    if (bindings.isLexical(statement.name.text)) assignFunction(text, source, statement.name)
  } else if (ts.isImportDeclaration(statement)) {
    text.update(statement.getStart(source), statement.end, importCall(statement, bindings))
  } else if (ts.isImportEqualsDeclaration(statement)) {
    throw errorAt(source, statement.getStart(source), "Write import name from 'module' instead.")
  } else if (ts.isExportDeclaration(statement)) {
    if (statement.moduleSpecifier) {
      throw errorAt(source, statement.getStart(source), 'A cell cannot re-export: import the names instead.')
    }
    text.remove(statement.getStart(source), statement.end)
  } else if (ts.isExportAssignment(statement)) {
    text.remove(statement.getStart(source), statement.expression.getStart(source))
  }
}

/** Whether blanking types out has removed the whole statement. */
function isErased(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true
  if (ts.isFunctionDeclaration(statement) && !statement.body) return true
  if (ts.isImportDeclaration(statement) && isTypeOnly(statement)) return true
  if (ts.isExportDeclaration(statement) && statement.isTypeOnly) return true
  return (modifiersOf(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)
}

function isTypeOnly(statement: ts.ImportDeclaration): boolean {
  return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

function modifiersOf(statement: ts.Statement): readonly ts.Modifier[] | undefined {
  return ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
}

/** Removes `export` and `default`: a cell's names are visible to later cells anyway. Returns the new start. */
function unexport(text: MagicString, source: ts.SourceFile, statement: ts.Statement): number {
  let start = statement.getStart(source)
  for (const modifier of modifiersOf(statement) ?? []) {
    if (modifier.kind !== ts.SyntaxKind.ExportKeyword && modifier.kind !== ts.SyntaxKind.DefaultKeyword) break
    text.remove(modifier.getStart(source), modifier.end)
    start = modifier.end
  }
  return start
}

function keywordFor(names: readonly string[], keyword: string, bindings: Bindings): 'let' | 'var' {
  if (keyword === 'var') return names.some((name) => bindings.isLexical(name)) ? 'let' : 'var'
  return names.some((name) => bindings.isVariable(name)) ? 'var' : 'let'
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)))
}

/** `name` is a `let` of an earlier cell: declare the function under another name and assign it first thing. */
function assignFunction(text: MagicString, source: ts.SourceFile, name: ts.Identifier): void {
  const other = `${name.text}$`
  text.update(name.getStart(source), name.end, other)
  const rename = `Object.defineProperty(${other}, "name", { value: "${name.text}" })`
  text.prepend(`${name.text} = ${rename};`)
}

/** `import a, { b as c } from 'd'` as `let { default: a, b: c } = await ...('d')`. */
function importCall(statement: ts.ImportDeclaration, bindings: Bindings): string {
  const call = `await ${importFunction}(${JSON.stringify((statement.moduleSpecifier as ts.StringLiteral).text)})`
  const clause = statement.importClause
  if (!clause) return `${call};`
  const named = clause.namedBindings
  const members: (readonly [from: string, to: string])[] = []
  if (clause.name) members.push(['default', clause.name.text])
  if (named && ts.isNamedImports(named)) {
    for (const { name, propertyName, isTypeOnly } of named.elements) {
      if (!isTypeOnly) members.push([(propertyName ?? name).text, name.text])
    }
  }
  const space = named && ts.isNamespaceImport(named) ? named.name.text : undefined
  const keyword = keywordFor([...members.map(([, to]) => to), ...(space ? [space] : [])], 'let', bindings)
  const pattern = `{ ${members.map(([from, to]) => `${JSON.stringify(from)}: ${to}`).join(', ')} }`
  if (!space) return `${keyword} ${pattern} = ${call};`
  return `${keyword} ${space} = ${call}${members.length > 0 ? `, ${pattern} = ${space}` : ''};`
}

/** `import(...)` and `import.meta`, wherever they stand. */
function editCalls(text: MagicString, node: ts.Node): void {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    text.update(node.expression.end - 'import'.length, node.expression.end, importFunction)
  } else if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
    text.update(node.end - node.getText().length, node.end, importMeta)
  }
  ts.forEachChild(node, (child) => editCalls(text, child))
}
