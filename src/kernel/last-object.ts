import MagicString from 'magic-string'
import ts from 'typescript'
import type { SourceMapJson } from './source-map'
import { parse, syntaxErrorOf } from './typescript'

/** A cell in which an object that ends it is one for JavaScript, too, and the map of what that took. */
export interface WithLastObject {
  readonly code: string
  readonly map?: SourceMapJson
}

/**
 * A cell that ends with `{ a: 1 }` shows an object, as in the console of a browser: JavaScript would see a block there.
 * Where both can be meant, as in `{ a }`, it is the object.
 */
export function lastObject(code: string): WithLastObject {
  const source = /(^|[;}])\s*\{/m.test(code) ? parse(code, 'cell.ts') : undefined
  for (const block of source?.statements.filter(ts.isBlock).reverse() ?? []) {
    const start = block.getStart(source)
    const length = lengthOfObject(code.slice(start))
    if (length === undefined) continue
    const edited = new MagicString(code).appendLeft(start, ';(').appendLeft(start + length, ')')
    return { code: edited.toString(), map: edited.generateMap({ hires: true, source: 'cell' }).toString() }
  }
  return { code }
}

/** The length of the object that `text` is, apart from comments and semicolons; `undefined` if it is none. */
function lengthOfObject(text: string): number | undefined {
  const before = '_='
  const source = parse(before + text, 'cell.ts')
  const [statement, ...others] = source.statements
  if (syntaxErrorOf(source) || !statement || !others.every(ts.isEmptyStatement)) return undefined
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return undefined
  const { left, right } = statement.expression
  return ts.isIdentifier(left) && ts.isObjectLiteralExpression(right) ? right.end - before.length : undefined
}
