import type { Look } from './looks'
import type { seriesShapes } from './palette'

/*
 * Symbols of legends that look as the lines do in the plot, with their dashes and points. Vega has no such
 * symbol but draws any path, whose coordinates are in units of half the side of the symbol's square.
 */

/** Side of the square, unit of paths, and length of the lines, in pixels. */
const side = 14
const unit = side / 2
const lineLength = 30

/** Room for symbols: the lines reach out of the square on both sides, so everything else stands off. */
export const lineRoom = {
  symbolSize: side ** 2,
  symbolOffset: (lineLength - side) / 2 + 1,
  labelOffset: (lineLength - side) / 2 + 5,
} as const

const plainLine = segments([[-lineLength / 2, lineLength / 2]])

/** For lines without points; dashes are those of the plot. */
export const plainLegend = { symbolType: plainLine } as const

/** The plots' dashes of 6 pixels and gaps of 4, laid so that the point in the middle stands on a dash. */
const dashedLine = segments([
  [-15, -9],
  [-5, 5],
  [9, 15],
])

/** The plots' points, a pixel smaller, because here their outline is drawn as well. */
const points: Readonly<Record<(typeof seriesShapes)[number], string>> = {
  circle: 'M.4,0A.4,.4,0,1,1,-.4,0A.4,.4,0,1,1,.4,0Z',
  square: 'M-.34,-.34H.34V.34H-.34Z',
  'triangle-up': 'M0,-.34L-.36,.3H.36Z',
  diamond: 'M-.4,0L0,-.4L.4,0L0,.4Z',
  cross: 'M-.1,-.4H.1V-.1H.4V.1H.1V.4H-.1V.1H-.4V-.1H-.1Z',
  'triangle-down': 'M0,.34L-.36,-.3H.36Z',
}

/** The legend of series by their names: the symbol of each in turn is its line, solid or dashed, with its point. */
export function seriesLegend(names: readonly string[], looks: readonly Look[]) {
  return { ...legendColumns(names), symbolType: lineSymbols(looks) } as const
}

/** Labels in columns where they would be wider than a panel, side by side. */
export function legendColumns(labels: readonly string[]): { readonly columns?: number } {
  const widths = labels.map((label) => lineLength + 30 + 8 * label.length)
  if (widths.reduce((sum, width) => sum + width, 0) <= legendRoom) return {}
  return { columns: Math.max(1, Math.floor(legendRoom / Math.max(...widths))) }
}

/** Pixels; a figure of one panel that has less room for its legend would be drawn narrower. */
const legendRoom = 470

function lineSymbols(looks: readonly Look[]): { readonly expr: string } {
  const paths = looks.map(({ dashed, shape }) => (dashed ? dashedLine : plainLine) + points[shape])
  return { expr: `${JSON.stringify(paths)}[datum.index]` }
}

/** Pieces of a horizontal line, given in pixels from the middle, as a path. */
function segments(pieces: readonly (readonly [from: number, to: number])[]): string {
  const at = (pixels: number): number => Number((pixels / unit).toFixed(3))
  return pieces.map(([from, to]) => `M${at(from)},0H${at(to)}`).join('')
}
