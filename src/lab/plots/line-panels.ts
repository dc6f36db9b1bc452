import type { Series } from '../../experiments/series'
import { seriesNames } from './data'
import { paddedDomain, type Panel } from './figure'
import { stepLabel, type BarrierRow, type LineRow } from './line-data'
import { densityColors } from './palette'
import { plainLegend } from './legend'
import { dashes } from './looks'
import { nominal, withNotice } from './panels'
import { referenceMark, type OnsetRow } from './reference'

const notice = 'No line has been evaluated yet'

/** Which lines a panel shows. */
export interface LinePanelOptions {
  readonly rows: readonly LineRow[]
  /** Only rows that have these values are drawn. */
  readonly only: Readonly<Partial<Pick<LineRow, 'series' | 'split' | 'level'>>>
  /** All steps k of the figure, ascending: each has a colour. */
  readonly steps: readonly number[]
  readonly yDomain: readonly [number, number]
  readonly title: string
}

/** Error on the line between two copies against alpha: the mean over pairs, in a band of a standard deviation. */
export function linePanel({ rows, only, steps, yDomain, title }: LinePanelOptions): Panel {
  const labels = steps.map(stepLabel)
  // One filter, not several: Vega-Lite gives up on merging them where there are many panels.
  const filter = Object.entries({ chart: 'line', ...only })
    .map(([field, value]) => `datum[${JSON.stringify(field)}] === ${JSON.stringify(value)}`)
    .join(' && ')
  const y = { type: 'quantitative', title: 'Error (%)', scale: { domain: [...yDomain], nice: false } }
  const hasCurve = rows.some(({ path }) => path === 'curve')
  const panel = {
    title: panelTitle(title),
    transform: [{ filter }],
    encoding: {
      x: {
        field: 'alpha',
        type: 'quantitative',
        title: 'Position between the two copies (alpha)',
        scale: { domain: [0, 1], nice: false },
        axis: { grid: false, values: [0, 0.25, 0.5, 0.75, 1], format: '.2~f' },
      },
      color: {
        field: 'k',
        type: 'nominal',
        title: null,
        sort: null,
        scale: { domain: labels, range: densityColors(labels.length) },
        legend: labels.length > 1 ? plainLegend : null,
      },
    },
    layer: [
      {
        mark: { type: 'area', opacity: 0.16, clip: true },
        transform: [{ filter: "datum.pairs > 1 && datum.path === 'line'" }],
        encoding: { y: { ...y, field: 'errorLow' }, y2: { field: 'errorHigh' } },
      },
      {
        mark: { type: 'line', strokeWidth: 1.7, strokeJoin: 'round', clip: true },
        encoding: {
          y: { ...y, field: 'error' },
          ...(hasCurve
            ? {
                strokeDash: {
                  field: 'path',
                  type: 'nominal',
                  title: null,
                  sort: null,
                  scale: { domain: ['line', 'curve'], range: [dashes.solid, dashes.dashed] },
                  legend: plainLegend,
                },
              }
            : {}),
        },
      },
      {
        // Nothing to see: it gives the mouse something to hit and shows the values of the point that is hit.
        mark: { type: 'point', filled: true, size: 60, opacity: 0, clip: true },
        encoding: {
          y: { field: 'error', type: 'quantitative' },
          tooltip: [
            { field: 'series', title: 'Series', type: 'nominal' },
            { field: 'remaining', title: 'Weights remaining', type: 'nominal' },
            number('step', 'Copies made at step k', ',d'),
            ...(hasCurve ? [{ field: 'path', title: 'Path', type: 'nominal' }] : []),
            number('alpha', 'alpha', '.3f'),
            number('error', 'Error (%), mean', '.2f'),
            number('errorLow', 'Mean minus standard deviation', '.2f'),
            number('errorHigh', 'Mean plus standard deviation', '.2f'),
            number('pairs', 'Pairs of copies', 'd'),
          ],
        },
      },
    ],
  } as Panel
  return rows.length > 0 ? panel : withNotice(panel, 0.5, (yDomain[0] + yDomain[1]) / 2, notice)
}

/** The axis of the steps k at which copies were made: logarithmic, and yet with a place for 0. */
export function stepAxis(steps: readonly number[]) {
  const last = Math.max(1, ...steps)
  return {
    field: 'step',
    type: 'quantitative' as const,
    title: 'Step k at which the copies were made',
    // 0 is as far from the first step as suits a log axis.
    scale: {
      type: 'symlog' as const,
      constant: Math.min(last, ...steps.filter((step) => step > 0)),
      domain: [0, last],
      nice: false,
    },
    axis: { values: [...steps], format: ',d', grid: false, labelOverlap: 'greedy' as const },
  }
}

export interface BarrierPanelOptions {
  readonly series: readonly Series[]
  readonly rows: readonly BarrierRow[]
  /** Weights remaining, from dense to sparse: each has a colour. */
  readonly labels: readonly string[]
  readonly split: BarrierRow['split']
  /** All steps k of the figure, ascending. */
  readonly steps: readonly number[]
  /** Percentage points; drawn as a dashed line. */
  readonly threshold: number
  readonly yDomain: readonly [number, number]
  readonly title: string
  /** Published k from which networks are stable, drawn on the threshold. */
  readonly onsets?: readonly OnsetRow[]
}

/**
 * Barrier height against the step k at which copies were made, one line for each density, with
 * minimum–maximum error bars over the replicates. Several analyses differ in their dashes.
 */
export function barrierPanel(options: BarrierPanelOptions): Panel {
  const { series, rows, labels, split, steps, threshold, yDomain, title, onsets = [] } = options
  const names = seriesNames(series)
  const last = Math.max(1, ...steps)
  const x = stepAxis(steps)
  const y = {
    type: 'quantitative' as const,
    // Short: without a browser, the room for a text is estimated generously.
    title: 'Error barrier (points)',
    scale: { domain: [...yDomain], nice: false },
  }
  const bars = { transform: [{ filter: 'datum.replicates > 1' }] }
  const panel = {
    title: panelTitle(title),
    layer: [
      {
        data: { values: [{ threshold }] },
        mark: { type: 'rule', strokeDash: [2, 3], strokeWidth: 1.3, color: '#7f7f7f' },
        encoding: { y: { ...y, field: 'threshold' } },
      },
      {
        transform: [{ filter: `datum.chart === 'barrier' && datum.split === '${split}'` }],
        encoding: {
          x,
          color: {
            field: 'remaining',
            type: 'nominal',
            title: 'Remaining',
            sort: null,
            scale: { domain: [...labels], range: densityColors(labels.length) },
            legend: labels.length > 1 ? plainLegend : null,
          },
          detail: { field: 'series', type: 'nominal' },
        },
        layer: [
          {
            ...bars,
            mark: { type: 'rule', strokeWidth: 1.3, opacity: 0.75 },
            encoding: { y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          ...['low', 'high'].map((end) => ({
            ...bars,
            mark: { type: 'tick', orient: 'horizontal', size: 7, thickness: 1.3, opacity: 0.75 },
            encoding: { y: { ...y, field: end } },
          })),
          {
            mark: { type: 'line', strokeWidth: 1.7, strokeJoin: 'round' },
            encoding: {
              y: { ...y, field: 'height' },
              ...(names.length > 1
                ? {
                    strokeDash: {
                      ...nominal(
                        names,
                        series.map(({ role }) => (role === 'tickets' ? dashes.solid : dashes.dashed)),
                      ),
                      legend: plainLegend,
                    },
                  }
                : {}),
            },
          },
          {
            mark: {
              type: 'point',
              filled: true,
              opacity: 1,
              size: 50,
              stroke: 'transparent',
              strokeWidth: 10,
            },
            encoding: {
              y: { ...y, field: 'height' },
              tooltip: rows.some(({ curve }) => curve !== undefined)
                ? [...barrierTooltip, ...curveTooltip]
                : barrierTooltip,
            },
          },
        ],
      },
      ...(onsets.length > 0 ? [onsetMarks(onsets, x, y)] : []),
    ],
  } as Panel
  return rows.length > 0 ? panel : withNotice(panel, last / 2, (yDomain[0] + yDomain[1]) / 2, notice)
}

function onsetMarks(onsets: readonly OnsetRow[], x: object, y: object): object {
  return {
    data: { values: [...onsets] },
    ...referenceMark,
    encoding: {
      x,
      y: { ...y, field: 'value' },
      tooltip: [
        { field: 'what', title: 'Published', type: 'nominal' },
        number('step', 'Step k', ',d'),
        { field: 'source', title: 'Source', type: 'nominal' },
      ],
    },
  }
}

const barrierTooltip = [
  { field: 'series', title: 'Series', type: 'nominal' },
  { field: 'remaining', title: 'Weights remaining', type: 'nominal' },
  number('level', 'Level', 'd'),
  number('step', 'Copies made at step k', ',d'),
  number('height', 'Barrier (points), mean', '.2f'),
  number('low', 'Minimum', '.2f'),
  number('high', 'Maximum', '.2f'),
  number('replicates', 'Replicates', 'd'),
  number('pairs', 'Pairs of copies', 'd'),
  { field: 'verdict', title: 'Verdict, on the test split', type: 'nominal' },
  number('relative', 'L2 distance over travelled since k', '.2f'),
]

const curveTooltip = [
  number('curve', 'Barrier on the curve (points), mean', '.2f'),
  { field: 'connectivity', title: 'Connected', type: 'nominal' },
]

/** Barriers begin at 0; the threshold is in sight. */
export function barrierDomain(rows: readonly BarrierRow[], threshold: number): [number, number] {
  const highest = Math.max(threshold * 1.25, ...rows.map(({ high }) => high))
  return [0, Math.min(100, highest * 1.08)]
}

export function errorDomain(rows: readonly LineRow[]): [number, number] {
  return paddedDomain(
    rows.flatMap(({ errorLow, errorHigh }) => [errorLow, errorHigh]),
    1,
    100,
  )
}

function panelTitle(text: string): object {
  return { text, fontSize: 12, fontWeight: 'normal', anchor: 'middle' }
}

/** A number in a tooltip. */
export function number(field: string, title: string, format: string): object {
  return { field, title, type: 'quantitative', format }
}
