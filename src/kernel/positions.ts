import { decode } from '@jridgewell/sourcemap-codec'
import type { Place } from './typescript'

/** Where in an original each line of a script has something of it: columns of both, from 0, in their order. */
type Lines = readonly (readonly { readonly column: number; readonly line: number; readonly from: number }[])[]

/** Finds in an original what stands at a place of the script that `map`, a source map in JSON, belongs to. */
export function originalPlaces(map: string): (place: Place) => Place {
  const { mappings } = JSON.parse(map) as { mappings: string }
  const lines: Lines = decode(mappings).map((segments) =>
    segments.flatMap(([column, , line, from]) => (line === undefined ? [] : [{ column, line, from: from! }])),
  )
  return (place) => originalPlace(lines, place)
}

function originalPlace(lines: Lines, { line, column }: Place): Place {
  const wanted = column - 1
  for (let at = line - 1; at >= 0; at--) {
    const segments = lines[at] ?? []
    if (segments.length === 0) continue
    if (at < line - 1) return { line: segments.at(-1)!.line + 1, column: 1 }
    const next = segments.findIndex((segment) => segment.column > wanted)
    const [before, after] = next < 0 ? [segments.at(-1), undefined] : [segments[next - 1], segments[next]]
    // Text that was put between two neighbours belongs to the second of them.
    const isBetween =
      before &&
      after &&
      wanted > before.column &&
      after.line === before.line &&
      after.from === before.from + 1
    const segment = !before || isBetween ? after! : before
    return { line: segment.line + 1, column: segment.from + 1 }
  }
  return { line: 1, column: 1 }
}
