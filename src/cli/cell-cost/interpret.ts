import ts from 'typescript'
import type { Lab } from '../../lab/api'
import { TicketLabError } from '../../support/errors'

/** Methods that only describe what would be run, or read what was: of a lab that runs nothing they cost nothing. */
const told = {
  ...{ preset: true, setup: true, network: true, initialize: true, stored: true },
  ...{ imp: true, oneShot: true, variants: true, control: true, instability: true, train: true },
} as const satisfies Partial<Record<keyof Lab, true>>

/** What is looked at only: its statements cost nothing. */
const shown: ReadonlySet<string> = new Set(['plot', 'show', 'table'])

/** A top-level name of a cell: what it is given, or that more happens to it than can be read off. */
interface Declared {
  readonly initializer: ts.Expression
  readonly cell: number
}

/**
 * Reads off a notebook what its last cell would run, by a lab that runs nothing. No code of a cell is executed: what is
 * understood are names, literals, and calls of the methods of `lab` that describe experiments; names are taken from the
 * cells above as they are written.
 * @param cells the texts of the cells up to the one that is asked about
 * @param above describes experiments of the cells above, which are not what is asked about
 * @param own describes those of the last cell
 * @throws TicketLabError `bad-input` for what cannot be told without executing the cell, with the line; what `lab` itself refuses
 */
export async function interpretCell(cells: readonly string[], above: Lab, own: Lab): Promise<void> {
  const sources = cells.map((text, index) =>
    ts.createSourceFile(`cell-${index}.ts`, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS),
  )
  const declared = sources.map((source, cell) => declarationsOf(source, cell))
  const values = new Map<ts.Expression, Promise<unknown>>()
  const last = sources.length - 1

  const lookUp = (name: string, from: number, at: ts.Node): Promise<unknown> => {
    for (let cell = from; cell >= 0; cell--) {
      const found = declared[cell]!.get(name)
      if (found === 'more')
        throw refused(
          at,
          `${name} is given its value in another way than by const or let in cell ${cell + 1}`,
        )
      if (!found) continue
      if (cell === from && found.initializer.end > at.getStart())
        throw refused(at, `${name} is used before it has a value`)
      return valueOnce(found)
    }
    throw refused(at, `no cell above declares ${name}`)
  }
  const valueOnce = ({ initializer, cell }: Declared): Promise<unknown> => {
    const known = values.get(initializer)
    if (known) return known
    const value = valueOf(initializer, cell)
    values.set(initializer, value)
    return value
  }

  const valueOf = async (node: ts.Expression, cell: number): Promise<unknown> => {
    if (ts.isParenthesizedExpression(node) || ts.isAwaitExpression(node))
      return valueOf(node.expression, cell)
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return valueOf(node.expression, cell)
    if (ts.isStringLiteralLike(node)) return node.text
    if (ts.isNumericLiteral(node)) return Number(node.text)
    if (node.kind === ts.SyntaxKind.TrueKeyword) return true
    if (node.kind === ts.SyntaxKind.FalseKeyword) return false
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
      return -Number(await valueOf(node.operand, cell))
    }
    if (ts.isIdentifier(node)) return lookUp(node.text, cell, node)
    if (ts.isArrayLiteralExpression(node)) {
      const items: unknown[] = []
      for (const item of node.elements) items.push(await valueOf(item, cell))
      return items
    }
    if (ts.isObjectLiteralExpression(node)) return objectOf(node, cell)
    if (ts.isCallExpression(node)) return callOf(node, cell)
    throw refused(node, 'that is code to execute')
  }

  const objectOf = async (node: ts.ObjectLiteralExpression, cell: number): Promise<unknown> => {
    const entries: [string, unknown][] = []
    for (const member of node.properties) {
      if (ts.isShorthandPropertyAssignment(member)) {
        entries.push([member.name.text, await lookUp(member.name.text, cell, member)])
      } else if (
        ts.isPropertyAssignment(member) &&
        !ts.isComputedPropertyName(member.name) &&
        !ts.isPrivateIdentifier(member.name)
      ) {
        entries.push([member.name.text, await valueOf(member.initializer, cell)])
      } else throw refused(member, 'that is code to execute')
    }
    return Object.fromEntries(entries)
  }

  const callOf = async (node: ts.CallExpression, cell: number): Promise<unknown> => {
    const method = methodOf(node)
    if (method === undefined || !Object.hasOwn(told, method)) throw refused(node, 'that is code to execute')
    const given: unknown[] = []
    for (const one of node.arguments) given.push(await valueOf(one, cell))
    const methods = (cell === last ? own : above) as unknown as Readonly<
      Record<string, (...given: unknown[]) => unknown>
    >
    return methods[method]!(...given)
  }

  const hiding = declared.findIndex((names) => names.has('lab'))
  if (hiding >= 0) throw refused(sources[hiding]!, 'lab is another one')
  for (const statement of sources[last]!.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (!ts.isIdentifier(name) || !initializer)
          throw refused(statement, 'that is more than a name and its value')
        await valueOnce({ initializer, cell: last })
      }
    } else if (ts.isExpressionStatement(statement)) {
      if (!isOnlyShown(statement.expression)) await valueOf(statement.expression, last)
    } else if (!ts.isEmptyStatement(statement)) throw refused(statement, 'that is code to execute')
  }
}

/** `imp` of `lab.imp(...)`. */
function methodOf({ expression, questionDotToken }: ts.CallExpression): string | undefined {
  const isMember = ts.isPropertyAccessExpression(expression) && questionDotToken === undefined
  if (!isMember || !ts.isIdentifier(expression.expression) || expression.expression.text !== 'lab')
    return undefined
  return expression.name.text
}

/** A name, or a plot or table of names: it shows what others have computed. */
function isOnlyShown(node: ts.Expression): boolean {
  if (ts.isIdentifier(node)) return true
  if (ts.isPropertyAccessExpression(node)) return isOnlyShown(node.expression)
  if (ts.isAwaitExpression(node)) return isOnlyShown(node.expression)
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  const members = node.expression.getText().split('.')
  const isPlain = node.arguments.every((one) => !hasCall(one) || isOnlyShown(one))
  return members[0] === 'lab' && shown.has(members[1]!) && isPlain
}

function hasCall(node: ts.Node): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node))
    return true
  return node.forEachChild((child) => hasCall(child) || undefined) ?? false
}

/** The top-level names of a cell; those that are assigned, too, are more than what they are declared with. */
function declarationsOf(source: ts.SourceFile, cell: number): ReadonlyMap<string, Declared | 'more'> {
  const names = new Map<string, Declared | 'more'>()
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name)) names.set(name.text, initializer ? { initializer, cell } : 'more')
        else forEachIdentifier(name, (one) => names.set(one, 'more'))
      }
    } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) {
      names.set(statement.name.text, 'more')
    } else if (ts.isImportDeclaration(statement) && statement.importClause) {
      forEachIdentifier(statement.importClause, (one) => names.set(one, 'more'))
    }
  }
  const visit = (node: ts.Node): void => {
    const target = assignedIn(node) ?? handedOut(node)
    if (target) forEachIdentifier(target, (one) => names.set(one, 'more'))
    node.forEachChild(visit)
  }
  visit(source)
  return names
}

/** What somebody else may change: an object whose method is called, and what is given to other functions than those of `lab`. */
function handedOut(node: ts.Node): ts.Node | undefined {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined
  const { expression } = node
  const base = ts.isPropertyAccessExpression(expression) || ts.isElementAccessExpression(expression)
  const isOurs = base && /^(?:lab|console)\b/.test(expression.getText())
  return isOurs ? undefined : node
}

/** What a node assigns to: the target of `=` and its like, `++` and `--`, and of loops. */
function assignedIn(node: ts.Node): ts.Node | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
      ? node.left
      : undefined
  }
  if (ts.isPostfixUnaryExpression(node)) return node.operand
  if (ts.isPrefixUnaryExpression(node)) {
    const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind
    return node.operator === PlusPlusToken || node.operator === MinusMinusToken ? node.operand : undefined
  }
  return ts.isForOfStatement(node) || ts.isForInStatement(node) ? node.initializer : undefined
}

function forEachIdentifier(node: ts.Node, hear: (name: string) => void): void {
  if (ts.isIdentifier(node)) hear(node.text)
  node.forEachChild((child) => forEachIdentifier(child, hear))
}

function refused(node: ts.Node, why: string): TicketLabError {
  const source = node.getSourceFile()
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
  const text = node.getText(source).replaceAll(/\s+/g, ' ')
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text
  return new TicketLabError(
    'bad-input',
    `Its cost cannot be told without executing it: ${why} (line ${line + 1}: ${short}). lab.cost in a cell tells that of each experiment.`,
  )
}
