import { deviationsCaption, networkCaption, spreadCaption } from './captions'
import { seriesNames } from './data'
import { figure, type Panel, type PlotSpec } from './figure'
import { linesCaption, textOf, type DrawnAnalysis } from './instability'
import { captioned, remainingLabels, type Analysis } from './line-data'
import { densityColor, number, point } from './marks'
import { matchCsv, matchRows, type MatchRow } from './match-data'
import { cycled, seriesShapes } from './palette'
import { withNotice } from './panels'
import { plot, type Plot } from './plot'
import { referenceCaption, referenceText, type ReferenceChoice } from './reference'

/**
 * Stable against matching: a point for each density and k of subnetworks, by the height of the barrier between copies
 * and by the difference of their accuracy from the full network's (Frankle et al. 2020, section 4). Matching, stable
 * subnetworks are in the upper left.
 */
export function matchingPlot(analyses: readonly DrawnAnalysis[], choice: ReferenceChoice = {}): Plot {
  return plot(
    matchingSpec(analyses, choice),
    () => [textOf(analyses), ...(choice.reference ? [referenceText([])] : [])].join('\n'),
    () => matchCsv(analyses),
  )
}

export function matchingSpec(
  analyses: readonly Analysis[],
  { reference = false }: ReferenceChoice = {},
): PlotSpec {
  const series = captioned(analyses)
  const rows = matchRows(analyses).filter(({ barrier }) => barrier !== undefined)
  const { threshold, margin } = analyses[0]!
  const bars = spreadCaption(series, 'error bars', rows)
  return figure({
    name: 'matching',
    title: `Stable against matching, ${networkCaption(series)}`,
    subtitle: [
      `${bars}; dotted: ${threshold} points, stable to the left, and -${margin} points, matching above`,
      linesCaption(analyses),
      deviationsCaption(series),
      // The papers give verdicts for these networks, and no pairs of numbers.
      reference ? referenceCaption([]) : undefined,
    ],
    data: rows,
    panels: [matchingPanel(analyses, rows)],
    height: 320,
  })
}

function matchingPanel(analyses: readonly Analysis[], rows: readonly MatchRow[]): Panel {
  const names = seriesNames(captioned(analyses))
  const labels = remainingLabels(analyses).filter((label) =>
    rows.some(({ remaining }) => remaining === label),
  )
  const { threshold, margin } = analyses[0]!
  const xDomain = [0, 1.08 * Math.max(1.25 * threshold, ...rows.map(({ barrierHigh }) => barrierHigh!))]
  const yDomain = differenceDomain(rows, margin)
  const x = {
    type: 'quantitative',
    title: 'Height of the test error barrier (points)',
    scale: { domain: xDomain, nice: false },
  }
  const y = {
    type: 'quantitative',
    title: 'Accuracy beside full network (points)',
    scale: { domain: yDomain, nice: false, zero: false },
    axis: { format: '+.2~f' },
  }
  const shapes = Object.fromEntries(names.map((name, index) => [name, cycled(seriesShapes, index)]))
  const bars = { transform: [{ filter: 'datum.replicates > 1' }] }
  const points = {
    encoding: {
      color: densityColor(labels, labels.length > 1 ? { symbolType: 'circle', symbolSize: 60 } : null),
    },
    layer: [
      {
        ...bars,
        mark: { type: 'rule', strokeWidth: 1.2, opacity: 0.6 },
        encoding: {
          x: { ...x, field: 'barrier' },
          y: { ...y, field: 'differenceLow' },
          y2: { field: 'differenceHigh' },
        },
      },
      {
        ...bars,
        mark: { type: 'rule', strokeWidth: 1.2, opacity: 0.6 },
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
                shape: {
                  field: 'series',
                  type: 'nominal',
                  title: null,
                  sort: null,
                  scale: { domain: names, range: names.map((name) => shapes[name]!) },
                  legend: { symbolSize: 60, symbolFillColor: '#7f7f7f', symbolStrokeColor: '#7f7f7f' },
                },
              }
            : {}),
          tooltip,
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 7, dy: -7, fontSize: 10 },
        encoding: {
          x: { ...x, field: 'barrier' },
          y: { ...y, field: 'difference' },
          text: { field: 'k', type: 'nominal' },
        },
      },
    ],
  }
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
      points,
    ],
  } as Panel
  const middle = (yDomain[0] + yDomain[1]) / 2
  return rows.length > 0
    ? panel
    : withNotice(panel, xDomain[1]! / 2, middle, 'No subnetwork has been compared yet')
}

const tooltip = [
  { field: 'series', title: 'Series', type: 'nominal' },
  { field: 'remaining', title: 'Weights remaining', type: 'nominal' },
  number('step', 'Rewound to step k', ',d'),
  number('barrier', 'Barrier (points), mean', '.2f'),
  { field: 'verdict', title: 'Stability', type: 'nominal' },
  number('difference', 'Accuracy beside full network (points), mean', '+.2f'),
  number('differenceLow', 'Minimum', '+.2f'),
  number('differenceHigh', 'Maximum', '+.2f'),
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
