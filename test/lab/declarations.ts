import { relative, resolve } from 'node:path'
import ts from 'typescript'

/** A member of a type that cells see, as an editor's list of completions has it. */
export interface SeenMember {
  /** Such as `PresetOptions.steps`. */
  readonly name: string
  /** Its doc comment; empty where it has none. */
  readonly comment: string
  /** Whether it is an option that may be left out. */
  readonly optional: boolean
}

/** What a cell gets at from a type, through members, parameters, results, lists and unions. */
export interface Seen {
  readonly members: readonly SeenMember[]
  /** Parameters, and options in them, that take any text: `Lab.dataset(file)`, `OwnOptions.name`. */
  readonly texts: readonly string[]
}

/** Reads what an editor would show of an interface and of everything that is reached from it. */
export function seenFrom(file: string, name: string): Seen {
  const program = ts.createProgram([resolve(file)], compilerOptions())
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(resolve(file))!)!
  const root = checker.getExportsOfModule(module).find((symbol) => symbol.name === name)!
  const walk = new Walk(checker)
  walk.from(checker.getDeclaredTypeOfSymbol(root), name)
  return { members: [...walk.members.values()], texts: [...walk.texts].sort() }
}

/** A type, and where it stands, such as `Lab.preset(name)`. */
interface Place {
  readonly type: ts.Type
  readonly at: string
}

class Walk {
  readonly members = new Map<string, SeenMember>()
  readonly texts = new Set<string>()
  readonly #visited = new Set<ts.Type>()
  readonly #arguments: Place[] = []
  #inArguments = false

  constructor(private readonly checker: ts.TypeChecker) {}

  /** Everything that lab gives first: what is left are the types that cells write down themselves. */
  from(type: ts.Type, at: string): void {
    this.#type({ type, at })
    this.#inArguments = true
    for (let next = this.#arguments.shift(); next; next = this.#arguments.shift()) this.#type(next)
  }

  #type({ type, at }: Place): void {
    if (this.#inArguments && type.flags & ts.TypeFlags.String) this.texts.add(at)
    if (this.#visited.has(type) || type.flags & primitive) return
    // Lists and unions are walked at every place: another option that takes any text is another place.
    const isNamed = type.getSymbol()?.declarations?.some(isOurs)
    this.#visited.add(type)
    for (const part of partsOf(type, this.checker)) this.#type({ type: part, at })
    for (const property of type.flags & ts.TypeFlags.Object ? this.checker.getPropertiesOfType(type) : []) {
      this.#property(property)
    }
    for (const signature of type.getCallSignatures()) this.#signature(signature, at)
    if (!isNamed) this.#visited.delete(type)
  }

  #property(property: ts.Symbol): void {
    const declaration = property.declarations?.find(isOurs)
    if (!declaration || isHidden(declaration)) return
    const type = this.checker.getTypeOfSymbol(property)
    const name = nameOf(declaration)
    const says = commentOf(property, this.checker) || this.#around(declaration)
    const optional = this.#inArguments && (property.flags & ts.SymbolFlags.Optional) !== 0
    const isSaid = type.isLiteral() || this.members.get(name)?.comment
    if (!isSaid) this.members.set(name, { name, comment: says, optional })
    this.#type({ type, at: name })
  }

  /** In what is read, the comment on an object that is described in place is also about its members. */
  #around(declaration: ts.Declaration): string {
    const holder = declaration.parent.parent
    const inPlace =
      !this.#inArguments && ts.isTypeLiteralNode(declaration.parent) && ts.isPropertySignature(holder)
    const symbol = inPlace ? this.checker.getSymbolAtLocation(holder.name) : undefined
    return symbol ? commentOf(symbol, this.checker) : ''
  }

  #signature(signature: ts.Signature, at: string): void {
    if (signature.declaration && !isOurs(signature.declaration)) return
    for (const parameter of signature.parameters) {
      const place = { type: this.checker.getTypeOfSymbol(parameter), at: `${at}(${parameter.name})` }
      this.#arguments.push(place)
    }
    this.#type({ type: signature.getReturnType(), at })
  }
}

const primitive =
  ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike

/** The types that a type is made of, besides its members. */
function partsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  if (type.isUnionOrIntersection()) return type.types
  if (type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Conditional)) {
    const constraint = checker.getBaseConstraintOfType(type)
    return constraint ? [constraint] : []
  }
  if (!(type.flags & ts.TypeFlags.Object)) return []
  const isReference = (type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference
  const given = isReference ? checker.getTypeArguments(type as ts.TypeReference) : []
  const indexed = isReference ? [] : [type.getStringIndexType(), type.getNumberIndexType()]
  return [...given, ...indexed.filter((one) => one !== undefined)]
}

function commentOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker))
}

function isOurs(declaration: ts.Node): boolean {
  return relative(process.cwd(), declaration.getSourceFile().fileName).startsWith('src/')
}

/** Private members, and those under a symbol, which no list of completions has. */
function isHidden(declaration: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(declaration)
  const flags = ts.getCombinedModifierFlags(declaration)
  const isPrivate = (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0
  return (
    isPrivate || (name !== undefined && (ts.isPrivateIdentifier(name) || ts.isComputedPropertyName(name)))
  )
}

/** Such as `PresetOptions.steps`, or `Training.copy.step`. */
function nameOf(declaration: ts.Node): string {
  const names: string[] = []
  for (let node: ts.Node = declaration; !ts.isSourceFile(node); node = node.parent) {
    const name = ts.getNameOfDeclaration(node as ts.Declaration)
    if (name) names.unshift(name.getText())
  }
  return names.join('.')
}

/** Those that this project is compiled with. */
export function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly compilerOptions: object }
  }
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd()).options
}
