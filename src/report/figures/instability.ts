import { percentLabel } from '../../support/quantities'
import type { Series } from '../../experiments/series'
import { ascending } from '../../support/ascending'
import { nameOf } from '../../experiments/experiment'
import type { Bars, BarsChoice } from './bars'
import { deviationsCaption, networkCaption, spreadCaption } from './captions'
import { seriesNames } from './data'
import { figure, type PlotSpec } from './figure'
import type { Analysis } from '../../experiments/analysis'
import {
  barrierCsv,
  barrierRows,
  captioned,
  lineCsv,
  lineRows,
  percentOf,
  remainingLabels,
  splits,
  type BarrierRow,
  type LineRow,
} from './line-data'
import { barrierDomain, barrierPanel } from './barrier-panel'
import { errorDomain, linePanel } from './line-panels'
import type { Live } from './live'
import { lineNote } from '../words/verdicts'
import { plot, type Plot } from './plot'
import { watchPanel, withWatched } from './watch-panel'
import { onsetRows, referenceCaption, referenceText, type OnsetRow, type ReferenceChoice } from './reference'

/** What is drawn, and its table. */
export type DrawnAnalysis = Analysis & { text(): string }

/**
 * Error on the line between two trained copies of a network (Frankle et al. 2020, figures 2 and 3): a panel each for
 * train and test error of every level, a colour for each step k.
 */
export function linePlot(analyses: readonly DrawnAnalysis[]): Plot {
  return plot(
    lineSpec(analyses),
    () => textOf(analyses),
    () => lineCsv(analyses),
  )
}

/** Barrier height on test and train against the step k, a colour for each density (Frankle et al. 2020, figures 3 and 5). */
export function instabilityPlot(
  analyses: readonly DrawnAnalysis[],
  choice: ReferenceChoice & BarsChoice = {},
): Plot {
  return plot(
    instabilitySpec(analyses, choice),
    () => {
      const onsets = choice.reference ? referenceText(onsetsOf(analyses)) : undefined
      return [textOf(analyses), ...(onsets === undefined ? [] : [onsets])].join('\n')
    },
    () => barrierCsv(analyses),
  )
}

/** Error on the line between two networks, while it is evaluated and after. */
export function barrierPlot(barrier: DrawnAnalysis, { progress }: Live): Plot {
  return plot(
    lineSpec([barrier], progress),
    () => barrier.text(),
    () => lineCsv([barrier]),
  )
}

/** What grows while an analysis runs. */
export function liveInstabilityPlot(analysis: DrawnAnalysis, live: Live): Plot {
  return plot(
    liveInstabilitySpec(analysis, live),
    () => withWatched(analysis.text(), live.watched),
    () => barrierCsv([analysis]),
  )
}

export function lineSpec(analyses: readonly Analysis[], progress?: string): PlotSpec {
  const series = captioned(analyses)
  const names = seriesNames(series)
  const rows = lineRows(analyses)
  const common = { rows, steps: stepsOf(analyses), yDomain: errorDomain(rows) }
  const shown = analyses.flatMap((analysis, index) =>
    analysis.plan.levels.map((level) => {
      const name = names[index]!
      return { series: name, level, title: networkTitle(analysis, level, name, analyses.length > 1) }
    }),
  )
  const panels = shown.flatMap(({ series: name, level, title }) =>
    splits.map((split) =>
      linePanel({
        ...common,
        only: { series: name, split, level },
        title: `${splitTitles[split]}: ${title}`,
      }),
    ),
  )
  return figure({
    name: 'line',
    title: lineTitle(analyses, series),
    subtitle: [progress, bandCaption(analyses, rows), linesCaption(analyses), deviationsCaption(series)],
    data: rows,
    panels,
    height: 240,
  })
}

function lineTitle(analyses: readonly Analysis[], series: readonly Series[]): string {
  const [first] = analyses
  return analyses.length === 1 && first?.experiment.kind === 'barrier'
    ? nameOf(first.experiment)
    : `Error on the line between copies of ${networkCaption(series)}`
}

/** What a panel calls the network of a level; with the name of the series where there are several. */
function networkTitle(analysis: Analysis, level: number, name: string, several: boolean): string {
  if (analysis.experiment.kind === 'barrier') return `${percentLabel(percentOf(analysis, level))} of weights`
  if (level > 0) return `${name}, ${percentLabel(percentOf(analysis, level))} of weights`
  if (!several) return 'full network'
  return analysis.plan.levels.every((one) => one === 0) ? name : `${name}, full network`
}

export function instabilitySpec(
  analyses: readonly Analysis[],
  { reference = false, bars = 'range' }: ReferenceChoice & BarsChoice = {},
): PlotSpec {
  const series = captioned(analyses)
  const rows = barrierRows(analyses, bars)
  const threshold = analyses[0]!.threshold
  const onsets = reference ? onsetsOf(analyses) : []
  const common = {
    series,
    rows,
    labels: remainingLabels(analyses),
    steps: ascending([...stepsOf(analyses), ...onsets.map(({ step }) => step)]),
    threshold,
    bars,
    yDomain: barrierDomain(rows, threshold),
  }
  return figure({
    name: 'instability',
    title: `Instability of ${networkCaption(series)}`,
    subtitle: [
      barsCaption(analyses, rows, bars),
      linesCaption(analyses),
      deviationsCaption(series),
      reference
        ? referenceCaption(onsets, 'vertical dashes: published k from which networks are stable')
        : undefined,
    ],
    data: rows,
    panels: splits.map((split) =>
      // Published verdicts are about the test split.
      barrierPanel({ ...common, split, title: splitTitles[split], onsets: split === 'test' ? onsets : [] }),
    ),
    height: 280,
  })
}

/** The published k for what is shown: the full network, IMP's subnetworks, or both. */
function onsetsOf(analyses: readonly Analysis[]): readonly OnsetRow[] {
  const sparse = analyses.some(({ plan }) => plan.of === 'imp' && plan.levels.some((level) => level > 0))
  const dense = analyses.some(({ plan }) => plan.levels.includes(0))
  const shown = [...(dense ? ['full network' as const] : []), ...(sparse ? ['subnetworks' as const] : [])]
  return onsetRows(captioned(analyses), shown)
}

/** The test error on the lines of the sparsest level, and all barriers; below them the curves of what trains. */
export function liveInstabilitySpec(analysis: Analysis, { progress, watched }: Live): PlotSpec {
  const series = captioned([analysis])
  const { plan, threshold, experiment } = analysis
  const barriers = barrierRows([analysis])
  const level = Math.max(...plan.levels)
  const lines = lineRows([analysis]).filter((row) => row.level === level && row.split === 'test')
  const where = level === 0 ? 'the full network' : `level ${level}`
  return figure({
    name: 'instability',
    title: nameOf(experiment),
    subtitle: [
      progress,
      bandCaption([analysis], lines),
      barsCaption([analysis], barriers, 'range'),
      linesCaption([analysis]),
      deviationsCaption(series),
    ],
    data: [...lines, ...barriers],
    panels: [
      linePanel({
        rows: lines,
        only: {},
        steps: plan.steps,
        yDomain: errorDomain(lines),
        title: `Test error between copies of ${where}`,
      }),
      barrierPanel({
        series,
        rows: barriers,
        labels: remainingLabels([analysis]),
        split: 'test',
        steps: plan.steps,
        threshold,
        bars: 'range',
        yDomain: barrierDomain(barriers, threshold),
        title: 'Height of the test error barrier',
      }),
    ],
    height: 210,
    ownLooks: true,
    below: watched && watchPanel(watched),
  })
}

const splitTitles = { train: 'Train error', test: 'Test error' } as const

export function stepsOf(analyses: readonly Analysis[]): number[] {
  return ascending(analyses.flatMap(({ plan }) => plan.steps))
}

export function textOf(analyses: readonly DrawnAnalysis[]): string {
  return analyses.map((analysis) => analysis.text()).join('\n\n')
}

/** What the band is, and over how many pairs. */
function bandCaption(analyses: readonly Analysis[], rows: readonly LineRow[]): string {
  const counts = analyses.map(({ experiment, plan }) => {
    const pairs = (plan.orders * (plan.orders - 1)) / 2
    return experiment.setup.replicates * pairs
  })
  const most = Math.max(...counts)
  const fewer = rows.some(({ pairs, path }) => path === 'line' && pairs < Math.min(...counts))
    ? ', some still to come'
    : ''
  if (most === 1) return 'lines: 1 pair of copies'
  const over = counts.every((count) => count === most) ? String(most) : `${Math.min(...counts)}–${most}`
  return `lines: mean, band: standard deviation, over ${over} pairs of copies${fewer}`
}

/** How lines are evaluated, where that is not the usual way; named apart where analyses differ. */
export function linesCaption(analyses: readonly Analysis[]): string | undefined {
  const notes = analyses.map(({ plan }) => lineNote(plan.line))
  if (notes.every((note) => note === notes[0])) return notes[0]
  const names = seriesNames(captioned(analyses))
  return notes.flatMap((note, index) => (note === undefined ? [] : [`${names[index]!}: ${note}`])).join('; ')
}

function barsCaption(analyses: readonly Analysis[], rows: readonly BarrierRow[], drawn: Bars): string {
  const { threshold } = analyses[0]!
  const bars = spreadCaption(captioned(analyses), 'error bars', rows, drawn)
  return `${bars}; dotted: ${threshold} points, stable below`
}
