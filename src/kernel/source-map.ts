import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import remapping from '@jridgewell/remapping'

/** A source map as tools hand it over, in JSON. */
export type SourceMapJson = string

/**
 * The comment by which a debugger finds in `file`, whose text is `text`, what a script was made from.
 * @param maps from the script to the text: the latest change of it first
 */
export function sourceMapComment(file: string, text: string, maps: readonly SourceMapJson[]): string {
  const combined = remapping([...maps], () => null)
  const map = {
    version: 3,
    // Stacks go by the script's own name.
    file: basename(file),
    sources: [pathToFileURL(file).href],
    sourcesContent: [text],
    names: combined.names,
    mappings: combined.mappings,
  }
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64')
  return `//# sourceMappingURL=data:application/json;base64,${encoded}`
}
