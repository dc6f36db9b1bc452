/* Doc comments as data: what they say, and what their tags say. */
import ts from 'typescript'

/**
 * The comment of a symbol or of a signature: `text`, and by tag `parameters` (by name), `returns` and `throws`. Links in it
 * are `{@link Name}`.
 */
export function commentOf(symbol, checker) {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()
  const tags = symbol.getJsDocTags(checker)
  const said = (name) =>
    tags.filter((tag) => tag.name === name).map((tag) => ts.displayPartsToString(tag.text).trim())
  const parameters = Object.fromEntries(
    said('param').map((one) => {
      const [, name, about] = /^(\S+)\s*([\s\S]*)$/.exec(one)
      return [name, about]
    }),
  )
  return { text, parameters, returns: said('returns')[0] ?? '', throws: said('throws') }
}

/** The text of a comment without its stars. */
export function textOf(comment) {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join(' ')
    .trim()
}
