import ts from 'typescript'

/** What a name is, without the import that brought it here: to a reader, a name of an earlier cell is just there. */
export function signatureText(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return (
    ts
      .displayPartsToString([...(parts ?? [])])
      .replace(/^\(alias\) /, '')
      // `lab` is a value, and beside it only the names of its types.
      .replace(/^namespace (\w+)\n(?=const \1\b)/, '')
      .replace(/\nimport [^\n]*$/, '')
  )
}

/** A doc comment in Markdown, its tags after the text. */
export function commentText(
  documentation: readonly ts.SymbolDisplayPart[] | undefined,
  tags: readonly ts.JSDocTagInfo[] | undefined,
): string {
  return [partsText(documentation), ...(tags ?? []).map(tagText)].filter((text) => text !== '').join('\n\n')
}

function tagText({ name, text }: ts.JSDocTagInfo): string {
  const content = partsText(text)
  if (name === 'example' && !content.includes('```')) return `*@example*\n${typescriptBlock(content)}`
  if (name !== 'param' || !text) return content === '' ? `*@${name}*` : `*@${name}* ${content}`
  const [, parameter = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(content) ?? []
  return `*@param* \`${parameter}\` ${rest.replace(/^-\s*/, '')}`.trimEnd()
}

/** Links in comments become the names that they show. */
function partsText(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return (parts ?? [])
    .map(({ kind, text }) => (kind === 'link' ? '' : kind === 'linkName' ? `\`${text}\`` : text))
    .join('')
}

export function typescriptBlock(code: string): string {
  return `\`\`\`typescript\n${code}\n\`\`\``
}
