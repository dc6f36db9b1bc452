import type MagicString from 'magic-string'
import ts from 'typescript'
import { declarationsOf, hoistedEnding, type CellName, type CellScope } from './cell-names'
import { enclose, isAnonymousFunction, mustAssign, type Edited } from './edited-cell'
import { editNames } from './name-edits'
import { isAssignmentOperator, isForInOrOf, namesOfList, topLevelIdentifiers } from './scopes'
import { editExport, editImport, exportedNames } from './module-edits'
import { formerFunction, importFunction, importMeta, namedFunction, showFunction } from './script-globals'
import { errorAt } from './typescript'

/** What is known of a cell besides its JavaScript. */
export interface CellFacts {
  readonly scope: CellScope
  /** Enums and namespaces: their variables begin empty, so that they are replaced and not merged with former ones. */
  readonly replaced: ReadonlySet<string>
  /** Names that the cell uses as types. */
  readonly types: ReadonlySet<string>
  /** Whether the value of the last statement is what the cell shows. */
  readonly shows: boolean
}

/**
 * Makes the JavaScript in `text`, whose tree is `source`, fit for V8's REPL mode. No edit moves a line.
 *
 * `let` stays what it is, and `const` and imports become `let`, which V8 lets later cells declare again. `var` becomes
 * `let` at the start of the cell, with the value that the name has, and an assignment. Functions are declared as they
 * are, unless V8 knows their name as another kind of variable.
 * @returns what the cell declares
 * @throws CellSyntaxError
 */
export function editCell(
  text: MagicString,
  source: ts.SourceFile,
  facts: CellFacts,
): ReadonlyMap<string, CellName> {
  const { scope, replaced } = facts
  const declarations = declarationsOf(source, exportedNames(source), scope)
  const first = new Map<string, string>()
  const edited: Edited = {
    text,
    source,
    known: (name) => declarations.names.get(name) ?? scope.declared.get(name),
    begin({ internal }, value) {
      if (!first.has(internal)) first.set(internal, value)
    },
  }
  for (const { text: name } of declarations.functions) {
    const known = edited.known(name)!
    if (known.isFunction) continue
    const { internal } = known
    edited.begin(known, `${namedFunction}(${internal}${hoistedEnding}, ${JSON.stringify(name)})`)
  }
  const functions = new Set(declarations.functions.map((name) => name.text))
  const emptied: string[] = []
  for (const { text: name } of declarations.variables) {
    const known = edited.known(name)!
    if (known.isFunction) {
      if (replaced.has(name) && !functions.has(name)) emptied.push(`${name} = void 0;`)
    } else {
      edited.begin(known, replaced.has(name) ? 'void 0' : `${formerFunction}(() => ${known.internal})`)
    }
  }

  // From the inside out: names, statements, what encloses these.
  const identifiers = topLevelIdentifiers(source)
  editNames(text, identifiers, edited.known, scope.isBuiltIn)
  for (const list of declarations.variableLists) assignList(edited, list)
  const values = new Set(identifiers.map((identifier) => identifier.text))
  const isType = (name: string): boolean => facts.types.has(name) && !values.has(name)
  for (const statement of source.statements) editStatement(edited, statement, isType)
  editCalls(text, source)

  const last = facts.shows ? lastStatement(source) : undefined
  for (const statement of source.statements) {
    if (statement === last) awaitValue(edited, statement)
    else showPlots(edited, statement)
  }
  const beginnings = [...first].map(([internal, value]) => `${internal} = ${value}`)
  const declared = beginnings.length > 0 ? `let ${beginnings.join(', ')};` : ''
  text.prepend(`"use strict";${declared}${[...new Set(emptied)].join('')}`)
  return declarations.names
}

/** The statement whose value a cell shows, if it is one that has a value to show. */
export function lastStatement(source: ts.SourceFile): ts.Statement | undefined {
  // TypeScript's emitter ends a module with `export {}`.
  return source.statements.findLast((one) => !ts.isEmptyStatement(one) && !ts.isExportDeclaration(one))
}

/** Whether a statement is an expression that somebody may want to see: not an assignment. */
export function hasValue(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true
  if (isUnnamed(statement)) return true
  if (!ts.isExpressionStatement(statement)) return false
  let { expression } = statement
  while (ts.isParenthesizedExpression(expression)) expression = expression.expression
  return !(ts.isBinaryExpression(expression) && isAssignmentOperator(expression.operatorToken))
}

/** `export default function () {}` and the same of a class: TypeScript calls them declarations, but they declare nothing. */
function isUnnamed(statement: ts.Statement): boolean {
  return (
    (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name === undefined
  )
}

/**
 * A plot is worth seeing wherever it is made, so values of the other statements are offered too, also of those in loops,
 * branches and blocks; what functions do is their own affair.
 */
function showPlots(edited: Edited, statement: ts.Statement | ts.Block): void {
  if (hasValue(statement)) {
    if (mayBeObject(statement)) encloseValue(edited, statement, `${showFunction}(`)
    return
  }
  const visit = (node: ts.Node): void => {
    // To TypeScript, the blocks of `try` are no statements.
    if (ts.isStatement(node) || ts.isBlock(node)) showPlots(edited, node)
    else if (ts.isCaseBlock(node) || ts.isCaseOrDefaultClause(node) || ts.isCatchClause(node))
      ts.forEachChild(node, visit)
  }
  if (!ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement))
    ts.forEachChild(statement, visit)
}

/** Whether the value of a statement may be a plot: counting in a loop costs no call. */
function mayBeObject(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement)) return true
  const { expression } = statement
  return !(
    ts.isPrefixUnaryExpression(expression) ||
    ts.isPostfixUnaryExpression(expression) ||
    ts.isDeleteExpression(expression) ||
    ts.isVoidExpression(expression) ||
    ts.isLiteralExpression(expression)
  )
}

/**
 * The value of the last statement is awaited, so that an `await` forgotten there loses neither a result nor an error.
 * V8 does it, as it does where the user wrote `await`: interrupts end both alike.
 */
function awaitValue(edited: Edited, statement: ts.Statement): void {
  if (hasValue(statement)) encloseValue(edited, statement, 'await (')
}

/** Puts `before` and `)` around the value of a statement. */
function encloseValue({ text, source }: Edited, statement: ts.Statement, before: string): void {
  const isExport = ts.isExportAssignment(statement)
  const value = isExport || ts.isExpressionStatement(statement) ? statement.expression : undefined
  const start = value ? value.getStart(source) : startAfterExport(source, statement)
  const end = value ? value.end : statement.end
  if (!value || (isExport && isAnonymousFunction(value)))
    enclose(text, start, end, '{ default: ', ' }.default')
  enclose(text, start, end, before, ')')
}

function editStatement(edited: Edited, statement: ts.Statement, isType: (name: string) => boolean): void {
  const { text, source, known } = edited
  unexport(text, source, statement)
  if (ts.isVariableStatement(statement)) {
    const list = statement.declarationList
    if ((list.flags & ts.NodeFlags.BlockScoped) !== 0) editList(edited, list)
  } else if (ts.isClassDeclaration(statement) && statement.name) {
    const name = statement.name.text
    const { internal, isFunction } = known(name)!
    const start = startAfterExport(source, statement)
    if (isFunction) enclose(text, start, statement.end, `void (${internal} = `, ');')
    else if (internal !== name) enclose(text, start, statement.end, `let ${internal} = `, ';')
  } else if (ts.isFunctionDeclaration(statement) && statement.name) {
    const { internal, isFunction } = known(statement.name.text)!
    const { name } = statement
    if (!isFunction) text.update(name.getStart(source), name.end, internal + hoistedEnding)
  } else if (ts.isImportDeclaration(statement)) {
    editImport(edited, statement, isType)
  } else if (ts.isExportDeclaration(statement)) {
    editExport(edited, statement)
  } else if (ts.isExportAssignment(statement)) {
    text.remove(statement.getStart(source), statement.expression.getStart(source))
  }
}

/** Where a statement begins after `export` and `default`. */
function startAfterExport(source: ts.SourceFile, statement: ts.Statement): number {
  return exportWords(statement).at(-1)?.end ?? statement.getStart(source)
}

function exportWords(statement: ts.Statement): readonly ts.Modifier[] {
  const modifiers = (ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined) ?? []
  return modifiers.filter(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword,
  )
}

/** Removes `export` and `default`: a cell's names are visible to later cells anyway. */
function unexport(text: MagicString, source: ts.SourceFile, statement: ts.Statement): void {
  for (const word of exportWords(statement)) text.remove(word.getStart(source), word.end)
}

/** `let` and `const` at the top of a cell. */
function editList(edited: Edited, list: ts.VariableDeclarationList): void {
  const { text, source } = edited
  if ((list.flags & ts.NodeFlags.Const) !== 0) {
    const empty = list.declarations.find(({ initializer }) => !initializer)
    if (empty) throw errorAt(source, empty.getStart(source), "'const' declarations must be initialized.")
  }
  if (
    mustAssign(
      edited,
      namesOfList(list).map(({ text: name }) => name),
    )
  ) {
    assignList(edited, list)
    return
  }
  const keyword = list.getFirstToken(source)!
  text.update(keyword.getStart(source), keyword.end, 'let')
}

/** A list of declarations as an expression that assigns; in `for (... of` and `in` as what is assigned to. */
function assignList({ text, source }: Edited, list: ts.VariableDeclarationList): void {
  const keyword = list.getFirstToken(source)!
  if (isForInOrOf(list.parent)) {
    text.remove(keyword.getStart(source), keyword.end)
  } else {
    text.update(keyword.getStart(source), keyword.end, 'void (')
    text.appendLeft(list.end, ')')
  }
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
