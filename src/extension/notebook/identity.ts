/** The notebook type of .ipynb files, which VS Code ships: a Ticket Lab notebook is an ordinary one. */
export const notebookType = 'jupyter-notebook'

export const cellLanguage = 'typescript'

/** What a notebook of ours says about itself; nested as the .ipynb serializer of VS Code keeps it. */
export function notebookMetadata(): Record<string, unknown> {
  return {
    metadata: {
      kernelspec: { name: 'ticketlab', display_name: 'Ticket Lab', language: cellLanguage },
      language_info: { name: cellLanguage, file_extension: '.ts', mimetype: 'text/typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
}

/**
 * Whether a notebook asks for our kernel: its kernelspec is ours, or it has none and its language is TypeScript.
 * A TypeScript notebook of another kernel (Deno, tslab) is not ours.
 */
export function wantsOurKernel(notebookMetadata: unknown): boolean {
  const inner = member(notebookMetadata, 'metadata')
  const kernelspec = member(inner, 'kernelspec')
  if (kernelspec !== undefined) return member(kernelspec, 'name') === 'ticketlab'
  return member(member(inner, 'language_info'), 'name') === cellLanguage
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
