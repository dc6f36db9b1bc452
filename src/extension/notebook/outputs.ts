import type { Output } from '../../kernel/protocol'
import { plotMime, type MimeBundle } from '../../report/display'
import { isGrowing } from '../../report/growing'

/** What a cell shows so far. Handles number the outputs below the cell in the order they were made. */
export interface Shown {
  readonly nextHandle: number
  /** Set while the last output is a stream, to which text of the same stream is appended. */
  readonly open?: { readonly stream: 'stdout' | 'stderr'; readonly handle: number }
  /** The output of each display of the kernel. */
  readonly displays: ReadonlyMap<number, number>
  /** Outputs from before, whose places the next displays take that are new. */
  readonly waiting: readonly number[]
}

export const nothingShown: Shown = { nextHandle: 0, displays: new Map(), waiting: [] }

/**
 * What a cell shows whose outputs another kernel has made: what is displayed next takes the places of the plots that were growing
 * when they were last seen, or else of the last one.
 * @param mimes of each output
 */
export function shownBefore(mimes: readonly (readonly string[])[]): Shown {
  const last = mimes.findLastIndex((of) => of.includes(plotMime))
  const growing = [...mimes.keys()].filter((index) => isGrowing(mimes[index]!))
  return {
    ...nothingShown,
    nextHandle: mimes.length,
    waiting: growing.length > 0 || last < 0 ? growing : [last],
  }
}

/** One representation of an output: `mime` with its text, or text of a stream. */
export type Item =
  | { readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly mime: string; readonly text: string }

export interface Change {
  /** `add` makes a new output; `extend` appends to one; `replace` puts these items in place of all of its own. */
  readonly change: 'add' | 'extend' | 'replace'
  readonly handle: number
  readonly items: readonly Item[]
}

/** How `output` is shown below the cell. */
export function show(shown: Shown, output: Output): readonly [Shown, Change] {
  if (output.kind === 'stream') {
    const items: Item[] = [{ stream: output.stream, text: output.text }]
    if (shown.open?.stream === output.stream) {
      return [shown, { change: 'extend', handle: shown.open.handle, items }]
    }
    const handle = shown.nextHandle
    return [
      { ...shown, nextHandle: handle + 1, open: { stream: output.stream, handle } },
      { change: 'add', handle, items },
    ]
  }
  const items = bundleItems(output.bundle)
  const known = shown.displays.get(output.display)
  if (known !== undefined) return [shown, { change: 'replace', handle: known, items }]
  const [place, ...waiting] = shown.waiting
  const handle = place ?? shown.nextHandle
  const displays = new Map(shown.displays).set(output.display, handle)
  if (place !== undefined)
    return [
      { ...shown, displays, waiting },
      { change: 'replace', handle, items },
    ]
  return [
    { ...nothingShown, nextHandle: handle + 1, displays },
    { change: 'add', handle, items },
  ]
}

/** After the user cleared the cell's outputs while it runs: whatever comes next is shown anew. */
export function afterClear(shown: Shown): Shown {
  return { ...nothingShown, nextHandle: shown.nextHandle }
}

function bundleItems(bundle: MimeBundle): Item[] {
  return Object.entries(bundle).map(([mime, text]) => ({ mime, text }))
}
