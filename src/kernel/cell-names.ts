import ts from 'typescript'
import { topLevelDeclarations, type TopLevelDeclarations } from './scopes'
import { errorAt } from './typescript'

/**
 * The names that cells declare. All cells, `lab` and the packages that they import share one global scope, in which a
 * declared name hides a global of that name from everybody. So a name that code outside cells may look for stands
 * under another name in the scripts that V8 is given, here and in every later cell: `Map` as `Map$cell`. The rules:
 *
 * - A name may be declared again in any later cell, in every way; within one cell as in a module of JavaScript.
 * - A cell's names hide globals from cells, never from anybody else. Whoever wants the global says `globalThis.Map`.
 * - A `const`, an import and an `export { a as b }` cannot be assigned, in later cells either.
 * - A global that no cell has declared cannot be assigned without `globalThis.`: everybody would see it.
 */
export interface CellName {
  /** How V8 knows it. */
  readonly internal: string
  readonly isConstant: boolean
  /** V8 knows it as a function declaration, that is, as a property of `globalThis`, and accepts no `let` of it. */
  readonly isFunction: boolean
}

/** What a cell finds when it is compiled. */
export interface CellScope {
  /** By the user's name, what earlier cells declared. */
  readonly declared: ReadonlyMap<string, CellName>
  /** Whether the kernel began with a global of this name. */
  readonly isBuiltIn: (name: string) => boolean
  /** Whether code outside cells may look for a global of this name. */
  readonly isLookedFor: (name: string) => boolean
}

/** What a cell declares, with the tree of its JavaScript. */
export interface CellDeclarations extends TopLevelDeclarations {
  /** By the user's name, all that the cell declares. */
  readonly names: ReadonlyMap<string, CellName>
}

/** Ends what V8 is given in place of a name, and functions that are declared before their name is. */
const internalEnding = '$cell'
export const hoistedEnding = '$hoisted'

/**
 * What the cell whose JavaScript is `source` declares.
 * @param exported the new names of `export { a as b }`
 * @throws CellSyntaxError if a name is declared twice in ways that exclude each other
 */
export function declarationsOf(
  source: ts.SourceFile,
  exported: readonly ts.Identifier[],
  scope: CellScope,
): CellDeclarations {
  const top = topLevelDeclarations(source)
  const lexical = [...top.lexical, ...exported]
  checkDeclaredOnce(source, lexical, [...top.functions, ...top.variables])
  const constants = new Set([...exported, ...lexical.filter(isConstant)].map(({ text }) => text))
  const functions = new Set(top.functions.map(({ text }) => text))
  const names = new Map<string, CellName>()
  for (const { text } of [...lexical, ...top.functions, ...top.variables]) {
    const before = scope.declared.get(text)
    const internal = before?.internal ?? internalName(text, scope)
    const isFunction = before?.isFunction ?? (functions.has(text) && internal === text)
    names.set(text, { internal, isFunction, isConstant: constants.has(text) })
  }
  return { ...top, names }
}

function internalName(name: string, scope: CellScope): string {
  const isOurs = name.endsWith(internalEnding) || name.endsWith(hoistedEnding)
  return isOurs || scope.isLookedFor(name) ? name + internalEnding : name
}

function isConstant({ parent }: ts.Identifier): boolean {
  let node: ts.Node = parent
  while (ts.isBindingElement(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node))
    node = node.parent
  if (ts.isVariableDeclaration(node)) return (node.parent.flags & ts.NodeFlags.Const) !== 0
  return ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node)
}

/** V8 would find most of these, too, but not when its script declares the name in another way. */
function checkDeclaredOnce(
  source: ts.SourceFile,
  lexical: readonly ts.Identifier[],
  others: readonly ts.Identifier[],
): void {
  const taken = new Map<string, 'lexical' | 'other'>()
  const inOrder = [
    ...lexical.map((name) => ({ name, kind: 'lexical' as const })),
    ...others.map((name) => ({ name, kind: 'other' as const })),
  ].sort((a, b) => a.name.pos - b.name.pos)
  for (const { name, kind } of inOrder) {
    // Strict code may not declare these at all, under another name either.
    if (name.text === 'eval' || name.text === 'arguments') {
      throw errorAt(source, name.getStart(source), 'Unexpected eval or arguments in strict mode')
    }
    const before = taken.get(name.text)
    if (before === 'lexical' || (before && kind === 'lexical')) {
      throw errorAt(source, name.getStart(source), `Identifier '${name.text}' has already been declared`)
    }
    taken.set(name.text, kind)
  }
}
