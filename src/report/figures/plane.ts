import type { Experiment } from '../../experiments/experiment'
import type { PlaneGrid, PlanePlan, PlaneValue } from '../../experiments/plane-plan'
import { countText } from '../../support/quantities'
import { rounded } from '../words/numbers'
import { csv } from '../words/table'
import { figure, type Panel, type PlotSpec } from './figure'
import type { Live } from './live'
import { number, panelTitle } from './marks'
import { plot, type Plot } from './plot'

/** What is drawn of a plane. */
export interface DrawnPlane {
  readonly name: string
  readonly experiment: Experiment
  readonly plan: PlanePlan
  readonly values: readonly PlaneValue[]
  readonly grids: readonly PlaneGrid[]
  text(): string
}

/** What colours say. */
export type PlaneMeasure = 'error' | 'loss'

/** What is drawn. */
export interface PlaneChoice {
  /** What colours say; `'error'` by default. Both are in the table and in the CSV. */
  readonly of?: PlaneMeasure
}

interface Cell {
  readonly panel: string
  readonly x: number
  readonly y: number
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
  readonly error: number
  readonly loss: number
}

interface Corner {
  readonly corner: string
  readonly panel: string
  readonly x: number
  readonly y: number
  readonly error: number
  readonly loss: number
}

/** Loss or error on planes, as heat maps, with the three networks; a panel for each plane, replicate and split. */
export function planePlot(
  planes: readonly DrawnPlane[],
  { of = 'error' }: PlaneChoice,
  live: Live = {},
): Plot {
  return plot(
    planeSpec(planes, of, live),
    () => planes.map((one) => one.text()).join('\n\n'),
    () =>
      csv(
        ['plane', 'replicate', 'network', 'x', 'y', 'split', 'loss', 'error'],
        planes.flatMap(({ name, values }) =>
          values.map((one) => [
            ...[name, one.replicate, one.network ?? '', one.x, one.y],
            ...[one.split, one.loss, one.error],
          ]),
        ),
      ),
  )
}

function planeSpec(planes: readonly DrawnPlane[], of: PlaneMeasure, { progress }: Live): PlotSpec {
  const panels = planes.flatMap((plane, index) => panelsOf(plane, index, planes.length > 1, of))
  const [first] = planes
  return figure({
    name: 'plane',
    title: planes.length === 1 ? first!.name : `Planes through three networks`,
    subtitle: [
      progress,
      'axes: L2 distance in weight space, at right angles',
      ...(of === 'loss' ? ['colours: logarithmic'] : []),
      ...planeNotes(first!.plan),
    ],
    data: panels.flatMap(({ cells, corners }) => [...cells, ...corners]),
    panels: panels.map(({ panel }) => panel),
    height: 300,
  })
}

/** How a plane is evaluated, where it is not on all examples, and with batch norm. */
export function planeNotes({ examples, statistics }: PlanePlan): string[] {
  const counts = Object.entries(examples).map(
    ([split, count]) => `${countText(count)} ${split === 'train' ? 'training' : split} examples`,
  )
  const told =
    statistics === undefined
      ? []
      : [
          statistics === 'interpolate'
            ? "batch norm's statistics interpolated"
            : `batch norm's statistics recomputed on ${countText(statistics.examples)} training examples`,
        ]
  return [...counts, ...told]
}

function panelsOf(plane: DrawnPlane, index: number, several: boolean, of: PlaneMeasure) {
  const { values, grids, plan, experiment } = plane
  const replicates = Array.from({ length: experiment.setup.replicates }, (_, at) => at + 1)
  return replicates.flatMap((replicate) =>
    plan.splits.map((split) => {
      const own = values.filter((one) => one.replicate === replicate && one.split === split)
      const name = `${index} ${replicate} ${split}`
      const grid = grids.find((one) => one.replicate === replicate)
      const onGrid = own.filter(({ network }) => network === undefined)
      const cells = grid ? cellsOf(onGrid, name, grid.cell) : []
      const corners = own.flatMap(({ network, x, y, error, loss }): Corner[] =>
        network === undefined
          ? []
          : [{ corner: network, panel: name, x: rounded(x), y: rounded(y), error: 100 * error, loss }],
      )
      const title = [
        `${split === 'test' ? 'Test' : 'Train'} ${of}`,
        ...(several ? [plane.name] : []),
        ...(replicates.length > 1 ? [`replicate ${replicate}`] : []),
      ].join(', ')
      return { cells, corners, panel: panelOf(name, title, grid, plan, of) }
    }),
  )
}

/** Rectangles around points. Each goes a little under the next ones: where they meet, what is behind would shine through. */
function cellsOf(
  points: DrawnPlane['values'],
  panel: string,
  [width, height]: readonly [number, number],
): readonly Cell[] {
  return points.map(({ x, y, error, loss }) => ({
    ...{ panel, x: rounded(x), y: rounded(y) },
    ...{ left: x - width / 2, right: x + 0.54 * width, bottom: y - height / 2, top: y + 0.54 * height },
    ...{ error: rounded(100 * error), loss },
  }))
}

function panelOf(
  name: string,
  title: string,
  grid: DrawnPlane['grids'][number] | undefined,
  { names }: PlanePlan,
  of: PlaneMeasure,
): Panel {
  const tooltip = [
    number('x', 'x', '.2f'),
    number('y', 'y', '.2f'),
    number('error', 'Error (%)', '.2f'),
    number('loss', 'Loss', '.4f'),
  ]
  const [x, y] = (['x', 'y'] as const).map((side) => ({
    type: 'quantitative',
    title: `${side}, towards ${names[side === 'x' ? 1 : 2]}`,
    scale: { zero: false, nice: false, ...(grid ? { domain: [...grid[side]] } : {}) },
    axis: { grid: false },
  }))
  const scale = { scheme: 'viridis', nice: false, ...(of === 'loss' ? { type: 'log' } : { zero: false }) }
  const filter = `datum.panel === ${JSON.stringify(name)}`
  const points = { transform: [{ filter: `${filter} && isValid(datum.corner)` }] }
  return {
    title: panelTitle(title),
    layer: [
      {
        transform: [{ filter: `${filter} && !isValid(datum.corner)` }],
        mark: { type: 'rect', clip: true },
        encoding: {
          x: { ...x, field: 'left' },
          x2: { field: 'right' },
          y: { ...y, field: 'bottom' },
          y2: { field: 'top' },
          color: {
            field: of,
            type: 'quantitative',
            title: of === 'error' ? 'Error (%)' : 'Loss',
            scale,
            legend: { type: 'gradient', gradientLength: 220 },
          },
          tooltip,
        },
      },
      {
        ...points,
        mark: {
          type: 'point',
          filled: true,
          size: 70,
          color: 'white',
          stroke: 'black',
          strokeWidth: 1.5,
          opacity: 1,
        },
        encoding: {
          x: { ...x, field: 'x' },
          y: { ...y, field: 'y' },
          tooltip: [{ field: 'corner', title: 'Network', type: 'nominal' }, ...tooltip],
        },
      },
      // The label twice, so that it can be read on any colour.
      ...[{ stroke: 'white', strokeWidth: 3, strokeOpacity: 0.85 }, { color: 'black' }].map((look) => ({
        ...points,
        mark: { type: 'text', dy: -12, fontSize: 11, strokeJoin: 'round', ...look },
        encoding: {
          x: { ...x, field: 'x' },
          y: { ...y, field: 'y' },
          text: { field: 'corner', type: 'nominal' },
        },
      })),
    ],
  } as unknown as Panel
}
