import type { Series } from '../../experiments/series'
import { seriesNames } from './data'
import { plainLegend } from './legend'
import { dashes } from './looks'
import { densityColors } from './palette'

/* What several kinds of panels are made of: channels and layers of Vega-Lite. */

/** A number in a tooltip. */
export function number(field: string, title: string, format: string): object {
  return { field, title, type: 'quantitative', format }
}

/** The title of one of several panels. */
export function panelTitle(text: string) {
  return { text, fontSize: 12, fontWeight: 'normal', anchor: 'middle' } as const
}

/** A nominal scale over the series, whose order is kept. */
export function nominal(domain: readonly string[], range: readonly (string | readonly number[])[]): object {
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
  return { strokeDash: { ...nominal(names, range), legend: plainLegend } }
}

/** Minimum–maximum bars, where there is more than one replicate. @param y the channel without its field */
export function errorBars(y: object, low: string, high: string): object[] {
  const several = { transform: [{ filter: 'datum.replicates > 1' }] }
  return [
    {
      ...several,
      mark: { type: 'rule', strokeWidth: 1.3, opacity: 0.75 },
      encoding: { y: { ...y, field: low }, y2: { field: high } },
    },
    ...[low, high].map((end) => ({
      ...several,
      mark: { type: 'tick', orient: 'horizontal', size: 7, thickness: 1.3, opacity: 0.75 },
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
