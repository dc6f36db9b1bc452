import { countText } from '../../support/quantities'
import { resultOf } from '../../experiments/progress'
import type { Point, Series } from '../../experiments/series'
import { badInput } from '../../support/errors'
import type { Bars, BarsChoice } from './bars'
import { collapseCaption, deviationsCaption, networkCaption, spreadCaption } from './captions'
import { levelRows } from './data'
import { figure, type PlotSpec } from './figure'
import { densityPanel, measureDomain } from './panels'
import { plot, type Plot } from './plot'
import type { ReferenceChoice } from './reference'
import { levelCsv, levelTable } from './table'
import { placed, type XChoice, type XName } from './x-axis'

/** How `lab.plot.accuracy` draws. */
export interface AccuracyChoice extends ReferenceChoice, BarsChoice, XChoice {
  /**
   * A step, or several, at which accuracy is drawn; by default it is drawn at early stop and at the end. Metrics were
   * recorded every `evaluateEvery` steps.
   */
  readonly at?: number | readonly number[]
}

/**
 * Test accuracy of the same trainings at several of their steps, against the percent of weights remaining: what the
 * panels of figures 7 and 8 of Frankle & Carbin 2019 show of one training of 112,000 or 30,000 steps.
 *
 * @param steps at which metrics were recorded
 * @throws TicketLabError `bad-input` for a step at which they were not
 */
export function accuracyAtPlot(
  series: readonly Series[],
  steps: readonly number[],
  { bars = 'range', x = 'remaining' }: BarsChoice & XChoice = {},
): Plot {
  const cuts = steps.map((step) => ({ step, series: cutAt(series, step) }))
  return plot(
    accuracyAtSpec(cuts, bars, x),
    () =>
      cuts
        .map(
          (cut) =>
            `${titleOf(cut.step)}\n${levelTable(placed(levelRows(cut.series, bars), cut.series, x), ['finalAccuracy'], bars, x)}`,
        )
        .join('\n\n'),
    () => {
      const tables = cuts.map((cut) => levelCsv(cut.series))
      return tables.map((table, index) => (index === 0 ? table : table.replace(/^.*\r\n/, ''))).join('')
    },
  )
}

interface Cut {
  readonly step: number
  readonly series: readonly Series[]
}

function accuracyAtSpec(cuts: readonly Cut[], bars: Bars, x: XName): PlotSpec {
  const data = cuts.flatMap(({ step, series }) =>
    placed(levelRows(series, bars), series, x).map((row) => ({ ...row, at: step })),
  )
  const { series } = cuts[0]!
  const yDomain = measureDomain(data, ['finalAccuracy'], 1, 100)
  return figure({
    name: 'accuracy-at',
    title: `Test accuracy of ${networkCaption(series)} during training`,
    subtitle: [
      spreadCaption(series, 'error bars', data, bars),
      deviationsCaption(series),
      collapseCaption(series),
    ],
    data,
    panels: cuts.map(({ step }) => ({
      transform: [{ filter: `datum.at === ${step}` }],
      ...densityPanel({
        series,
        rows: data,
        bars,
        x,
        measure: 'finalAccuracy',
        yTitle: 'Test accuracy (%)',
        yDomain,
        title: titleOf(step),
      }),
    })),
    height: 240,
  })
}

function titleOf(step: number): string {
  return `At step ${countText(step)}`
}

/** The series as if their trainings had ended at a step. */
function cutAt(series: readonly Series[], step: number): readonly Series[] {
  return series.map((one) => ({
    ...one,
    points: one.points.map((point): Point => {
      const curve = point.curve.filter((row) => row.step <= step)
      const final = curve.at(-1)
      if (final?.step === step) return { ...point, curve, result: resultOf(curve) }
      throw badInput(
        `a step at which metrics of ${one.name} were recorded in { at: ... }, such as ${around(point, step)}`,
        step,
        'They are recorded every evaluateEvery steps of the preset, and at the end.',
      )
    }),
  }))
}

function around({ curve }: Point, step: number): string {
  const steps = curve.map((row) => row.step)
  const near = [steps.findLast((one) => one < step), steps.find((one) => one > step)]
  return near.filter((one) => one !== undefined).join(' and ')
}
