import ts from 'typescript'

/** A name that a cell declares for itself and for the cells after it. */
export interface Declared {
  /** Whether it can be used as a value, as a type, or both. */
  readonly value: boolean
  readonly type: boolean
  readonly kind: DeclaredKind
  /** Whether the cell exports it under its own name, as somebody used to modules may write. */
  readonly exported: boolean
}

export type DeclaredKind =
  'const' | 'let' | 'function' | 'class' | 'enum' | 'namespace' | 'interface' | 'type' | 'import'

/** The names that the kernel keeps of a cell: what its top level declares, and `var` wherever it stands. */
export function declaredNames(source: ts.SourceFile): ReadonlyMap<string, Declared> {
  const names = new Map<string, Declared>()
  const exportedNames = new Set<string>()
  const add = (name: ts.Identifier | undefined, kind: DeclaredKind, exported = false): void => {
    // A parser that goes on after an error makes up names, and takes keywords for them.
    if (!name || !isName(name.text)) return
    const known = names.get(name.text)
    names.set(name.text, {
      kind: known && !known.type ? known.kind : kind,
      value: (known?.value ?? false) || hasValue(kind),
      type: (known?.type ?? false) || hasType(kind),
      exported: (known?.exported ?? false) || exported,
    })
  }
  for (const statement of source.statements) {
    const exported = isExported(statement)
    if (ts.isVariableStatement(statement)) {
      const kind = statement.declarationList.flags & ts.NodeFlags.Const ? 'const' : 'let'
      for (const { name } of statement.declarationList.declarations) {
        for (const one of namesIn(name)) add(one, kind, exported)
      }
    } else if (ts.isFunctionDeclaration(statement)) add(statement.name, 'function', exported)
    else if (ts.isClassDeclaration(statement)) add(statement.name, 'class', exported)
    else if (ts.isEnumDeclaration(statement)) add(statement.name, 'enum', exported)
    else if (ts.isInterfaceDeclaration(statement)) add(statement.name, 'interface', exported)
    else if (ts.isTypeAliasDeclaration(statement)) add(statement.name, 'type', exported)
    else if (ts.isImportEqualsDeclaration(statement)) add(statement.name, 'import', exported)
    else if (ts.isModuleDeclaration(statement)) {
      if (ts.isIdentifier(statement.name)) add(statement.name, 'namespace', exported)
    } else if (ts.isImportDeclaration(statement)) {
      for (const name of importedNames(statement)) add(name, 'import')
    } else if (ts.isExportDeclaration(statement)) {
      for (const name of exportedAs(statement)) exportedNames.add(name)
    } else {
      for (const name of hoistedNames(statement)) add(name, 'let')
    }
  }
  for (const name of exportedNames) {
    const known = names.get(name)
    if (known) names.set(name, { ...known, exported: true })
  }
  return names
}

function hasValue(kind: DeclaredKind): boolean {
  return kind !== 'interface' && kind !== 'type'
}

function hasType(kind: DeclaredKind): boolean {
  return kind !== 'const' && kind !== 'let' && kind !== 'function'
}

function isName(text: string): boolean {
  const keyword = ts.identifierToKeywordKind(ts.factory.createIdentifier(text))
  return text !== '' && (keyword === undefined || keyword > ts.SyntaxKind.LastReservedWord)
}

/** Whether a statement has `export`, but not as the default: that is exported under another name. */
function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : []
  const has = (kind: ts.SyntaxKind): boolean => modifiers.some((one) => one.kind === kind)
  return has(ts.SyntaxKind.ExportKeyword) && !has(ts.SyntaxKind.DefaultKeyword)
}

function namesIn(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name]
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)))
}

function importedNames({ importClause }: ts.ImportDeclaration): (ts.Identifier | undefined)[] {
  const bindings = importClause?.namedBindings
  if (!bindings) return [importClause?.name]
  const named = ts.isNamespaceImport(bindings) ? [bindings.name] : bindings.elements.map(({ name }) => name)
  return [importClause.name, ...named]
}

function exportedAs({ exportClause }: ts.ExportDeclaration): string[] {
  if (!exportClause) return []
  return ts.isNamedExports(exportClause)
    ? exportClause.elements.map(({ name }) => name.text)
    : [exportClause.name.text]
}

/** What `var` declares inside of blocks and loops, though not inside of functions. */
function hoistedNames(node: ts.Node): ts.Identifier[] {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return []
  const names: ts.Identifier[] = []
  if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped)) {
    names.push(...node.declarations.flatMap(({ name }) => namesIn(name)))
  }
  ts.forEachChild(node, (child) => {
    names.push(...hoistedNames(child))
  })
  return names
}
