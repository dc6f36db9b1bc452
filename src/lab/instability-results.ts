import { barriersOf, type Barrier, type Line } from '../experiments/barriers'
import { nameOf, type Experiment, type InstabilityPlan } from '../experiments/experiment'
import type { Spread } from '../experiments/view'
import { display, type Displayable, type MimeBundle } from './host'
import { percentLabel } from './plots/captions'
import { alignedTable } from './plots/table'

/** What an instability analysis has found. Shown in a notebook as a table when it is a cell's last expression. */
export class InstabilityResults implements Displayable {
  constructor(
    readonly experiment: Experiment,
    /** Loss and error on every line, and the distances between its ends. */
    readonly lines: readonly Line[],
    /** Barrier height, in percentage points, below which a network is stable. */
    readonly threshold: number,
  ) {}

  /** Such as `instability lenet-mnist`. */
  get name(): string {
    return nameOf(this.experiment)
  }

  get plan(): InstabilityPlan {
    return this.experiment.instability!
  }

  /** A row per level and step k: barrier heights in percentage points, verdict, distances. */
  get barriers(): readonly Barrier[] {
    return barriersOf(this.lines, this.threshold)
  }

  /** The table as text. */
  text(): string {
    const { replicates } = this.experiment.setup
    const over = replicates > 1 ? `mean [min–max] over ${replicates} replicates` : '1 replicate'
    const rows = this.barriers.map((row) => [
      percentLabel(100 * row.density),
      String(row.step),
      spread(row.test, 2),
      spread(row.train, 2),
      row.verdict,
      String(row.pairs),
      spread(row.l2, 2),
      spread(row.relative, 2),
      spread(row.cosine, 3),
    ])
    const head = [
      ...['remaining', 'k', 'test barrier (points)', 'train barrier (points)', 'verdict', 'pairs'],
      ...['L2 distance', 'relative to travelled', 'cosine'],
    ]
    return [
      `${this.name}: ${over}, ${this.plan.orders} copies of each`,
      alignedTable(head, rows),
      `stable: the test barrier is under ${this.threshold} points in every replicate; unstable: in none; ` +
        'undecided otherwise',
    ].join('\n')
  }

  [display](): MimeBundle {
    return { 'text/plain': this.text() }
  }
}

function spread({ mean, minimum, maximum, count }: Spread, digits: number): string {
  const [middle, low, high] = [mean, minimum, maximum].map((value) => value.toFixed(digits))
  return count > 1 ? `${middle} [${low}–${high}]` : middle!
}
