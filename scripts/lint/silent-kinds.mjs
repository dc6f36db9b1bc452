/*
 * A rule of ESLint: whoever asks two or more times which of several kinds something is must answer for all of them. A chain
 * of tests that ends in an answer for "the others" goes on to give it when a kind is added for which it is wrong.
 */

/** What a test asks: `subject === 'kind'`, or several of these about the same subject, joined by ||. */
function asked(test, source) {
  if (test?.type === 'LogicalExpression' && test.operator === '||') {
    const [left, right] = [asked(test.left, source), asked(test.right, source)]
    if (!left || left.text !== right?.text) return undefined
    return { ...left, kinds: [...left.kinds, ...right.kinds] }
  }
  if (test?.type !== 'BinaryExpression' || test.operator !== '===') return undefined
  const { left: subject, right } = test
  if (right.type !== 'Literal' || typeof right.value !== 'string') return undefined
  // Their kinds are not ours to add to.
  if (subject.type === 'UnaryExpression' || source.getText(subject) === 'process.platform') return undefined
  return { subject, text: source.getText(subject).replaceAll('?', ''), kinds: [right.value] }
}

/** Whether nothing that stands behind a statement is reached from it. */
function leaves(statement) {
  if (statement.type === 'BlockStatement') return statement.body.length > 0 && leaves(statement.body.at(-1))
  return ['ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement'].includes(statement.type)
}

/** What is done or given where the test of `node` fails; undefined for nothing. */
function otherwise(node) {
  if (node.alternate) return node.alternate
  if (node.type !== 'IfStatement' || !leaves(node.consequent)) return undefined
  const { body } = node.parent
  return Array.isArray(body) ? body[body.indexOf(node) + 1] : undefined
}

/** A test that an answer begins with, if it does. */
function testIn(node) {
  if (node?.type === 'BlockStatement' && node.body.length === 1) return testIn(node.body[0])
  if (node?.type === 'ReturnStatement') return testIn(node.argument)
  return node?.type === 'IfStatement' || node?.type === 'ConditionalExpression' ? node : undefined
}

/** The string literals that a type consists of; undefined for other types. */
function kindsOf(type) {
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => part.intrinsicName !== 'undefined')
  if (parts.length === 0 || !parts.every((part) => part.isStringLiteral())) return undefined
  return parts.map(({ value }) => value)
}

export const silentKinds = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      silent:
        'This chain asks which kind `{{subject}}` is, and has one answer for {{rest}} and for every kind that is added. ' +
        'Use a switch with a case for each kind, or a table by kind; or end it by throwing.',
    },
  },
  create(context) {
    const source = context.sourceCode
    const { getTypeAtLocation } = source.parserServices
    const continuing = new Set()
    return {
      'IfStatement, ConditionalExpression'(first) {
        const start = asked(first.test, source)
        if (!start || continuing.has(first)) return
        const known = new Set()
        let [links, rest] = [0, first]
        for (let link = first; link; link = testIn(rest)) {
          const here = asked(link.test, source)
          if (here?.text !== start.text) break
          if (link !== first) continuing.add(link)
          for (const kind of here.kinds) known.add(kind)
          links++
          rest = otherwise(link)
        }
        if (links < 2 || rest?.type === 'ThrowStatement') return
        const left = kindsOf(getTypeAtLocation(start.subject))?.filter((kind) => !known.has(kind))
        if (!left || left.length === 0) return
        const data = { subject: start.text, rest: left.map((kind) => `'${kind}'`).join(', ') }
        context.report({ node: first, messageId: 'silent', data })
      },
    }
  },
}
