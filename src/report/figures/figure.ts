import { yAxisWidth } from './paper'
import type { Config, TopLevelSpec } from 'vega-lite'
import type { NonNormalizedSpec } from 'vega-lite/types_unstable/spec/index.js'
import { lineRoom } from './legend'

/** A Vega-Lite v5 specification with its data inside. */
export type PlotSpec = TopLevelSpec

/** One panel: a unit or layered spec without data, which it takes from the figure. */
export type Panel = NonNormalizedSpec

/**
 * What our renderer reads in `usermeta`, which every other viewer ignores: panels stand side by side where
 * there is room and one below the other where there is not, each between these widths, in pixels.
 */
export interface FigureLayout {
  /** File name, without ending, that the figure is saved under. */
  readonly name: string
  readonly panels: number
  readonly panelWidth: { readonly minimum: number; readonly maximum: number }
}

export interface FigureOptions {
  readonly name: string
  readonly title: string
  /** Small lines under the title: spreads, deviations, progress. */
  readonly subtitle: readonly (string | undefined)[]
  readonly data: readonly object[]
  readonly panels: readonly Panel[]
  /** Height of a panel, in pixels. */
  readonly height: number
  /** For panels whose colours and dashes mean different things: each has scales and legends of its own. */
  readonly ownLooks?: boolean
  /** Below several panels, as wide as all of them, with data and scales of its own. */
  readonly below?: { readonly panel: Panel; readonly height: number } | undefined
}

const schema = 'https://vega.github.io/schema/vega-lite/v5.json'

/** Width of a panel where nothing tells how much room there is, as in an SVG file. */
const panelWidth = { one: 520, several: 340 }

/** Pixels between panels. */
const panelGap = 28

/**
 * Characters in a line of the subtitle. A figure of one panel is fitted to its width with all its texts, whose width is
 * estimated generously without a browser: a long line would leave no room for the panel.
 */
const lineLength = { one: 58, several: 110 }

/** A text in lines of at most `most` characters, broken between words; none for an empty text. */
export function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** A figure of one panel, as wide as the page lets it, or of several side by side. */
export function figure(options: FigureOptions): PlotSpec {
  const { name, title, subtitle, data, panels, height, ownLooks, below } = options
  // A single panel has no title of its own, which would take the place of the figure's.
  const { title: alone, ...only } = panels[0]!
  const texts = panels.length === 1 ? [titleText(alone), ...subtitle] : subtitle
  const lines = texts.flatMap((line) =>
    wrapped(line ?? '', panels.length === 1 ? lineLength.one : lineLength.several),
  )
  const layout: FigureLayout = {
    name,
    panels: panels.length,
    panelWidth: panels.length === 1 ? { minimum: 240, maximum: 680 } : { minimum: 260, maximum: 440 },
  }
  const common = {
    $schema: schema,
    title: { text: title, ...(lines.length > 0 ? { subtitle: lines } : {}) },
    usermeta: { ticketlab: layout },
    data: { name: 'results', values: [...data] },
    config: figureConfig,
  }
  if (panels.length === 1) {
    return {
      ...common,
      ...only,
      width: 'container',
      height,
      autosize: { type: 'fit-x', contains: 'padding' },
    } as PlotSpec
  }
  const own = { color: 'independent', strokeDash: 'independent' } as const
  const beside = {
    concat: panels.map((panel) => ({ ...panel, width: panelWidth.several, height })),
    columns: 2,
    spacing: panelGap,
    ...(ownLooks ? { resolve: { scale: own } } : {}),
  }
  if (!below) return { ...common, ...beside }
  return {
    ...common,
    vconcat: [
      beside,
      { ...below.panel, width: 2 * panelWidth.several + panelGap + yAxisWidth, height: below.height },
    ],
    // Legends of the panels side by side stay with them.
    resolve: { scale: own },
  }
}

function titleText(title: Panel['title']): string | undefined {
  const text = typeof title === 'object' && 'text' in title ? title.text : title
  return Array.isArray(text) ? text.join(' ') : typeof text === 'string' ? text : undefined
}

/** Only what makes the figure what it is; colours of text, axes and background are the viewer's. */
const figureConfig: Config = {
  view: { stroke: null, continuousWidth: panelWidth.one },
  title: {
    anchor: 'start',
    fontSize: 13,
    fontWeight: 600,
    subtitleFontSize: 11,
    offset: 14,
    subtitlePadding: 5,
  },
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    domain: true,
    tickSize: 4,
    gridDash: [1, 3],
  },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    title: null,
    labelFontSize: 12,
    ...lineRoom,
    symbolOpacity: 1,
    symbolStrokeWidth: 2,
    columnPadding: 18,
    // Names that are cut off would not tell series apart.
    labelLimit: 0,
    offset: 12,
  },
}

/**
 * A range that shows `values` with air around them, at least `span` wide and within [0, `most`]; so little above `most` that
 * lines which run along it are drawn in their whole width.
 */
export function paddedDomain(values: readonly number[], span: number, most = Infinity): [number, number] {
  if (values.length === 0) return [0, Number.isFinite(most) ? most : span]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const half = Math.max(high - low, span) / 2
  const middle = (low + high) / 2
  const air = half * 0.16
  const top = middle + half + air
  const bottom = Math.max(0, Math.min(middle - half - air, most - span))
  return [bottom, top < most ? top : most + (most - bottom) * 0.005]
}
