import ts from 'typescript'

/**
 * Which names in a piece of JavaScript mean something that is declared at its top, or outside it. Only values: the
 * tree must be of a text without types.
 */

/** The names that one scope declares, and the scope around it. */
interface Scope {
  readonly names: ReadonlySet<string>
  readonly outer: Scope | undefined
}

/** Everything that the top of a file declares. A name may be declared more than once, as in JavaScript. */
export interface TopLevelDeclarations {
  /** `let`, `const`, `class`, imports: these go with no other declaration of their name. */
  readonly lexical: readonly ts.Identifier[]
  /** Top-level functions. */
  readonly functions: readonly ts.Identifier[]
  /** Names declared with `var`, in blocks and loops, too. */
  readonly variables: readonly ts.Identifier[]
  /** The lists that declare `variables`. */
  readonly variableLists: readonly ts.VariableDeclarationList[]
}

/** What the top of `source` declares. */
export function topLevelDeclarations(source: ts.SourceFile): TopLevelDeclarations {
  const variableLists = variableListsIn(source.statements)
  return {
    lexical: source.statements.flatMap(lexicalNamesOf),
    functions: source.statements.flatMap((statement) =>
      ts.isFunctionDeclaration(statement) && statement.name ? [statement.name] : [],
    ),
    variables: variableLists.flatMap(namesOfList),
    variableLists,
  }
}

/**
 * The identifiers of `source`, in their order, that stand for a value declared at its top or outside it: uses,
 * assignments and declarations. Import and export clauses are left out.
 */
export function topLevelIdentifiers(source: ts.SourceFile): ts.Identifier[] {
  const found: ts.Identifier[] = []

  const visitAll = (nodes: readonly ts.Node[] | undefined, scope: Scope | undefined): void =>
    nodes?.forEach((node) => visit(node, scope))
  const visitChildren = (node: ts.Node, scope: Scope | undefined): void =>
    ts.forEachChild(node, (child) => visit(child, scope))
  /** A name after a dot or before a colon says nothing of variables, unless it is computed. */
  const visitName = (name: ts.Node | undefined, scope: Scope | undefined): void => {
    if (name && ts.isComputedPropertyName(name)) visit(name.expression, scope)
  }

  const visitFunction = (
    node: ts.SignatureDeclaration & { readonly body?: ts.Node | undefined },
    scope: Scope | undefined,
  ): void => {
    const own = ts.isFunctionExpression(node) && node.name ? inside(scope, [node.name]) : scope
    const parameters = inside(
      own,
      node.parameters.flatMap(({ name }) => namesOfBinding(name)),
    )
    visitAll(node.parameters, parameters)
    if (!node.body) return
    if (!ts.isBlock(node.body)) {
      visit(node.body, parameters)
      return
    }
    visitAll(node.body.statements, inside(parameters, namesOfBody(node.body.statements)))
  }

  const visitClass = (node: ts.ClassLikeDeclaration, scope: Scope | undefined): void => {
    const own = node.name ? inside(scope, [node.name]) : scope
    visitAll(node.heritageClauses, own)
    for (const member of node.members) {
      visitName(member.name, own)
      if (ts.isPropertyDeclaration(member) && member.initializer) visit(member.initializer, own)
      else if (ts.isClassStaticBlockDeclaration(member)) {
        visitAll(member.body.statements, inside(own, namesOfBody(member.body.statements)))
      } else if (ts.isFunctionLike(member)) visitFunction(member, own)
    }
  }

  const visit = (node: ts.Node, scope: Scope | undefined): void => {
    if (ts.isIdentifier(node)) {
      if (!isBound(node.text, scope)) found.push(node)
    } else if (ts.isPropertyAccessExpression(node)) {
      visit(node.expression, scope)
    } else if (ts.isPropertyAssignment(node)) {
      visitName(node.name, scope)
      visit(node.initializer, scope)
    } else if (ts.isBindingElement(node)) {
      visitName(node.propertyName, scope)
      visit(node.name, scope)
      if (node.initializer) visit(node.initializer, scope)
    } else if (ts.isClassLike(node)) {
      if (ts.isClassDeclaration(node) && node.name) visit(node.name, scope)
      visitClass(node, scope)
    } else if (ts.isFunctionLike(node)) {
      if (ts.isFunctionDeclaration(node) && node.name) visit(node.name, scope)
      visitName(node.name, scope)
      visitFunction(node, scope)
    } else if (ts.isBlock(node) || ts.isCaseBlock(node)) {
      const statements = ts.isBlock(node)
        ? node.statements
        : node.clauses.flatMap((clause) => clause.statements)
      visitChildren(node, inside(scope, namesOfBlock(statements)))
    } else if (ts.isForStatement(node) || isForInOrOf(node)) {
      const list = node.initializer
      const names = list && ts.isVariableDeclarationList(list) && !isVar(list) ? namesOfList(list) : []
      visitChildren(node, inside(scope, names))
    } else if (ts.isCatchClause(node)) {
      const name = node.variableDeclaration?.name
      visitChildren(node, inside(scope, name ? namesOfBinding(name) : []))
    } else if (ts.isLabeledStatement(node)) {
      visit(node.statement, scope)
    } else if (!hasNoValues(node)) {
      visitChildren(node, scope)
    }
  }

  visitChildren(source, undefined)
  return found
}

/** What holds only words: labels, `import.meta`, and what imports and exports. */
function hasNoValues(node: ts.Node): boolean {
  return (
    ts.isBreakOrContinueStatement(node) ||
    ts.isMetaProperty(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  )
}

function inside(outer: Scope | undefined, names: readonly ts.Identifier[]): Scope | undefined {
  return names.length === 0 ? outer : { names: new Set(names.map(({ text }) => text)), outer }
}

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at; at = at.outer) if (at.names.has(name)) return true
  return false
}

/** What the body of a function declares. */
function namesOfBody(statements: readonly ts.Statement[]): ts.Identifier[] {
  return [...namesOfBlock(statements), ...variableListsIn(statements).flatMap(namesOfList)]
}

/** What a block declares for itself. */
function namesOfBlock(statements: readonly ts.Statement[]): ts.Identifier[] {
  return statements.flatMap((statement) =>
    ts.isFunctionDeclaration(statement) && statement.name ? [statement.name] : lexicalNamesOf(statement),
  )
}

function lexicalNamesOf(statement: ts.Statement): ts.Identifier[] {
  if (ts.isVariableStatement(statement)) {
    return isVar(statement.declarationList) ? [] : namesOfList(statement.declarationList)
  }
  if (ts.isClassDeclaration(statement)) return statement.name ? [statement.name] : []
  return ts.isImportDeclaration(statement) ? namesOfImport(statement) : []
}

/** What an import declares. */
export function namesOfImport({ importClause: clause }: ts.ImportDeclaration): ts.Identifier[] {
  const { name, namedBindings: named } = clause ?? {}
  const inBraces = !named
    ? []
    : ts.isNamespaceImport(named)
      ? [named.name]
      : named.elements.map((one) => one.name)
  return [...(name ? [name] : []), ...inBraces]
}

/** What a list of declarations declares. */
export function namesOfList(list: ts.VariableDeclarationList): ts.Identifier[] {
  return list.declarations.flatMap(({ name }) => namesOfBinding(name))
}

function namesOfBinding(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name]
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : namesOfBinding(element.name),
  )
}

/** The lists of `var` in some statements, at any depth but not in functions and classes. */
function variableListsIn(statements: readonly ts.Node[]): ts.VariableDeclarationList[] {
  const found: ts.VariableDeclarationList[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isExpressionStatement(node)) return
    if (ts.isVariableDeclarationList(node) && isVar(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  statements.forEach(visit)
  return found
}

function isVar(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) === 0
}

/** Whether something is assigned to this identifier, where it stands, without declaring it. */
export function isAssigned(identifier: ts.Identifier): boolean {
  let node: ts.Node = identifier
  for (;;) {
    const { parent } = node
    if (ts.isBinaryExpression(parent))
      return parent.left === node && isAssignmentOperator(parent.operatorToken)
    if (isForInOrOf(parent)) return parent.initializer === node
    if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
      return [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(parent.operator)
    }
    if (ts.isShorthandPropertyAssignment(parent)) {
      if (parent.name !== node) return false
    } else if (ts.isPropertyAssignment(parent)) {
      if (parent.initializer !== node) return false
    } else if (!isWithinPattern(parent)) {
      return false
    }
    node = parent
  }
}

function isWithinPattern(node: ts.Node): boolean {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isSpreadElement(node) ||
    ts.isSpreadAssignment(node)
  )
}

/** Whether a statement is `for (... in ...)` or `for (... of ...)`. */
export function isForInOrOf(node: ts.Node): node is ts.ForInOrOfStatement {
  return ts.isForInStatement(node) || ts.isForOfStatement(node)
}

/** Whether a token is `=`, `+=` or another that assigns. */
export function isAssignmentOperator({ kind }: ts.Node): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
}
