import type { Colour } from './paint'
import { colourAt, differenceClasses, differencePalette } from './paint'
import { filterLayout, isConvolution, matrixLayout, mostFirst, type Layout, type Order } from './layout'
import type { DiedMap, MaskPicture } from './messages'
import type { MaskColours } from './colours'

/** The ways to look at a mask, in the order of their tabs. */
export const views = ['matrix', 'filters', 'map', 'died', 'weights', 'units'] as const
export type View = (typeof views)[number]

/** Those that there are for a mask. */
export function viewsOf({ shape, image }: Pick<MaskPicture, 'shape' | 'image'>): readonly View[] {
  return views.filter(
    (view) => (view !== 'filters' || isConvolution(shape)) && (view !== 'map' || image !== undefined),
  )
}

/** The view that is wanted, where there is one. */
export function viewFor(picture: Pick<MaskPicture, 'shape' | 'image'>, wanted: View | undefined): View {
  return wanted && viewsOf(picture).includes(wanted) ? wanted : 'matrix'
}

/** What is drawn of a mask with one pixel per weight: classes of weights, and a colour for each class. */
export interface WeightPicture {
  readonly layout: Layout
  readonly classes: ArrayLike<number>
  readonly palette: readonly Colour[]
}

/** Where weights lie in a view. */
export function layoutOf(view: View, shape: readonly number[], order: Order | undefined): Layout {
  const tiled = view === 'filters' || (view === 'died' && isConvolution(shape))
  return tiled ? filterLayout(shape, order) : matrixLayout(shape, order)
}

/** Rows and columns by what is left. */
export function orderOf(
  view: View,
  shape: readonly number[],
  counts: Readonly<Record<'perUnit' | 'perInput' | 'perChannel', Uint32Array>>,
): Order {
  const tiled = view === 'filters' || (view === 'died' && isConvolution(shape))
  return {
    rows: mostFirst(counts.perUnit),
    columns: mostFirst(tiled ? counts.perChannel : counts.perInput),
  }
}

/** Kept and pruned weights. */
export function alone(mask: Uint8Array, { kept, pruned }: MaskColours): Omit<WeightPicture, 'layout'> {
  return { classes: mask, palette: [pruned, kept] }
}

/** Two masks laid over each other. */
export function overlaid(
  mask: Uint8Array,
  other: Uint8Array,
  { difference }: MaskColours,
): Omit<WeightPicture, 'layout'> {
  return { classes: differenceClasses(mask, other), palette: differencePalette(difference) }
}

/** When weights died: those that die after the level at `until` (an index into the levels, from 0) are still alive. */
export function whenDied(
  { died, levels }: DiedMap,
  until: number,
  colours: MaskColours,
): Omit<WeightPicture, 'layout'> {
  const palette = levels.map((_, at) =>
    at <= until ? diedColour(at, levels.length, colours) : colours.alive,
  )
  return { classes: died, palette: [colours.alive, ...palette] }
}

/** The colour of those that died at one of so many levels. */
export function diedColour(at: number, levels: number, { died }: MaskColours): Colour {
  return colourAt(died, levels > 1 ? at / (levels - 1) : 1)
}
