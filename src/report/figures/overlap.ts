import type { Spread } from '../../experiments/view'
import { rounded } from '../words/numbers'
import { csv } from '../words/table'
import { figure, type Panel, type PlotSpec } from './figure'
import { number } from './marks'
import { cycled, seriesColors } from './palette'
import { plot, type Plot } from './plot'

/** What is drawn of masks that were compared. */
export interface DrawnOverlap {
  /** Such as `tickets and SNIP`. */
  readonly name: string
  /** Of every layer: intersection over union in percent, and what chance would give. */
  readonly layers: readonly {
    readonly parameter: string
    readonly union: Spread
    readonly chance: Spread
  }[]
  text(): string
}

interface OverlapRow {
  readonly series: string
  readonly layer: string
  readonly union: number
  readonly low: number
  readonly high: number
  readonly chance: number
  readonly pairs: number
}

/**
 * Intersection over union of masks, layer by layer: points, with a grey line where random masks would be that keep as many
 * weights of the layer. Error bars from minimum to maximum over the pairs of masks.
 */
export function overlapPlot(overlaps: readonly DrawnOverlap[]): Plot {
  const rows = overlapRows(overlaps)
  return plot(
    overlapSpec(rows),
    () => overlaps.map((one) => one.text()).join('\n\n'),
    () =>
      csv(
        ['masks', 'layer', 'intersection_over_union', 'low', 'high', 'by_chance', 'pairs'],
        rows.map((row) => [row.series, row.layer, row.union, row.low, row.high, row.chance, row.pairs]),
      ),
  )
}

export function overlapRows(overlaps: readonly DrawnOverlap[]): readonly OverlapRow[] {
  return overlaps.flatMap(({ name, layers }) =>
    layers.map(({ parameter, union, chance }) => ({
      series: name,
      layer: parameter.replace(/\/weights$/, ''),
      union: rounded(union.mean),
      low: rounded(union.minimum),
      high: rounded(union.maximum),
      chance: rounded(chance.mean),
      pairs: union.count,
    })),
  )
}

function overlapSpec(rows: readonly OverlapRow[]): PlotSpec {
  const names = [...new Set(rows.map(({ series }) => series))]
  const layers = [...new Set(rows.map(({ layer }) => layer))]
  const pairs = Math.max(...rows.map((row) => row.pairs))
  const top = Math.min(100, 1.1 * Math.max(1, ...rows.flatMap(({ high, chance }) => [high, chance])))
  const beside = names.length > 1 ? { xOffset: { field: 'series', type: 'nominal', sort: names } } : {}
  const y = (field: string) => ({
    field,
    type: 'quantitative',
    title: 'Intersection over union (%)',
    scale: { domain: [0, top], nice: false },
  })
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    sort: names,
    scale: { domain: names, range: names.map((_, index) => cycled(seriesColors, index)) },
    legend: names.length > 1 ? { symbolType: 'circle' } : null,
  }
  const panel = {
    encoding: {
      x: { field: 'layer', type: 'nominal', sort: layers, title: null, axis: { labelAngle: 0, grid: false } },
      ...beside,
    },
    layer: [
      {
        mark: { type: 'tick', thickness: 2, color: '#7f7f7f', size: 30, opacity: 1 },
        encoding: { y: y('chance') },
      },
      ...(pairs > 1
        ? [
            {
              mark: { type: 'rule', strokeWidth: 1.5 },
              encoding: { y: y('low'), y2: { field: 'high' }, color },
            },
          ]
        : []),
      {
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: {
          y: y('union'),
          color,
          tooltip: [
            { field: 'series', title: 'Masks', type: 'nominal' },
            { field: 'layer', title: 'Layer', type: 'nominal' },
            number('union', 'Intersection over union (%), mean', '.2f'),
            number('chance', 'By chance (%)', '.2f'),
            number('pairs', 'Pairs of masks', 'd'),
          ],
        },
      },
    ],
  }
  return figure({
    name: 'overlap',
    title: names.length === 1 ? `Overlap of ${names[0]}` : 'Overlap of masks',
    subtitle: [
      'grey: random masks that keep as many',
      pairs > 1 ? `mean, error bars: minimum to maximum over ${pairs} pairs of masks` : undefined,
    ],
    data: rows,
    panels: [panel as unknown as Panel],
    height: 260,
  })
}
