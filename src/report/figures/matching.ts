import { ascending } from '../../support/ascending'
import type { Bars, BarsChoice } from './bars'
import { deviationsCaption, networkCaption, spreadCaption } from './captions'
import { seriesNames } from './data'
import { figure, type Panel, type PlotSpec } from './figure'
import { legendColumns } from './legend'
import { linesCaption, textOf, type DrawnAnalysis } from './instability'
import type { Analysis } from '../../experiments/analysis'
import { captioned, remainingLabels } from './line-data'
import { placesOf, places, type Place } from './labels'
import { colorlessLooks, looksOf } from './looks'
import { barTooltip, densityColor, greyed, nominal, number, point } from './marks'
import { matchCsv, matchRows, type MatchRow } from './match-data'
import { withNotice } from './panels'
import { plot, type Plot } from './plot'
import { referenceCaption, referenceText, type ReferenceChoice } from './reference'

/**
 * Stable against matching: a point for each density and k of subnetworks, by the height of the barrier between copies
 * and by the difference of their accuracy from the full network's (Frankle et al. 2020, section 4). Matching, stable
 * subnetworks are in the upper left.
 */
export function matchingPlot(
  analyses: readonly DrawnAnalysis[],
  choice: ReferenceChoice & BarsChoice = {},
): Plot {
  return plot(
    matchingSpec(analyses, choice),
    () => [textOf(analyses), ...(choice.reference ? [referenceText([])] : [])].join('\n'),
    () => matchCsv(analyses),
  )
}

export function matchingSpec(
  analyses: readonly Analysis[],
  { reference = false, bars = 'range' }: ReferenceChoice & BarsChoice = {},
): PlotSpec {
  const series = captioned(analyses)
  const rows = comparedRows(analyses, bars)
  const scales = scalesOf(analyses, rows)
  const { threshold, margin } = analyses[0]!
  return figure({
    name: 'matching',
    title: `Stable against matching, ${networkCaption(series)}`,
    subtitle: [
      spreadCaption(series, 'error bars', rows, bars),
      `dotted: stable left of ${threshold} points, matching above -${margin}`,
      // Labels of the points say it where there are several.
      ascending(rows.map(({ step }) => step)).length === 1 ? rows[0]!.k : undefined,
      linesCaption(analyses),
      deviationsCaption(series),
      // The papers give verdicts for these networks, and no pairs of numbers.
      reference ? referenceCaption([]) : undefined,
    ],
    data: labelled(rows, scales),
    panels: [matchingPanel(analyses, rows, scales, bars)],
    height: panelSize.height,
  })
}

/** A row whose line has been evaluated. */
type ComparedRow = MatchRow & Required<Pick<MatchRow, 'barrier' | 'barrierHigh'>>

function comparedRows(analyses: readonly Analysis[], bars: Bars): readonly ComparedRow[] {
  return matchRows(analyses, bars).filter((row): row is ComparedRow => row.barrier !== undefined)
}

interface Scales {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
}

function scalesOf(analyses: readonly Analysis[], rows: readonly ComparedRow[]): Scales {
  const { threshold, margin } = analyses[0]!
  const widest = Math.max(1.25 * threshold, ...rows.map(({ barrierHigh }) => barrierHigh))
  return { x: [0, 1.08 * widest], y: differenceDomain(rows, margin) }
}

/** Of the panel, in pixels, for labels to find their places; it may be wider, never narrower by much. */
const panelSize = { width: 430, height: 320 } as const

/** Rows with the place of their label; none where all are of one k, and in a crowd, where the tooltip has it. */
function labelled(
  rows: readonly ComparedRow[],
  { x, y }: Scales,
): readonly (ComparedRow & { place?: Place })[] {
  if (new Set(rows.map(({ step }) => step)).size < 2) return rows
  const found = placesOf(
    rows.map(({ barrier, difference, k }) => ({
      x: ((barrier - x[0]) / (x[1] - x[0])) * panelSize.width,
      y: ((y[1] - difference) / (y[1] - y[0])) * panelSize.height,
      label: k,
    })),
  )
  return rows.map((row, index) => ({ ...row, ...(found[index] ? { place: found[index] } : {}) }))
}

function matchingPanel(
  analyses: readonly Analysis[],
  rows: readonly ComparedRow[],
  { x: xDomain, y: yDomain }: Scales,
  drawn: Bars,
): Panel {
  const series = captioned(analyses)
  const names = seriesNames(series)
  const labels = remainingLabels(analyses).filter((label) =>
    rows.some(({ remaining }) => remaining === label),
  )
  const { threshold, margin } = analyses[0]!
  const x = {
    type: 'quantitative',
    title: 'Height of the test error barrier (points)',
    scale: { domain: [...xDomain], nice: false },
  }
  const y = {
    type: 'quantitative',
    title: 'Accuracy beside full network (points)',
    scale: { domain: [...yDomain], nice: false, zero: false },
    axis: { format: '+.2~f' },
  }
  const bars = { transform: [{ filter: 'datum.replicates > 1' }] }
  const byDensity = labels.length > 1
  const looks = byDensity ? colorlessLooks(series) : looksOf(series)
  const shapes = looks.map(({ shape }) => shape)
  const colors = looks.map(({ color }) => color)
  const legend = names.length > 1 ? { ...legendColumns(names), symbolSize: 60 } : null
  const coloured = {
    encoding: {
      color: byDensity
        ? densityColor(labels, { symbolType: 'circle', symbolSize: 60 })
        : { ...nominal(names, colors), legend },
    },
    layer: [
      {
        ...bars,
        mark: { type: 'rule', strokeWidth: 1.2 },
        encoding: {
          x: { ...x, field: 'barrier' },
          y: { ...y, field: 'differenceLow' },
          y2: { field: 'differenceHigh' },
        },
      },
      {
        ...bars,
        mark: { type: 'rule', strokeWidth: 1.2 },
        encoding: {
          x: { ...x, field: 'barrierLow' },
          x2: { field: 'barrierHigh' },
          y: { ...y, field: 'difference' },
        },
      },
      {
        mark: { ...point, size: 70, strokeWidth: 8 },
        encoding: {
          x: { ...x, field: 'barrier' },
          y: { ...y, field: 'difference' },
          ...(names.length > 1
            ? {
                shape: { ...nominal(names, shapes), legend: byDensity ? greyed(legend!) : legend },
              }
            : {}),
          tooltip: tooltip(drawn),
        },
      },
    ],
  }
  // In the colour of all texts: those of points are too light for small letters.
  const labelsOfPoints = Object.entries(places).map(([place, offset]) => ({
    transform: [{ filter: `datum.place === '${place}'` }],
    mark: { type: 'text', fontSize: 10, ...offset },
    encoding: {
      x: { ...x, field: 'barrier' },
      y: { ...y, field: 'difference' },
      text: { field: 'k', type: 'nominal' },
    },
  }))
  const rule = { type: 'rule', strokeDash: [2, 3], strokeWidth: 1.3, color: '#7f7f7f' }
  const panel = {
    layer: [
      {
        data: { values: [{ threshold }] },
        mark: rule,
        encoding: { x: { ...x, field: 'threshold' } },
      },
      {
        data: { values: [{ margin: -margin }] },
        mark: rule,
        encoding: { y: { ...y, field: 'margin' } },
      },
      coloured,
      ...labelsOfPoints,
    ],
  } as Panel
  const middle = (yDomain[0] + yDomain[1]) / 2
  return rows.length > 0
    ? panel
    : withNotice(panel, xDomain[1] / 2, middle, 'No subnetwork has been compared yet')
}

const tooltip = (bars: Bars): object[] => [
  { field: 'series', title: 'Series', type: 'nominal' },
  { field: 'remaining', title: 'Weights remaining', type: 'nominal' },
  number('step', 'Rewound to step k', ',d'),
  number('barrier', 'Barrier (points), mean', '.2f'),
  { field: 'verdict', title: 'Stability', type: 'nominal' },
  number('difference', 'Accuracy beside full network (points), mean', '+.2f'),
  ...barTooltip('differenceLow', 'differenceHigh', '+.2f', bars),
  { field: 'matching', title: 'Matching', type: 'nominal' },
  number('error', 'Test error (%), mean', '.2f'),
  number('replicates', 'Replicates', 'd'),
]

/** 0 and the margin are in sight, with air around all. */
function differenceDomain(rows: readonly MatchRow[], margin: number): [number, number] {
  const values = rows.flatMap(({ differenceLow, differenceHigh }) => [differenceLow, differenceHigh])
  const low = Math.min(-2 * margin, -0.1, ...values)
  const high = Math.max(margin, 0.1, ...values)
  const air = 0.08 * (high - low)
  return [low - air, high + air]
}
