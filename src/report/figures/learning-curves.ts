import { percentLabel } from '../../support/quantities'
import { ascending } from '../../support/ascending'
import type { Series } from '../../experiments/series'
import { TicketLabError } from '../../support/errors'
import { collapseCaption, deviationsCaption, networkCaption, spreadCaption } from './captions'
import type { BarsChoice } from './bars'
import { curveRows, seriesNames, stepsTogether } from './data'
import { type Panel, type PlotSpec, figure, paddedDomain } from './figure'
import { plainLegend } from './legend'
import { barTooltip, curveInBand, densityColor, number, panelTitle, seriesDashes } from './marks'
import { withNotice } from './panels'

/** How `lab.plot.learningCurves` draws. */
export interface LearningCurvesOptions extends BarsChoice {
  /** The levels drawn; by default five, spread evenly from the dense network to the sparsest. */
  readonly levels?: readonly number[]
  /** Lowest test accuracy shown, in percent; by default chosen so that the curves' differences can be seen. */
  readonly from?: number
}

/** What is shown while a training goes on. */
export interface LiveCurves {
  /** Such as `full network lenet-mnist`. */
  readonly title: string
  /** Such as `1,200 steps/s, 40 s left`. */
  readonly progress?: string | undefined
  /** The step at which it ends, so that the axis stands still. */
  readonly last: number
}

/**
 * Test accuracy against the training step, one line for each level, coloured from dense to sparse: the mean over replicates,
 * in a band, by default from minimum to maximum (L1, figure 3), and over neighbouring steps where too many are recorded to be drawn. A ticket
 * and a control differ in their dashes; where dashes do not tell series apart, each has a panel of its own.
 *
 * @throws TicketLabError `bad-input` for a level that no series has.
 */
export function learningCurvesSpec(
  series: readonly Series[],
  options: LearningCurvesOptions = {},
  live?: LiveCurves,
): PlotSpec {
  const { bars = 'range' } = options
  const levels = chosenLevels(series, options.levels)
  const names = seriesNames(series)
  const together = stepsTogether(series, levels)
  const rows = curveRows(series, levels, bars, together).map((row) => ({
    ...row,
    remaining: percentLabel(row.percent),
  }))
  const labels = [
    ...new Map([...rows].sort((a, b) => b.percent - a.percent).map((row) => [row.remaining, row])).keys(),
  ]
  const lastStep = Math.max(1, live?.last ?? 0, ...series.flatMap((one) => lastSteps(one, levels)))
  const yDomain = accuracyDomain(rows, options.from)
  const y = {
    type: 'quantitative',
    title: 'Test accuracy (%)',
    scale: { domain: yDomain, zero: false, nice: false },
  }
  const apart = new Set(series.map(({ role }) => role)).size < series.length
  const panel = {
    encoding: {
      x: {
        field: 'step',
        type: 'quantitative',
        title: 'Training iteration',
        scale: { domain: [0, lastStep], nice: false },
        axis: { grid: false },
      },
      color: densityColor(
        labels,
        apart ? plainLegend : { ...plainLegend, orient: 'right', direction: 'vertical' },
      ),
      detail: { field: 'series', type: 'nominal' },
    },
    layer: curveInBand(
      y,
      { field: 'accuracy', low: 'accuracyLow', high: 'accuracyHigh' },
      {
        filter: 'datum.replicates > 1',
        dash: apart ? {} : seriesDashes(series),
        tooltip: [
          { field: 'series', title: 'Series', type: 'nominal' },
          number('percent', 'Weights remaining (%)', '.3~r'),
          number('level', 'Level', 'd'),
          number('step', 'Iteration', ',d'),
          number('accuracy', 'Test accuracy (%), mean', '.2f'),
          ...barTooltip('accuracyLow', 'accuracyHigh', '.2f', bars),
          number('replicates', 'Replicates', 'd'),
        ],
      },
    ),
  } as Panel
  const empty = withNotice(panel, lastStep / 2, (yDomain[0] + yDomain[1]) / 2)
  return figure({
    name: 'learning-curves',
    title: live?.title ?? `Learning curves of ${networkCaption(series)} by percent of weights remaining`,
    subtitle: [
      live?.progress,
      spreadCaption(series, 'band', rows, bars),
      together > 1 ? `each point: mean of ${together} recorded steps` : undefined,
      deviationsCaption(series),
      collapseCaption(series),
    ],
    data: rows,
    panels: apart ? names.map((name) => panelOf(name, panel)) : [rows.length > 0 ? panel : empty],
    height: apart ? 240 : 320,
  })
}

function lastSteps({ points }: Series, levels: readonly number[]): number[] {
  return points.filter(({ level }) => levels.includes(level)).map(({ curve }) => curve.at(-1)?.step ?? 0)
}

/** The panel of one series. */
function panelOf(name: string, panel: Panel): Panel {
  return {
    title: panelTitle(name),
    transform: [{ filter: `datum.series === ${JSON.stringify(name)}` }],
    ...panel,
  }
}

/** The levels asked for, checked, or at most five spread evenly over those there are; ascending. */
export function chosenLevels(series: readonly Series[], asked?: readonly number[]): number[] {
  const there = ascending(series.flatMap(({ points }) => points.map(({ level }) => level)))
  if (asked === undefined) {
    const count = Math.min(5, there.length)
    return Array.from(
      { length: count },
      (_, index) => there[Math.round((index * (there.length - 1)) / Math.max(1, count - 1))]!,
    )
  }
  const missing = asked.filter((level) => !there.includes(level))
  if (missing.length > 0) {
    throw new TicketLabError(
      'bad-input',
      `There ${missing.length === 1 ? 'is no level' : 'are no levels'} ${missing.join(', ')}. ` +
        (there.length === 0
          ? 'Nothing has been trained yet.'
          : `Choose \`levels\` from ${there.join(', ')}: level 0 is the full network.`),
    )
  }
  return ascending(asked)
}

/**
 * The first steps of training, far below the rest, would press the differences between levels into a few
 * pixels. So the axis begins where the curves are after a quarter of the training; what is below is cut off.
 */
function accuracyDomain(
  rows: readonly { readonly step: number; readonly accuracyLow: number; readonly accuracyHigh: number }[],
  from: number | undefined,
): [number, number] {
  const last = Math.max(0, ...rows.map(({ step }) => step))
  const shown = rows.filter(({ step }) => step >= last / 4)
  const [low, high] = paddedDomain(
    shown.flatMap(({ accuracyLow, accuracyHigh }) => [accuracyLow, accuracyHigh]),
    1,
    100,
  )
  return from === undefined ? [low, high] : [from, Math.max(high, Math.min(100, from + 1))]
}
