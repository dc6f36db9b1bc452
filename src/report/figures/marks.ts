import type { Series } from '../../experiments/series'
import { barNames, type Bars } from './bars'
import { seriesNames } from './data'
import { wrapped } from './figure'
import { legendColumns, plainLegend, seriesLegend } from './legend'
import { colorlessLooks, dashes, looksOf } from './looks'
import { densityColors } from './palette'

/* What several kinds of panels are made of: channels and layers of Vega-Lite. */

/** A number in a tooltip. */
export function number(field: string, title: string, format: string): object {
  return { field, title, type: 'quantitative', format }
}

/** The ends of an error bar in a tooltip. */
export function barTooltip(low: string, high: string, format: string, bars: Bars): object[] {
  const [from, to] = barNames[bars].ends
  return [number(low, from, format), number(high, to, format)]
}

/** The title of one of several panels. @param most characters in a line */
export function panelTitle(text: string, most = 52) {
  const look = { fontSize: 12, fontWeight: 'normal', anchor: 'middle' } as const
  return { text: [...wrapped(text, most)], ...look }
}

/** A nominal scale over the series, whose order is kept. */
export function nominal(
  domain: readonly string[],
  range: readonly (string | number | readonly number[])[],
): object {
  return {
    field: 'series',
    type: 'nominal',
    title: null,
    sort: null,
    scale: { domain: [...domain], range: [...range] },
  }
}

/** A colour for each share of weights remaining. @param labels from dense to sparse */
export function densityColor(labels: readonly string[], legend: object | null = plainLegend): object {
  return {
    field: 'remaining',
    type: 'nominal',
    title: 'Remaining',
    sort: null,
    scale: { domain: [...labels], range: densityColors(labels.length) },
    legend,
  }
}

/** Tells several series apart by their dashes: tickets are solid, controls dashed. Nothing for one series. */
export function seriesDashes(series: readonly Series[]): { readonly strokeDash?: object } {
  const names = seriesNames(series)
  if (names.length < 2) return {}
  const range = series.map(({ role }) => (role === 'tickets' ? dashes.solid : dashes.dashed))
  return { strokeDash: { ...nominal(names, range), legend: { ...plainLegend, ...legendColumns(names) } } }
}

/** Channels that tell lines with points apart. */
export interface LineIdentity {
  /** For all layers. */
  readonly shared: { readonly color: object; readonly detail: object }
  readonly line: { readonly strokeDash: object; readonly opacity?: object }
  /** Of the layer that has the points. */
  readonly point: { readonly transform: readonly object[]; readonly shape: object }
  /** Of the spec that the layers are in. */
  readonly resolve: object
}

/**
 * Tells lines apart by the colour of their series or, where there are several densities, by the colour of their density
 * and a point for each series. Controls are dashed either way.
 *
 * @param densities labels of weights remaining, from dense to sparse; none where the x axis has them
 */
export function lineIdentity(series: readonly Series[], densities: readonly string[] = []): LineIdentity {
  const names = seriesNames(series)
  const byDensity = densities.length > 1
  const looks = byDensity ? colorlessLooks(series) : looksOf(series)
  const legend = names.length > 1 ? seriesLegend(names, looks) : null
  const colors = looks.map(({ color }) => color)
  const shapes = Object.fromEntries(names.map((name, index) => [name, looks[index]!.shape]))
  return {
    shared: {
      color: byDensity ? densityColor(densities) : { ...nominal(names, colors), legend },
      detail: { field: 'series', type: 'nominal' },
    },
    line: {
      strokeDash: {
        ...nominal(
          names,
          looks.map(({ dashed }) => (dashed ? dashes.dashed : dashes.solid)),
        ),
        legend: null,
      },
      // All alike: a channel that has a legend and changes nothing.
      ...(byDensity && legend
        ? {
            opacity: {
              ...nominal(names, Array<number>(names.length).fill(1)),
              type: 'ordinal',
              legend: greyed(legend),
            },
          }
        : {}),
    },
    point: {
      // Not a scale: its legend would take the place of the one of the lines.
      transform: [{ calculate: `${JSON.stringify(shapes)}[datum.series]`, as: 'shape' }],
      shape: { field: 'shape', type: 'nominal', scale: null },
    },
    // One legend of colours and dashes together would dash the outlines of its points.
    resolve: { legend: { strokeDash: 'independent' } },
  }
}

/** A legend whose symbols have no colour of their own. */
export function greyed(legend: object): object {
  return { ...legend, symbolFillColor: '#7f7f7f', symbolStrokeColor: '#7f7f7f' }
}

/** Error bars, where there is more than one replicate. @param y the channel without its field */
export function errorBars(y: object, low: string, high: string): object[] {
  const several = { transform: [{ filter: 'datum.replicates > 1' }] }
  return [
    {
      ...several,
      mark: { type: 'rule', strokeWidth: 1.2 },
      encoding: { y: { ...y, field: low }, y2: { field: high } },
    },
    ...[low, high].map((end) => ({
      ...several,
      mark: { type: 'tick', orient: 'horizontal', size: 7, thickness: 1.2, opacity: 1 },
      encoding: { y: { ...y, field: end } },
    })),
  ]
}

/** A point. The transparent stroke makes it easier to hit with the mouse than it is large. */
export const point = {
  ...{ type: 'point', filled: true, opacity: 1 },
  ...{ size: 50, stroke: 'transparent', strokeWidth: 10 },
} as const

/** A mean in a band, as a curve of many points; nothing to see of the points, which show their values when hit. */
export function curveInBand(
  y: object,
  { field, low, high }: { readonly field: string; readonly low: string; readonly high: string },
  {
    filter,
    dash,
    tooltip,
  }: { readonly filter: string; readonly dash: object; readonly tooltip: readonly object[] },
): object[] {
  return [
    {
      mark: { type: 'area', opacity: 0.16, clip: true },
      transform: [{ filter }],
      encoding: { y: { ...y, field: low }, y2: { field: high } },
    },
    {
      mark: { type: 'line', strokeWidth: 1.7, strokeJoin: 'round', clip: true },
      encoding: { y: { ...y, field }, ...dash },
    },
    {
      mark: { type: 'point', filled: true, size: 60, opacity: 0, clip: true },
      encoding: { y: { ...y, field }, tooltip: [...tooltip] },
    },
  ]
}
