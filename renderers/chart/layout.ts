import type { FigureLayout } from '../../src/report/figures/figure'
import { yAxisWidth } from '../../src/report/figures/paper'

/** A spec as it comes: nothing is known of it but that it is an object. */
export type AnySpec = Readonly<Record<string, unknown>>

/** Room that a panel's y axis and its title take beside the panel, in pixels. */
const axisRoom = 80

/** The layout that figures of Ticket Lab carry; `undefined` for any other spec. */
export function layoutOf(spec: AnySpec): FigureLayout | undefined {
  const layout = record(record(spec['usermeta'])?.['ticketlab'])
  const width = record(layout?.['panelWidth'])
  return typeof layout?.['name'] === 'string' &&
    typeof layout['panels'] === 'number' &&
    typeof width?.['minimum'] === 'number' &&
    typeof width['maximum'] === 'number'
    ? (layout as unknown as FigureLayout)
    : undefined
}

/**
 * A figure for `room` pixels of width: panels side by side where they fit at their least width, otherwise one
 * below the other, and as wide as the room and their greatest width let them be. Other specs stay as they are.
 */
export function fitted(spec: AnySpec, room: number): AnySpec {
  const layout = layoutOf(spec)
  if (!layout) return spec
  const { minimum, maximum } = layout.panelWidth
  const rows = spec['vconcat']
  if (Array.isArray(rows)) return { ...spec, vconcat: fittedRows(rows as AnySpec[], layout, room) }
  if (!Array.isArray(spec['concat'])) return { ...spec, width: clamp(room, minimum, maximum + axisRoom) }
  return fittedPanels(spec, layout, room).spec
}

/** Panels side by side in the first row, and in each other row a panel as wide as all of them. */
function fittedRows(
  [first = {}, ...rows]: readonly AnySpec[],
  layout: FigureLayout,
  room: number,
): AnySpec[] {
  const { spec, columns, width, gap } = fittedPanels(first, layout, room)
  const all = columns * width + (columns - 1) * (gap + yAxisWidth)
  return [spec, ...rows.map((row) => ({ ...row, width: all }))]
}

function fittedPanels(spec: AnySpec, { panelWidth: { minimum, maximum } }: FigureLayout, room: number) {
  const panels = Array.isArray(spec['concat']) ? (spec['concat'] as readonly object[]) : []
  const gap = typeof spec['spacing'] === 'number' ? spec['spacing'] : 20
  const widthIn = (columns: number): number => Math.floor((room - gap * (columns - 1)) / columns) - axisRoom
  const columns = widthIn(panels.length) >= minimum ? panels.length : 1
  const width = clamp(widthIn(columns), minimum, maximum)
  return {
    spec: { ...spec, columns, concat: panels.map((panel) => ({ ...panel, width })) },
    columns,
    width,
    gap,
  }
}

/** Those of the embed options in a spec that change how it looks: never those that load, run or add something. */
export function embedOptions(spec: AnySpec): Readonly<Record<'theme' | 'config' | 'padding', unknown>> {
  const { theme, config, padding } = record(record(spec['usermeta'])?.['embedOptions']) ?? {}
  return { theme, config: record(config), padding }
}

/**
 * Whether a spec brings the ground it stands on: then the editor's text colours, made for the editor's ground,
 * might not be readable and are left out.
 */
export function bringsBackground(spec: AnySpec): boolean {
  const { theme, config } = embedOptions(spec)
  const grounds = [
    spec['background'],
    record(spec['config'])?.['background'],
    record(config)?.['background'],
    theme,
  ]
  return grounds.some((ground) => typeof ground === 'string' && ground !== 'transparent')
}

function record(value: unknown): AnySpec | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AnySpec) : undefined
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
