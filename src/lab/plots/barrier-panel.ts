import type { Series } from '../../experiments/series'
import type { Panel } from './figure'
import type { BarrierRow } from './line-data'
import { notice } from './line-panels'
import { plainLegend } from './legend'
import { densityColor, errorBars, number, panelTitle, point, seriesDashes } from './marks'
import { withNotice } from './panels'
import { referenceMark, type OnsetRow } from './reference'

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
  const last = Math.max(1, ...steps)
  const x = stepAxis(steps)
  const y = {
    type: 'quantitative' as const,
    // Short: without a browser, the room for a text is estimated generously.
    title: 'Error barrier (points)',
    scale: { domain: [...yDomain], nice: false },
  }
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
          color: densityColor(labels, labels.length > 1 ? plainLegend : null),
          detail: { field: 'series', type: 'nominal' },
        },
        layer: [
          ...errorBars(y, 'low', 'high'),
          {
            mark: { type: 'line', strokeWidth: 1.7, strokeJoin: 'round' },
            encoding: {
              y: { ...y, field: 'height' },
              ...seriesDashes(series),
            },
          },
          {
            mark: point,
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
