import type MagicString from 'magic-string'
import ts from 'typescript'
import type { CellName } from './cell-names'
import { enclose, isAnonymousFunction } from './edited-cell'
import { isAssigned, isAssignmentOperator } from './scopes'
import { readOnlyFunction } from './script-globals'

/**
 * Writes names as V8 knows them, and makes assignments fail to what cannot be assigned.
 * @param identifiers what stands for values declared at the top of the cell or outside it
 */
export function editNames(
  text: MagicString,
  identifiers: readonly ts.Identifier[],
  known: (name: string) => CellName | undefined,
  isBuiltIn: (name: string) => boolean,
): void {
  for (const identifier of identifiers) {
    const { text: name, parent } = identifier
    // Declarations of functions and classes keep their name as long as possible, for `name` and `toString()`.
    if ((ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent)) && parent.name === identifier)
      continue
    const { internal, isConstant } = known(name) ?? { internal: name, isConstant: isBuiltIn(name) }
    const end = identifier.end
    const start = end - identifier.getText().length
    const before = isShorthand(identifier) ? `${name}: ` : ''
    if (isConstant && isAssigned(identifier)) {
      const code = `${readOnlyFunction}(${JSON.stringify(name)}, () => ${internal}).value`
      text.update(start, end, before + code)
    } else if (internal !== name) {
      text.update(start, end, before + internal, { storeName: true })
      keepFunctionName(text, identifier)
    }
  }
}

/** Whether an identifier is both the name of a property and of a variable. */
function isShorthand({ parent }: ts.Identifier): boolean {
  if (ts.isShorthandPropertyAssignment(parent)) return true
  return (
    ts.isBindingElement(parent) &&
    !parent.propertyName &&
    !parent.dotDotDotToken &&
    ts.isObjectBindingPattern(parent.parent)
  )
}

/** Functions and classes are named by the variable that they are first assigned to: here by the one the user wrote. */
function keepFunctionName(text: MagicString, identifier: ts.Identifier): void {
  const value = valueGiven(identifier)
  if (!value || !isAnonymousFunction(value)) return
  const key = `[${JSON.stringify(identifier.text)}]`
  enclose(text, value.getStart(), value.end, `{ ${key}: `, ` }${key}`)
}

/** What a variable is given where it is declared or assigned. */
function valueGiven(identifier: ts.Identifier): ts.Expression | undefined {
  const { parent } = identifier
  if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) {
    return parent.name === identifier ? parent.initializer : undefined
  }
  if (ts.isShorthandPropertyAssignment(parent)) return parent.objectAssignmentInitializer
  const isTarget = ts.isBinaryExpression(parent) && parent.left === identifier
  return isTarget && isAssignmentOperator(parent.operatorToken) ? parent.right : undefined
}
