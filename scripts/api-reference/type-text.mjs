/*
 * Types as a reader of a reference wants them: nothing of what cells get may be written to, so nothing says `readonly`; names
 * of ours are marked, to become links.
 */
import ts from 'typescript'

/** Stand around a name of ours in the text of a type. */
export const marks = ['\u0001', '\u0002']

/** Wrappers that say only what is true of everything here. */
const plainWrappers = new Set(['Readonly', 'NonNullable'])

/**
 * The text of a type in one line.
 * @param names `ours` finds the declaration of a name, `memberAt` that of a member, `textsOf` what texts it may be
 */
export function typeText(node, names) {
  const of = (part) => typeText(part, names)
  const list = (parts, between) => parts.map(of).join(between)
  if (ts.isTypeReferenceNode(node)) {
    const name = node.typeName.getText()
    if (plainWrappers.has(name)) return of(node.typeArguments[0])
    const shown = names.ours(node.typeName) ? `${marks[0]}${name}${marks[1]}` : name
    return node.typeArguments ? `${shown}<${list(node.typeArguments, ', ')}>` : shown
  }
  if (ts.isIndexedAccessTypeNode(node)) {
    const member = names.memberAt(node)
    if (member) return of(member.type)
    const texts = names.textsOf(node)
    return texts ? texts.map((one) => `'${one}'`).join(' | ') : oneLine(node)
  }
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) return of(node.type)
  if (ts.isParenthesizedTypeNode(node)) return `(${of(node.type)})`
  if (ts.isArrayTypeNode(node)) return `${of(node.elementType)}[]`
  if (ts.isTupleTypeNode(node)) return `[${list(node.elements, ', ')}]`
  if (ts.isUnionTypeNode(node)) {
    return list(
      node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword),
      ' | ',
    )
  }
  if (ts.isIntersectionTypeNode(node)) return list(node.types, ' & ')
  if (ts.isTypeLiteralNode(node)) return `{ ${node.members.map((one) => memberText(one, of)).join('; ')} }`
  return oneLine(node)
}

function memberText(member, of) {
  if (!ts.isPropertySignature(member)) return oneLine(member)
  return `${member.name.getText()}${member.questionToken ? '?' : ''}: ${of(member.type)}`
}

/** As it is written, without comments and line breaks. */
function oneLine(node) {
  return node
    .getText()
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
