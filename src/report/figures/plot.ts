import type { Series } from '../../experiments/series'
import { display, inLine, plotMime, type Displayable, type MimeBundle } from '../display'
import { saveCsv } from '../save-csv'
import { accuracyMeasures, accuracySpec } from './accuracy'
import type { BarsChoice } from './bars'
import { curveRows, levelRows, type Measure } from './data'
import { earlyStopSpec } from './early-stop'
import type { PlotSpec } from './figure'
import {
  type LearningCurvesOptions,
  type LiveCurves,
  chosenLevels,
  learningCurvesSpec,
} from './learning-curves'
import { type LiveOptions, liveSpec } from './live'
import { referenceRows, referenceText, type ReferenceChoice } from './reference'
import { curveCsv, curveTable, levelCsv, levelTable } from './table'
import { withWatched } from './watch-panel'
import { placed, type XChoice } from './x-axis'

/** A figure: a notebook shows it when it is a cell's last expression. */
export interface Plot extends Displayable {
  /** The Vega-Lite v5 specification, with its data inside. */
  readonly spec: PlotSpec
  /** The figure as an SVG document, dark on white. */
  svg(): Promise<string>
  /** The figures behind the plot, one line for each training (or logged step), as CSV. */
  csv(): string
  /**
   * Writes {@link csv} into a file.
   * @param file its name, relative to the notebook
   * @returns its path
   * @throws TicketLabError `bad-input` where it cannot be written, `disk-full`
   */
  saveCsv(file: string): Promise<string>
  /** The figures behind the plot as a table for reading. */
  text(): string
}

/** Test accuracy at early stop and at the end, against the percent of weights remaining. */
export function accuracyPlot(
  series: readonly Series[],
  choice: ReferenceChoice & BarsChoice & XChoice = {},
): Plot {
  return plot(
    accuracySpec(series, choice),
    () => withReferenceText(table(series, accuracyMeasures, choice), series, accuracyMeasures, choice),
    () => levelCsv(series),
  )
}

/** Iteration of minimum validation loss, against the percent of weights remaining. */
export function earlyStopPlot(series: readonly Series[], choice: ReferenceChoice & BarsChoice = {}): Plot {
  return plot(
    earlyStopSpec(series, choice),
    () => withReferenceText(table(series, ['earlyStop'], choice), series, ['earlyStop'], choice),
    () => levelCsv(series),
  )
}

/**
 * Test accuracy against the training step, for some levels.
 *
 * @param live what is shown while they grow
 * @throws TicketLabError `bad-input` for a level that no series has.
 */
export function learningCurvesPlot(
  series: readonly Series[],
  options: LearningCurvesOptions = {},
  live?: LiveCurves,
): Plot {
  const levels = chosenLevels(series, options.levels)
  return plot(
    learningCurvesSpec(series, options, live),
    () => curveTable(curveRows(series, levels, options.bars), options.bars),
    () => curveCsv(series, levels),
  )
}

/** The compact figure that grows while an experiment trains. */
export function livePlot(series: readonly Series[], options: LiveOptions): Plot {
  return plot(
    liveSpec(series, options),
    () => withWatched(levelTable(levelRows(series), ['finalAccuracy', 'earlyStop']), options.watched),
    () => levelCsv(series),
  )
}

function table(
  series: readonly Series[],
  measures: readonly Measure[],
  { bars, x }: BarsChoice & XChoice,
): string {
  return levelTable(placed(levelRows(series, bars), series, x), measures, bars, x)
}

function withReferenceText(
  table: string,
  series: readonly Series[],
  measures: readonly Measure[],
  { reference = false }: ReferenceChoice,
): string {
  if (!reference) return table
  return [table, referenceText(measures.flatMap((measure) => referenceRows(series, measure)))].join('\n')
}

/**
 * What a notebook keeps of a figure: the spec for viewers that draw it, and beside it the same figure as SVG and
 * its numbers as text, for GitHub, diffs and terminals. Vega is loaded by the first call (some 100 ms).
 */
async function plotBundle(spec: PlotSpec, text: string): Promise<MimeBundle> {
  return {
    [plotMime]: JSON.stringify(spec),
    'image/svg+xml': await svgOf(spec),
    'text/plain': text,
  }
}

/** A figure of a spec, with its numbers as text and as CSV. */
export function plot(spec: PlotSpec, text: () => string, csv: () => string): Plot {
  const drawn: Plot = {
    ...{ spec, text, csv },
    svg: () => svgOf(spec),
    saveCsv: (file) => saveCsv(file, csv()),
    [display]: () => plotBundle(spec, text()),
  }
  return inLine(drawn, () => ['Plot', titleOf(spec)].filter((part) => part !== '').join(': '))
}

function titleOf({ title }: PlotSpec): string {
  const text = typeof title === 'object' && 'text' in title ? title.text : title
  return typeof text === 'string' ? text : ''
}

async function svgOf(spec: PlotSpec): Promise<string> {
  const { renderSvg } = await import('./render')
  return renderSvg(spec)
}
