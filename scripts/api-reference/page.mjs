/* The page: what was read of `lab`, in Markdown, in which every name leads to where it is described. */
import { createLinks } from './links.mjs'

const intro = `# The reference of \`lab\`

Every member of \`lab\`, every option, everything that results have, and every code of an error. Made by \`npm run build\` from
the doc comments in [src/lab/api.ts](../src/lab/api.ts) and what is reached from there: change those, not this.

What is optional has a \`?\` behind its name. Nothing that \`lab\` gives can be written to, so types leave out \`readonly\`. †: remembered,
not read in the paper.`

/** The text of the page, as yet unformatted. */
export function page({ about, members, given, found, inside, codes }) {
  const groups = members.filter(({ kind }) => kind === 'group')
  const own = byName(members.filter(({ kind }) => kind !== 'group'))
  const links = createLinks({
    members: [
      ...own.map(({ name }) => `lab.${name}`),
      ...groups.flatMap((group) => [
        `lab.${group.name}`,
        ...group.members.map(({ name }) => `lab.${group.name}.${name}`),
      ]),
    ],
    types: [...given, ...found, ...inside],
    codes: codes.map(({ value }) => value),
  })
  const writer = createWriter(links)
  return [
    intro,
    writer.text(about),
    ...contents(own, groups, { given, found, inside }, codes, links),
    '## Members',
    ...own.flatMap((one) => writer.member(`lab.${one.name}`, one)),
    ...groups.flatMap((group) => [
      `## lab.${group.name}`,
      writer.text(group.comment),
      ...byName(group.members).flatMap((one) => writer.member(`lab.${group.name}.${one.name}`, one)),
    ]),
    '## What is given',
    'Options, and what else methods take, in the order of their names.',
    ...given.flatMap((one) => writer.type(one)),
    '## What is found',
    'What methods return, and what that consists of, in the order of their names.',
    ...found.flatMap((one) => writer.type(one)),
    '## Inside of experiments',
    'What `experiment` of results has: the tasks that were computed, and what describes them.',
    ...inside.flatMap((one) => writer.type(one)),
    '## Errors',
    'Every expected failure is an `Error` with one of these as its `code`; its `message` says what was expected, what was ' +
      "found, and what to do. `catch (error) { if (error.code === 'cancelled') ... }`",
    ...codes.flatMap(({ value, comment }) => [`### ${value}`, writer.prose(comment)]),
  ].join('\n\n')
}

function contents(own, groups, { given, found, inside }, codes, links) {
  const list = (names) => names.map((name) => links.to(name)).join(', ')
  return [
    `Members: ${list(own.map(({ name }) => `lab.${name}`))}.`,
    ...groups.map(
      ({ name, members }) => `Plots: ${list(byName(members).map((one) => `lab.${name}.${one.name}`))}.`,
    ),
    `Given: ${list(given.map(({ name }) => name))}.`,
    `Found: ${list(found.map(({ name }) => name))}.`,
    `Inside of experiments: ${list(inside.map(({ name }) => name))}.`,
    `Errors: ${list(codes.map(({ value }) => value))}.`,
  ]
}

/** Members in their order, several ways to call one together. */
function byName(members) {
  const names = [...new Set(members.map(({ name }) => name))]
  return names.map((name) => ({ name, ways: members.filter((one) => one.name === name) }))
}

function createWriter(links) {
  const { prose, type: typeOf } = links

  function text(comment) {
    return prose(comment.text)
  }

  /** A member under a heading of its own, with all the ways to call it. */
  function member(title, { ways }, level = 3) {
    return [`${'#'.repeat(level)} ${title}`, ...ways.flatMap((way) => described(title, way))]
  }

  function described(title, way) {
    if (way.kind === 'value') return [typeOf(way.type), text(way.comment)]
    const { generics, parameters, returned, comment } = way
    // As it is written in a cell, where results have names of their own.
    const callee = title[0].toLowerCase() + title.slice(1)
    const call = `${callee}${genericText(generics)}(${parameters.map(parameterText).join(', ')}): ${links.plain(returned)}`
    const takes = parameters.map(({ name, type, standard }) => {
      const about = prose(comment.parameters[name] ?? '')
      const says = [about, standard === undefined ? '' : `${standard} by default`].filter((one) => one !== '')
      return `- \`${name}\`: ${typeOf(type)}${says.length > 0 ? `, ${says.join('; ')}` : ''}`
    })
    const gives = returned === 'void' ? [] : [`- Returns ${typeOf(returned)}${after(comment.returns)}`]
    const fails = comment.throws.map((one) => `- Errors: ${prose(one.replace(/^TicketLabError\s*/, ''))}`)
    return [['```ts', call, '```'].join('\n'), text(comment), [...takes, ...gives, ...fails].join('\n')]
  }

  function after(said) {
    return said === '' ? '' : `: ${prose(said)}`
  }

  function parameterText({ name, isOptional, isRest, type, standard }) {
    const mark = isOptional && standard === undefined ? '?' : ''
    const value = standard === undefined ? '' : ` = ${standard}`
    return `${isRest ? '...' : ''}${name}${mark}: ${links.plain(type)}${value}`
  }

  function type(one) {
    const head = [`### ${one.name}`, text(one.comment)]
    if (one.kind === 'alias') return [...head, ...meaning(one)]
    const values = one.members.filter(({ kind }) => kind === 'value')
    const methods = byName(one.members.filter(({ kind }) => kind === 'method'))
    const bases = one.bases.filter((base) => links.has(base))
    return [
      ...head,
      ...(bases.length > 0
        ? [`Has everything that ${bases.map((base) => links.to(base)).join(' and ')} has.`]
        : []),
      ...(values.length > 0 ? [table(values)] : []),
      ...methods.flatMap((method) => member(`${one.name}.${method.name}`, method, 4)),
    ]
  }

  function meaning({ name, generics, choices, meaning: stands }) {
    if (!choices) {
      const own = generics.length > 0 ? `\`${name}${genericText(generics)}\` is ` : ''
      return [own + typeOf(stands)]
    }
    return choices.every(({ comment }) => comment === '')
      ? [`One of ${choices.map(({ value }) => `\`'${value}'\``).join(', ')}.`]
      : [choices.map(({ value, comment }) => `- \`'${value}'\`${after(comment)}`).join('\n')]
  }

  function table(values) {
    const rows = values.map(({ name, isOptional, type: of, comment }) =>
      [`\`${name}${isOptional ? '?' : ''}\``, typeOf(of), text(comment)].map(cell),
    )
    return [['name', 'type', 'what it is'], ['---', '---', '---'], ...rows]
      .map((row) => `| ${row.join(' | ')} |`)
      .join('\n')
  }

  return { text, prose, member, type }
}

function genericText(generics) {
  return generics.length > 0 ? `<${generics.join(', ')}>` : ''
}

/** A text in one line, in which no bar ends a column. */
function cell(text) {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
}
