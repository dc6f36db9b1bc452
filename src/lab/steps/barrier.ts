import type { Barrier } from '../../experiments/barriers'
import type { Spread } from '../../experiments/view'
import type { Table } from '../../report/showing/table'
import { barrierText, lineNote, spreadText, stabilityNote } from '../../report/words/verdicts'
import { InstabilityResults } from '../results/instability-results'

/**
 * The line between two networks: error and loss along it, the height of its barrier and what that says. `lab.plot.line` and
 * `lab.plot.instability` draw it, too; shown as a table.
 */
export class BarrierResults extends InstabilityResults {
  /** The one row there is: heights in percentage points, verdict, distances. */
  get barrier(): Barrier {
    return this.barriers[0]!
  }

  /**
   * The highest test error on the line minus the mean of its ends, in percentage points, over the replicates (Frankle et al.
   * 2020, section 2).
   */
  get height(): Spread {
    return this.barrier.test
  }

  /** Whether the mean height is under the threshold. */
  get verdict(): Barrier['verdict'] {
    return this.barrier.verdict
  }

  override table(): Table {
    // While the line is evaluated there is none yet.
    const barrier = this.barriers.at(0)
    const travelled = barrier?.relative
    const { replicates } = this.experiment.setup
    return {
      title: `${this.name}: ${replicates > 1 ? `mean [min–max] over ${replicates} replicates` : '1 replicate'}`,
      header: [
        ...['test barrier (points)', 'train barrier (points)', 'verdict', 'L2 distance'],
        ...(travelled ? ['over travelled'] : []),
        'cosine',
      ],
      rows: barrier
        ? [
            [
              ...[spreadText(barrier.test, 2), spreadText(barrier.train, 2), barrierText(barrier)],
              spreadText(barrier.l2, 2),
              ...(travelled ? [spreadText(travelled, 2)] : []),
              spreadText(barrier.cosine, 3),
            ],
          ]
        : [],
      notes: [lineNote(this.plan.line), stabilityNote(this.threshold, this.barriers)].filter(
        (note) => note !== undefined,
      ),
    }
  }

  override toString(): string {
    return `${this.name}: ${this.height.mean.toFixed(2)} points of test error, ${this.verdict}`
  }
}
