/* From names to where they are described. */
import { marks } from './type-text.mjs'

/** What GitHub and VS Code call a heading. */
function anchorOf(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
}

/**
 * @param described titles of headings: members, types with their methods, and codes of errors
 * @throws Error where two headings have one address
 */
export function createLinks({ members, types, codes }) {
  const methods = types.flatMap(({ name, members: own = [] }) =>
    own.filter(({ kind }) => kind === 'method').map((one) => `${name}.${one.name}`),
  )
  const titles = [...new Set([...members, ...types.map(({ name }) => name), ...methods, ...codes])]
  const anchors = new Map(titles.map((title) => [title, anchorOf(title)]))
  const twice = titles.find((title) =>
    titles.some((one) => one !== title && anchors.get(one) === anchors.get(title)),
  )
  if (twice)
    throw new Error(`Two headings of docs/api.md would have the address #${anchors.get(twice)}: ${twice}.`)

  const has = (name) => anchors.has(name)
  const to = (name) => (has(name) ? `[\`${name}\`](#${anchors.get(name)})` : `\`${name}\``)

  /** A text of a comment; names in it lead to where they are described. */
  function prose(text) {
    return text
      .replace(/\{@link\s+([\w.]+)\s*\}/g, (_, name) => `\`${name.replace(/^Lab\b/, 'lab')}\``)
      .replace(/(?<!\[)`([\w.-]+)`/g, (_, name) => to(name))
  }

  /** A type, in which names of ours lead to where they are described. */
  function type(text) {
    const [from, until] = marks
    return text
      .split(new RegExp(`(${from}[^${until}]*${until})`))
      .filter((part) => part !== '')
      .map((part) => (part.startsWith(from) ? to(part.slice(1, -1)) : code(part)))
      .join('')
  }

  return { has, to, prose, type, plain }
}

/** A type without links, for code. */
function plain(text) {
  return marks.reduce((rest, mark) => rest.replaceAll(mark, ''), text)
}

/** Spaces at the ends of code would not be seen. */
function code(text) {
  const [, before, shown, after] = /^(\s*)(.*?)(\s*)$/.exec(text)
  return `${before}\`${shown}\`${after}`
}
