import { nameOf, type Experiment } from '../../experiments/experiment'
import type { EvaluatedRow, PlaneGrid, PlanePlan, PlaneValue } from '../../experiments/plane-plan'
import { display, printed, type Displayable, type MimeBundle } from '../../report/display'
import { tableBundle, tableText, type Table } from '../../report/showing/table'
import { alphasOfPlane, betasOfPlane } from '../../tasks/plane-grid'
import { planeNotes } from '../../report/figures/plane'

/** The plane through three networks: loss and error on a grid around them, and of the three. `lab.plot.plane` draws it; shown as a table. */
export class PlaneResults implements Displayable {
  /** @param evaluated the rows that are known */
  constructor(
    /** What was asked for, and the tasks that found it. */
    readonly experiment: Experiment,
    private readonly evaluated: readonly EvaluatedRow[],
  ) {}

  /** Such as `plane through full network 1, full network 2, ticket lenet-mnist`. */
  get name(): string {
    return nameOf(this.experiment)
  }

  /** How it is evaluated. */
  get plan(): PlanePlan {
    return this.experiment.plane!
  }

  /** Every point of the grid, and the three networks, a row for each split. */
  get values(): readonly PlaneValue[] {
    return this.evaluated.flatMap(({ replicate, row, facts: { shape, alphas, betas, splits } }) =>
      this.plan.splits.flatMap((split) =>
        alphas.map((alpha, at): PlaneValue => {
          const { loss, error } = splits[split]!
          return {
            replicate,
            ...(row === undefined ? { network: this.plan.names[at]! } : {}),
            ...{ x: alpha * shape.width, y: betas[at]! * shape.height },
            ...{ split, loss: loss[at]!, error: error[at]! },
          }
        }),
      ),
    )
  }

  /** The extent of each replicate's grid and of its cells, in L2 distance; of replicates of which anything is known. */
  get grids(): readonly PlaneGrid[] {
    const { points, margin } = this.plan
    const betas = betasOfPlane(points, margin)
    const known = new Map(this.evaluated.map(({ replicate, facts }) => [replicate, facts.shape]))
    return [...known].map(([replicate, shape]) => {
      const across = extentOf(alphasOfPlane(shape, points, margin), shape.width)
      const up = extentOf(betas, shape.height)
      return { replicate, cell: [across.step, up.step], x: across.ends, y: up.ends }
    })
  }

  /** The three networks, a row for each, replicate and split: where they are, and the lowest values on the grid. */
  table(): Table {
    const { values } = this
    const several = this.experiment.setup.replicates > 1
    const networks = values.filter(({ network }) => network !== undefined)
    return {
      title: this.name,
      header: [
        ...['network', ...(several ? ['replicate'] : []), 'x', 'y', 'split', 'error (%)', 'loss'],
        ...['lowest error on the grid (%)', 'highest (%)'],
      ],
      rows: networks.map(({ network, replicate, x, y, split, loss, error }) => {
        const grid = values
          .filter((one) => one.network === undefined && one.replicate === replicate && one.split === split)
          .map((one) => 100 * one.error)
        return [
          ...[network!, ...(several ? [String(replicate)] : []), x.toFixed(2), y.toFixed(2), split],
          ...[(100 * error).toFixed(2), loss.toFixed(4)],
          ...[Math.min(...grid), Math.max(...grid)].map((one) => one.toFixed(2)),
        ]
      }),
      notes: planeNotes(this.plan),
    }
  }

  /** The table as text. */
  text(): string {
    return tableText(this.table())
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return tableBundle(this.table())
  }

  /** Such as `plane through a, b, c lenet-mnist: 441 points`. */
  toString(): string {
    const points = this.values.filter(
      ({ network, split }) => network === undefined && split === this.plan.splits[0],
    )
    return `${this.name}: ${points.length} points`
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

function extentOf(ticks: readonly number[], unit: number) {
  const step = (ticks[1]! - ticks[0]!) * unit
  const ends = [ticks[0]! * unit - step / 2, ticks.at(-1)! * unit + step / 2] as const
  return { step, ends }
}
