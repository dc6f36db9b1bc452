/*
 * What there is to say of `lab`: its members, and every type of ours that is reached from them, in the words of their doc
 * comments. Types are read as they are written, not as the compiler resolves them, so that names stay names.
 */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { commentOf, textOf } from './comments.mjs'
import { typeText } from './type-text.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The members of `lab` and of `lab.plot`, the types that are reached from them, and the codes of errors. */
export function readApi() {
  const api = join(root, 'src/lab/api.ts')
  const errors = join(root, 'src/support/errors.ts')
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'))
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = ts.createProgram([api, errors], options)
  const lab = declared(program.getSourceFile(api), 'Lab')
  const experiment = declared(
    program.getSourceFile(join(root, 'src/experiments/experiment.ts')),
    'Experiment',
  )
  const reader = createReader(program.getTypeChecker(), lab)
  const members = lab.members.map((member) => reader.member(member))
  const calls = lab.members.flatMap(callsOf)
  // What some method returns is found, though another takes it; what an experiment is made of, few will look at.
  const returned = reader.results(calls.map(({ type }) => type))
  const given = reader.reached(
    calls.flatMap(({ parameters = [], typeParameters = [] }) => [...parameters, ...typeParameters]),
    returned,
  )
  const found = reader.reached(calls, [experiment]).filter(besides(given))
  const inside = reader.reached(calls).filter(besides([...given, ...found]))
  const codes = declared(program.getSourceFile(errors), 'ErrorCode')
  return { about: reader.comment(lab), members, given, found, inside, codes: choicesOf(codes) }
}

function declared(source, name) {
  return source.statements.find((one) => one.name?.text === name)
}

/** A member, or the members of an object that is described in place. */
function callsOf(member) {
  return member.type && ts.isTypeLiteralNode(member.type) ? member.type.members.flatMap(callsOf) : [member]
}

function besides(others) {
  return (one) => !others.includes(one)
}

/** @param lab which is no type among the others */
function createReader(checker, lab) {
  const read = new Map()

  /** The declaration that a name leads to, if it is a type of ours. */
  function ours(name) {
    const symbol = checker.getSymbolAtLocation(name)
    if (!symbol) return undefined
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return target.declarations?.find(
      (one) =>
        (ts.isInterfaceDeclaration(one) || ts.isClassDeclaration(one) || ts.isTypeAliasDeclaration(one)) &&
        relative(root, one.getSourceFile().fileName).startsWith('src'),
    )
  }

  /** The declaration of a member of a type, such as that of `Setup['scope']`. */
  function memberAt({ objectType, indexType }) {
    if (!ts.isLiteralTypeNode(indexType)) return undefined
    const property = checker.getTypeFromTypeNode(objectType).getProperty(indexType.literal.text)
    return property?.valueDeclaration
  }

  /** The texts that a member of several types may be. The compiler's own order depends on what else it has read. */
  function textsOf(node) {
    const resolved = ts.isIndexedAccessTypeNode(node) ? checker.getTypeFromTypeNode(node) : undefined
    if (!resolved?.isUnion() || !resolved.types.every((one) => one.isStringLiteral())) return undefined
    return resolved.types.map(({ value }) => value).sort()
  }

  const text = (node) => typeText(node, { ours, memberAt, textsOf })
  const comment = (declaration) => commentOf(checker.getSymbolAtLocation(declaration.name), checker)

  function parameter(node) {
    const isOptional = node.questionToken !== undefined || node.initializer !== undefined
    const standard = node.initializer && { standard: textOfValue(node.initializer) }
    return {
      name: node.name.getText(),
      isOptional,
      isRest: node.dotDotDotToken !== undefined,
      type: node.type ? text(node.type) : checker.typeToString(checker.getTypeAtLocation(node)),
      ...standard,
    }
  }

  function member(node) {
    const name = node.name.getText()
    const isCallable = ts.isMethodSignature(node) || ts.isMethodDeclaration(node)
    if (node.type && ts.isTypeLiteralNode(node.type) && node.type.members.some(ts.isMethodSignature)) {
      return { name, kind: 'group', comment: comment(node), members: node.type.members.map(member) }
    }
    // Each way to call a method that has several has a comment of its own.
    const said = isCallable ? signatureComment(node) : comment(node)
    if (!isCallable) {
      const isOptional = node.questionToken !== undefined
      return { name, kind: 'value', comment: said, isOptional, type: text(node.type) }
    }
    const returned = node.type ? text(node.type) : 'void'
    const generics = (node.typeParameters ?? []).map((one) => one.getText())
    return {
      name,
      kind: 'method',
      generics,
      comment: said,
      parameters: node.parameters.map(parameter),
      returned,
    }
  }

  function signatureComment(node) {
    const signature = checker.getSignatureFromDeclaration(node)
    return commentOf(signature, checker)
  }

  /** A type of ours, with its members or what it stands for. */
  function type(declaration) {
    const known = read.get(declaration)
    if (known) return known
    const name = declaration.name.text
    const generics = declaration.typeParameters?.map((one) => one.getText()) ?? []
    const own = { name, generics, comment: comment(declaration) }
    const found = ts.isTypeAliasDeclaration(declaration)
      ? { ...own, kind: 'alias', ...aliasOf(declaration) }
      : { ...own, kind: 'object', ...objectOf(declaration) }
    read.set(declaration, found)
    return found
  }

  function aliasOf(declaration) {
    const choices = choicesOf(declaration) ?? listed(declaration)
    return choices ? { choices } : { meaning: text(declaration.type) }
  }

  /** What only the compiler can list: the keys of a table, and the texts that a member of several types may be. */
  function listed({ type: node }) {
    const isKeys = ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword
    const keys = isKeys ? checker.getPropertiesOfType(checker.getTypeFromTypeNode(node.type)) : undefined
    const values = keys?.map(({ name }) => name) ?? textsOf(node)
    return values?.map((value) => ({ value, comment: '' }))
  }

  function objectOf(declaration) {
    const { plain, taken } = basesOf(declaration)
    const members = [...declaration.members.flatMap(visible), ...taken].map((one) =>
      ts.isParameter(one) ? { ...member(one), comment: comment(one) } : memberOfClass(one),
    )
    return { bases: plain.map((base) => base.getText()), members }
  }

  /** What a type extends: types by their names, and members that are taken out of one, such as by `Pick`. */
  function basesOf({ heritageClauses = [] }) {
    const bases = heritageClauses
      .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
      .flatMap(({ types }) => types)
    const taken = bases
      .filter(({ typeArguments }) => typeArguments)
      .flatMap((base) => checker.getPropertiesOfType(checker.getTypeAtLocation(base)))
    return {
      plain: bases.filter(({ typeArguments }) => !typeArguments).map(({ expression }) => expression),
      taken: taken.flatMap(({ declarations }) => declarations.slice(0, 1)),
    }
  }

  function memberOfClass(node) {
    if (!ts.isGetAccessor(node)) return member(node)
    return {
      name: node.name.getText(),
      kind: 'value',
      comment: comment(node),
      isOptional: false,
      type: text(node.type),
    }
  }

  /** Members that cells get at; those of a class may be declared by its constructor. */
  function visible(node) {
    if (ts.isConstructorDeclaration(node)) {
      return node.parameters.filter((one) => one.modifiers && !isHidden(one))
    }
    return node.name && !isHidden(node) ? [node] : []
  }

  /** The declarations of ours that are named in some types themselves. */
  function named(nodes) {
    const found = new Set()
    const visit = (node) => {
      if (ts.isIdentifier(node)) found.add(ours(node))
      // A member of a type is named through the member's own type.
      const member = ts.isIndexedAccessTypeNode(node) ? memberAt(node) : undefined
      if (member) visit(member.type)
      else if (!textsOf(node)) ts.forEachChild(node, visit)
    }
    nodes.forEach(visit)
    return [...found].filter((one) => one && one !== lab)
  }

  /** What is returned where these types are: objects, also those that another name stands for. */
  function results(nodes) {
    return named(nodes).flatMap((one) => {
      const isObject = !ts.isTypeAliasDeclaration(one)
      return isObject ? [one] : results(partsOf(one))
    })
  }

  /**
   * The types of ours that some declarations name, and those that these name, in the order of their names.
   * @param ends which are neither among them nor gone through
   */
  function reached(nodes, ends = []) {
    const found = new Set()
    const enter = (declaration) => {
      if (found.has(declaration) || ends.includes(declaration)) return
      found.add(declaration)
      named(partsOf(declaration)).forEach(enter)
    }
    named(nodes.flatMap(typesOf)).forEach(enter)
    return [...found].map(type).sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  return { comment, member, results, reached }

  /** Where types are named in a declaration: never in what a method does. */
  function partsOf(declaration) {
    if (ts.isTypeAliasDeclaration(declaration)) {
      return aliasOf(declaration).choices ? [] : [declaration.type]
    }
    const { plain, taken } = basesOf(declaration)
    return [...plain, ...[...declaration.members.flatMap(visible), ...taken].flatMap(typesOf)]
  }

  function typesOf(member) {
    if (ts.isTypeParameterDeclaration(member)) return member.constraint ? [member.constraint] : []
    const { parameters = [], typeParameters = [], type: own } = member
    return [...[...parameters, ...typeParameters].flatMap(typesOf), ...(own ? [own] : [])]
  }
}

/** Private members, and those under a symbol, which no list of completions has. */
function isHidden(node) {
  const flags = ts.getCombinedModifierFlags(node)
  const isPrivate = (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0
  return isPrivate || ts.isComputedPropertyName(node.name) || ts.isPrivateIdentifier(node.name)
}

function textOfValue(node) {
  return ts.isNumericLiteral(node) || ts.isStringLiteral(node) ? node.getText() : ''
}

/** The texts that a type may be, each with the comment that stands before it; `undefined` for other types. */
function choicesOf({ type }) {
  const types = ts.isUnionTypeNode(type) ? type.types : [type]
  if (!types.every((one) => ts.isLiteralTypeNode(one) && ts.isStringLiteral(one.literal))) return undefined
  // Before the bar that a text of the union follows, where there is one.
  const source = type.getSourceFile().text
  return types.map((one, index) => {
    const from = index === 0 ? type.getFullStart() : types[index - 1].end
    const before = source.slice(from, one.getStart())
    const found = /\/\*\*([\s\S]*?)\*\//.exec(before)
    return { value: one.literal.text, comment: found ? textOf(found[1]) : '' }
  })
}
