import { paddedDomain, type Panel } from './figure'
import { stepLabel, type LineRow } from './line-data'
import { densityColors } from './palette'
import { plainLegend } from './legend'
import { dashes } from './looks'
import { curveInBand, number, panelTitle } from './marks'
import { withNotice } from './panels'

/** What stands where lines will be. */
export const notice = 'No line has been evaluated yet'

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

const pathDash = {
  field: 'path',
  type: 'nominal',
  title: null,
  sort: null,
  scale: { domain: ['line', 'curve'], range: [dashes.solid, dashes.dashed] },
  legend: plainLegend,
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
    layer: curveInBand(
      y,
      { field: 'error', low: 'errorLow', high: 'errorHigh' },
      {
        filter: "datum.pairs > 1 && datum.path === 'line'",
        dash: hasCurve ? { strokeDash: pathDash } : {},
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
    ),
  } as Panel
  return rows.length > 0 ? panel : withNotice(panel, 0.5, (yDomain[0] + yDomain[1]) / 2, notice)
}

export function errorDomain(rows: readonly LineRow[]): [number, number] {
  return paddedDomain(
    rows.flatMap(({ errorLow, errorHigh }) => [errorLow, errorHigh]),
    1,
    100,
  )
}
