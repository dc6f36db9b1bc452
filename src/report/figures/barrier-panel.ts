import type { Series } from '../../experiments/series'
import type { Panel } from './figure'
import type { BarrierRow } from './line-data'
import { notice } from './line-panels'
import type { Bars } from './bars'
import { barTooltip, errorBars, lineIdentity, number, panelTitle, point } from './marks'
import { withNotice } from './panels'
import { onsetMark, type OnsetRow } from './reference'
import { ascending } from '../../support/ascending'

/** The axis of the steps k at which copies were made: logarithmic, and yet with a place for 0. */
export function stepAxis(steps: readonly number[]) {
  const { constant, domain } = stepScale(steps)
  return {
    field: 'step',
    type: 'quantitative' as const,
    title: 'Step k at which the copies were made',
    scale: { type: 'symlog' as const, constant, domain: [...domain], nice: false },
    axis: { values: [...steps], format: ',d', grid: false, labelOverlap: 'greedy' as const },
  }
}

/** From 0 to the last step, with some room on both sides, so that no point is drawn over the y axis. */
function stepScale(steps: readonly number[]) {
  const last = Math.max(1, ...steps)
  // 0 is as far from the first step as suits a log axis.
  const constant = Math.min(last, ...steps.filter((step) => step > 0))
  const length = Math.log1p(last / constant)
  // A 0 alone stands in the middle.
  const alone = steps.every((step) => step === 0)
  const [start, end] = alone ? [-length, length] : [-0.05 * length, 1.05 * length]
  const stepAt = (position: number): number => Math.sign(position) * constant * Math.expm1(Math.abs(position))
  return { constant, domain: [stepAt(start), stepAt(end)], middle: stepAt((start + end) / 2) } as const
}

/** The step in the middle of the axis. */
export function middleStep(steps: readonly number[]): number {
  return stepScale(steps).middle
}

export interface BarrierPanelOptions {
  readonly series: readonly Series[]
  readonly rows: readonly BarrierRow[]
  /** Weights remaining, from dense to sparse: each has a colour, if there are several. */
  readonly labels: readonly string[]
  readonly split: BarrierRow['split']
  /** All steps k of the figure, ascending. */
  readonly steps: readonly number[]
  /** Percentage points; drawn as a dashed line. */
  readonly threshold: number
  readonly yDomain: readonly [number, number]
  readonly title: string
  /** What error bars show. */
  readonly bars: Bars
  /** Published k from which networks are stable. */
  readonly onsets?: readonly OnsetRow[]
}

/**
 * Barrier height against the step k at which copies were made, one line for each density, with
 * error bars over the replicates. Analyses of one density differ in their colours.
 */
export function barrierPanel(options: BarrierPanelOptions): Panel {
  const { series, rows, labels, split, steps, threshold, yDomain, title, bars, onsets = [] } = options
  const x = stepAxis(steps)
  const identity = lineIdentity(series, labels)
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
      ...(onsets.length > 0 ? [onsetMarks(onsets, x)] : []),
      {
        transform: [{ filter: `datum.chart === 'barrier' && datum.split === '${split}'` }],
        encoding: { x, ...identity.shared },
        resolve: identity.resolve,
        layer: [
          ...errorBars(y, 'low', 'high'),
          {
            mark: { type: 'line', strokeWidth: 1.7, strokeJoin: 'round' },
            encoding: { y: { ...y, field: 'height' }, ...identity.line },
          },
          {
            mark: point,
            transform: identity.point.transform,
            encoding: {
              y: { ...y, field: 'height' },
              shape: identity.point.shape,
              tooltip: rows.some(({ curve }) => curve !== undefined)
                ? [...barrierTooltip(bars), ...curveTooltip]
                : barrierTooltip(bars),
            },
          },
        ],
      },
    ],
  } as Panel
  return rows.length > 0 ? panel : withNotice(panel, middleStep(steps), (yDomain[0] + yDomain[1]) / 2, notice)
}

/** As high as the panel, since a published k says nothing about the height of a barrier. */
function onsetMarks(onsets: readonly OnsetRow[], x: object): object {
  const values = ascending(onsets.map(({ step }) => step)).map((step) => {
    const published = onsets.filter((onset) => onset.step === step)
    const what = published.map((onset) => `${onset.what} (${onset.source})`).join('; ')
    return { step, what }
  })
  return {
    data: { values },
    ...onsetMark,
    encoding: {
      x,
      tooltip: [{ field: 'what', title: 'Published', type: 'nominal' }, number('step', 'Step k', ',d')],
    },
  }
}

const barrierTooltip = (bars: Bars): object[] => [
  { field: 'series', title: 'Series', type: 'nominal' },
  { field: 'remaining', title: 'Weights remaining', type: 'nominal' },
  number('level', 'Level', 'd'),
  number('step', 'Copies made at step k', ',d'),
  number('height', 'Barrier (points), mean', '.2f'),
  ...barTooltip('low', 'high', '.2f', bars),
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
