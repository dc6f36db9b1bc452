import { barNames, type Bars, type BarsChoice } from './bars'
import { deviationsCaption, networkCaption, spreadCaption } from './captions'
import { figure, paddedDomain, type Panel, type PlotSpec } from './figure'
import { stepsOf, textOf, type DrawnAnalysis } from './instability'
import type { Analysis } from '../../experiments/analysis'
import { captioned, remainingLabels } from './line-data'
import { middleStep, stepAxis } from './barrier-panel'
import { barTooltip, errorBars, lineIdentity, number, point } from './marks'
import { fullRows, matchCsv, matchRows, type FullRow, type MatchRow } from './match-data'
import { withNotice } from './panels'
import { plot, type Plot } from './plot'

/**
 * Test error of subnetworks at T against the step k that they were rewound to, a line for each density, in front of the
 * full network's: mean, and a band (Frankle et al. 2020, figures 6 and 9).
 */
export function subnetworkErrorPlot(analyses: readonly DrawnAnalysis[], choice: BarsChoice = {}): Plot {
  return plot(
    subnetworkErrorSpec(analyses, choice),
    () => textOf(analyses),
    () => matchCsv(analyses),
  )
}

export function subnetworkErrorSpec(
  analyses: readonly Analysis[],
  { bars = 'range' }: BarsChoice = {},
): PlotSpec {
  const series = captioned(analyses)
  const rows = matchRows(analyses, bars)
  const full = fullRows(analyses, bars)
  return figure({
    name: 'subnetwork-error',
    title: `Test error of subnetworks of ${networkCaption(series)}`,
    subtitle: [
      spreadCaption(series, 'error bars', rows, bars),
      bandCaption(full, bars),
      deviationsCaption(series),
    ],
    data: rows,
    panels: [errorPanel(analyses, rows, full, bars)],
    height: 300,
  })
}

function bandCaption(full: readonly FullRow[], bars: Bars): string | undefined {
  if (full.length === 0) return undefined
  const band = full.some(({ replicates }) => replicates > 1)
    ? `, band: ${barNames[bars].name} over replicates`
    : ''
  return `grey: the full network at the end of training${band}`
}

function errorPanel(
  analyses: readonly Analysis[],
  rows: readonly MatchRow[],
  full: readonly FullRow[],
  bars: Bars,
): Panel {
  const series = captioned(analyses)
  const labels = remainingLabels(analyses).filter((label) =>
    rows.some(({ remaining }) => remaining === label),
  )
  const identity = lineIdentity(series, labels)
  const steps = stepsOf(analyses)
  const yDomain = paddedDomain(
    [...rows, ...full].flatMap(({ errorLow, errorHigh }) => [errorLow, errorHigh]),
    0.5,
    100,
  )
  const x = { ...stepAxis(steps), title: 'Step k that subnetworks are rewound to' }
  const y = {
    type: 'quantitative' as const,
    title: 'Test error (%)',
    scale: { domain: yDomain, nice: false, zero: false },
  }
  const lines = {
    encoding: { x, ...identity.shared },
    resolve: identity.resolve,
    layer: [
      ...errorBars(y, 'errorLow', 'errorHigh'),
      {
        mark: { type: 'line', strokeWidth: 1.7, strokeJoin: 'round' },
        encoding: { y: { ...y, field: 'error' }, ...identity.line },
      },
      {
        mark: point,
        transform: identity.point.transform,
        encoding: { y: { ...y, field: 'error' }, shape: identity.point.shape, tooltip: tooltip(bars) },
      },
    ],
  }
  const panel = { layer: [...fullLayers(full, y, bars), lines] } as Panel
  const middle = (yDomain[0] + yDomain[1]) / 2
  return rows.length > 0
    ? panel
    : withNotice(panel, middleStep(steps), middle, 'No subnetwork has been trained yet')
}

/** Bands and lines as wide as the panel. */
function fullLayers(full: readonly FullRow[], y: object, bars: Bars): object[] {
  if (full.length === 0) return []
  const data = { values: [...full] }
  const shown = [
    { field: 'network', title: 'Full network', type: 'nominal' },
    number('error', 'Test error (%), mean', '.2f'),
    ...barTooltip('errorLow', 'errorHigh', '.2f', bars),
    number('replicates', 'Replicates', 'd'),
  ]
  return [
    {
      data,
      mark: { type: 'rect', color: '#7f7f7f', opacity: 0.18 },
      encoding: { y: { ...y, field: 'errorLow' }, y2: { field: 'errorHigh' }, tooltip: shown },
    },
    {
      data,
      mark: { type: 'rule', color: '#7f7f7f', strokeWidth: 1.5 },
      encoding: { y: { ...y, field: 'error' }, tooltip: shown },
    },
  ]
}

const tooltip = (bars: Bars): object[] => [
  { field: 'series', title: 'Series', type: 'nominal' },
  { field: 'remaining', title: 'Weights remaining', type: 'nominal' },
  number('step', 'Rewound to step k', ',d'),
  number('error', 'Test error (%), mean', '.2f'),
  ...barTooltip('errorLow', 'errorHigh', '.2f', bars),
  number('difference', 'Accuracy beside full network (points)', '+.2f'),
  { field: 'matching', title: 'Matching', type: 'nominal' },
  number('replicates', 'Replicates', 'd'),
]
