import type MagicString from 'magic-string'
import ts from 'typescript'
import type { CellName } from './cell-names'

/** What is being edited. */
export interface Edited {
  readonly text: MagicString
  readonly source: ts.SourceFile
  /** What is known of a name that this or an earlier cell declares. */
  readonly known: (name: string) => CellName | undefined
  /** Declares a variable before everything else; `value` is code. */
  readonly begin: (name: CellName, value: string) => void
}

/**
 * Whether some of these names cannot be declared by a `let` where they stand, since V8 knows them as functions. Then all
 * are assigned, and the others are declared at the start of the cell.
 */
export function mustAssign({ known, begin }: Edited, names: readonly string[]): boolean {
  const all = names.map((name) => known(name)!)
  if (!all.some(({ isFunction }) => isFunction)) return false
  for (const name of all) if (!name.isFunction) begin(name, 'void 0')
  return true
}

/** Puts text around what stands from `start` to `end`, and around what was put there before. */
export function enclose(text: MagicString, start: number, end: number, before: string, after: string): void {
  text.prependRight(start, before)
  text.appendLeft(end, after)
}

/** Whether JavaScript would name this function or class by what it is assigned to. */
export function isAnonymousFunction(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return isAnonymousFunction(node.expression)
  if (ts.isArrowFunction(node)) return true
  return (ts.isFunctionExpression(node) || ts.isClassExpression(node)) && node.name === undefined
}
