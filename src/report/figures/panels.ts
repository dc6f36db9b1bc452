import type { Series } from '../../experiments/series'
import type { Bars } from './bars'
import type { LevelRow, Measure } from './data'
import type { Panel } from './figure'
import { paddedDomain } from './figure'
import { barTooltip, errorBars, lineIdentity, number, panelTitle, point } from './marks'
import { referenceMark, type ReferenceRow } from './reference'
import { domainOf, ticksOf, xAxes, type PlacedRow, type XAxis, type XName } from './x-axis'

export interface DensityPanelOptions {
  readonly series: readonly Series[]
  readonly rows: readonly PlacedRow[]
  /** What the x axis shows; what remains by default. */
  readonly x?: XName
  readonly measure: Measure
  /** What error bars show; the range by default. */
  readonly bars?: Bars
  readonly yTitle: string
  /** Shared by panels that are to be compared. */
  readonly yDomain: readonly [number, number]
  /** Above the panel. */
  readonly title?: string
  /** Percentages of weights remaining that get a tick; by default those of the rows. */
  readonly percents?: readonly number[] | undefined
  /** Published values, drawn as open marks. */
  readonly references?: readonly ReferenceRow[]
}

/**
 * A measure against the percent of weights remaining, logarithmic and falling to the right as in the papers, or against
 * another measure of pruning: lines solid for tickets and dashed for controls, points, and error bars where there is
 * more than one replicate.
 */
export function densityPanel(options: DensityPanelOptions): Panel {
  const { series, rows, measure, yTitle, yDomain, title, references = [] } = options
  const axis = xAxes[options.x ?? 'remaining']
  const ticks =
    options.percents && options.percents.length > 0 ? [...options.percents] : [...ticksOf(rows, axis)]
  const identity = lineIdentity(series)
  const xDomain = domainOf([...ticks, ...references.map(({ percent }) => percent)], axis)
  const x = {
    field: axis.field,
    type: 'quantitative' as const,
    title: axis.title,
    scale: { type: 'log' as const, reverse: axis.falls, domain: [...xDomain], nice: false },
    axis: {
      values: ticks.length > 0 ? ticks : [axis.ends([])[0]],
      format: axis.format,
      labelOverlap: 'greedy' as const,
      grid: false,
    },
  }
  const y = {
    type: 'quantitative' as const,
    title: yTitle,
    scale: { domain: [...yDomain], zero: false, nice: false },
  }
  const lines = {
    ...(title === undefined ? {} : { title: panelTitle(title) }),
    encoding: { x, ...identity.shared },
    resolve: identity.resolve,
    layer: [
      ...errorBars(y, `${measure}Low`, `${measure}High`),
      {
        mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round' },
        encoding: { y: { ...y, field: measure }, ...identity.line },
      },
      {
        mark: point,
        transform: identity.point.transform,
        encoding: {
          y: { ...y, field: measure },
          shape: identity.point.shape,
          tooltip: densityTooltip(measure, options.bars ?? 'range', rows, axis),
        },
      },
    ],
  }
  const panel = (references.length > 0 ? withReferences(lines, references, x, y) : lines) as Panel
  const known = rows.filter((row) => row[measure] !== undefined).length
  if (known > 0 && known === rows.length) return panel
  if (known > 0) return { transform: [{ filter: `isValid(datum.${measure})` }], ...panel }
  return withNotice(
    panel,
    Math.sqrt(xDomain[0] * xDomain[1]),
    (yDomain[0] + yDomain[1]) / 2,
    rows.length > 0 ? noEarlyStop : undefined,
  )
}

/** Without validation examples, nothing but the test split could tell when to stop, and that steers nothing. */
const noEarlyStop = 'No examples are held out for validation: early stop is not known'

/** A panel with published values in front of its lines. */
function withReferences(
  { title, ...lines }: { readonly title?: object },
  references: readonly ReferenceRow[],
  x: object,
  y: { readonly title: string },
): object {
  const marks = {
    data: { values: [...references] },
    ...referenceMark,
    encoding: {
      x,
      y: { ...y, field: 'value' },
      tooltip: [
        { field: 'what', title: 'Published', type: 'nominal' },
        number('percent', 'Weights remaining (%)', '.3~r'),
        number('value', y.title, ',.2~f'),
        { field: 'basis', title: 'Drawn', type: 'nominal' },
        { field: 'source', title: 'Source', type: 'nominal' },
      ],
    },
  }
  return { ...(title === undefined ? {} : { title }), layer: [lines, marks] }
}

/** The y range of some measures over all rows, error bars and published values included. */
export function measureDomain(
  rows: readonly LevelRow[],
  measures: readonly Measure[],
  span: number,
  most?: number,
  references: readonly ReferenceRow[] = [],
): [number, number] {
  const values = rows.flatMap((row) =>
    measures.flatMap((measure) =>
      row[measure] === undefined ? [] : [row[measure], row[`${measure}Low`]!, row[`${measure}High`]!],
    ),
  )
  return paddedDomain([...values, ...references.map(({ value }) => value)], span, most)
}

/** A panel that has nothing to draw yet, and says so at `x` and `y` of its scales. */
export function withNotice(
  panel: Panel,
  x: number,
  y: number,
  notice = 'No training has finished yet',
): Panel {
  const { title, ...lines } = panel
  return { ...(title === undefined ? {} : { title }), layer: [lines, emptyNotice(x, y, notice)] } as Panel
}

function emptyNotice(x: number, y: number, notice: string): object {
  return {
    data: { values: [{ notice }] },
    mark: { type: 'text', fontSize: 12 },
    encoding: {
      x: { datum: x, type: 'quantitative' },
      y: { datum: y, type: 'quantitative' },
      text: { field: 'notice', type: 'nominal' },
    },
  }
}

function densityTooltip(measure: Measure, bars: Bars, rows: readonly LevelRow[], axis: XAxis): object[] {
  const stops = rows.every(({ earlyStop }) => earlyStop !== undefined)
  const format = measure === 'earlyStop' ? ',.0f' : '.2f'
  const quantity = measure === 'earlyStop' ? 'Early-stop iteration' : 'Test accuracy (%)'
  return [
    { field: 'series', title: 'Series', type: 'nominal' },
    number('percent', 'Weights remaining (%)', '.3~r'),
    ...(axis.field === 'percent' ? [] : [number(axis.field, axis.short, axis.format)]),
    number('level', 'Level', 'd'),
    number(measure, `${quantity}, mean`, format),
    ...barTooltip(`${measure}Low`, `${measure}High`, format, bars),
    number('replicates', 'Replicates', 'd'),
    ...(measure === 'earlyStop' || !stops ? [] : [number('earlyStop', 'Early-stop iteration, mean', ',.0f')]),
  ]
}
