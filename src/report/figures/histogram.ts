import { csv } from '../words/table'
import { tableText } from '../showing/table'
import { rounded } from '../words/numbers'
import { binned, type Bin } from './bins'
import { figure, type Panel, type PlotSpec } from './figure'
import { number } from './marks'
import { cycled, seriesColors } from './palette'
import { plot, type Plot } from './plot'

/** Numbers of one panel, of each series. */
export interface HistogramPanel {
  /** Such as `dense1`. */
  readonly title: string
  /** As many lists as there are series. */
  readonly values: readonly ArrayLike<number>[]
}

/** What is counted. */
export interface HistogramOptions {
  /** File name, without ending. */
  readonly name: string
  readonly title: string
  readonly subtitle: string
  /** Title of the x axis: what the numbers are. */
  readonly of: string
  /** Title of the y axis: what there are so many of. */
  readonly share: string
  readonly series: readonly string[]
  readonly panels: readonly HistogramPanel[]
  /** Whether the numbers are whole, which then share no bin with only some of their neighbours. */
  readonly whole?: boolean
}

interface HistogramRow extends Bin {
  readonly panel: string
  readonly series: string
  /** In percent of the numbers of the series. */
  readonly share: number
}

/** How often numbers occur, a panel for each layer, a line for each series. */
export function histogramPlot(options: HistogramOptions): Plot {
  const rows = rowsOf(options)
  return plot(
    histogramSpec(options, rows),
    () => tableText(summaryOf(options)),
    () =>
      csv(
        ['layer', 'series', 'from', 'to', 'count', 'percent'],
        rows.map(({ panel, series, from, to, count, share }) => [panel, series, from, to, count, share]),
      ),
  )
}

function rowsOf({ panels, series, whole }: HistogramOptions): readonly HistogramRow[] {
  return panels.flatMap(({ title, values }) =>
    binned(values, whole).flatMap((bins, at) =>
      (values[at]!.length === 0 ? [] : bins).map(({ from, to, count }) => ({
        ...{ panel: title, series: series[at]!, from: rounded(from), to: rounded(to), count },
        share: rounded((100 * count) / values[at]!.length),
      })),
    ),
  )
}

/** With a point where each last bin ends, so that its step has a width, too. */
function withEnds(rows: readonly HistogramRow[]): readonly HistogramRow[] {
  return rows.flatMap((row, at) => {
    const next = rows[at + 1]
    const isLast = next?.panel !== row.panel || next.series !== row.series
    return isLast ? [row, { ...row, from: row.to }] : [row]
  })
}

function summaryOf({ title, subtitle, of, series, panels }: HistogramOptions) {
  return {
    title: `${title}: ${of}, ${subtitle}`,
    header: ['layer', 'series', 'count', 'mean', 'standard deviation', 'smallest', 'largest'],
    rows: panels.flatMap(({ title: panel, values }) =>
      values.flatMap((list, at) =>
        list.length === 0 ? [] : [[panel, series[at]!, String(list.length), ...momentsOf(list)]],
      ),
    ),
  }
}

function momentsOf(list: ArrayLike<number>): readonly string[] {
  const numbers = Array.from(list)
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length
  const range = [Math.min, Math.max].map((pick) => numbers.reduce((before, value) => pick(before, value)))
  return [mean, Math.sqrt(variance), ...range].map((value) => String(Number(value.toPrecision(4))))
}

function histogramSpec(
  { name, title, subtitle, of, share, series, panels }: HistogramOptions,
  rows: readonly HistogramRow[],
): PlotSpec {
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    sort: series,
    scale: { domain: series, range: series.map((_, at) => cycled(seriesColors, at)) },
    legend: series.length > 1 ? { symbolType: 'stroke' } : null,
  }
  const panelOf = ({ title: layer }: HistogramPanel) => ({
    title: layer,
    transform: [{ filter: { field: 'panel', equal: layer } }],
    // A step begins where its bin does.
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5, tooltip: true },
    encoding: {
      x: { field: 'from', type: 'quantitative', title: of, scale: { zero: false, nice: false } },
      y: { field: 'share', type: 'quantitative', title: share },
      color,
      tooltip: [
        { field: 'series', title: 'Series', type: 'nominal' },
        ...[number('from', 'From', '.4~g'), number('to', 'To', '.4~g'), number('count', 'Count', ',d')],
        number('share', 'Share (%)', '.2f'),
      ],
    },
  })
  return figure({
    ...{ name, title, subtitle: [subtitle], data: withEnds(rows), height: 200 },
    panels: panels.map((one) => panelOf(one) as unknown as Panel),
  })
}
