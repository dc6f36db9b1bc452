import type { WeightsPlan } from '../../experiments/steps'
import type { Spread } from '../../experiments/view'
import { spreadText } from '../../report/words/verdicts'
import { NetworkWeights } from './weights'
import type { Workshop } from './workshop'

/** What an alignment has found, over the replicates. */
export interface AlignmentFigures {
  /** L2 distance to the other network before, over all trained parameters. */
  readonly before: Spread
  /** L2 distance to the other network after. */
  readonly after: Spread
  /** Units and channels whose place is another now. */
  readonly moved: Spread
  /** Units and channels that could have another place. */
  readonly units: number
}

/** Weights of networks whose units are in the order in which they are most like another network. They compute the same as before. */
export class AlignedNetwork extends NetworkWeights implements AlignmentFigures {
  /** L2 distance to the other network as its units were, over all trained parameters and the replicates. */
  readonly before: Spread
  /** L2 distance to the other network as they are now. */
  readonly after: Spread
  /** Units and channels whose place is another now. */
  readonly moved: Spread
  /** Units and channels that could have another place. */
  readonly units: number

  constructor(described: WeightsPlan, figures: AlignmentFigures, workshop: Workshop) {
    super(described, workshop)
    this.before = figures.before
    this.after = figures.after
    this.moved = figures.moved
    this.units = figures.units
  }

  override toString(): string {
    const { before, after, moved, units } = this
    return (
      `${super.toString()}: L2 distance ${spreadText(after, 2)}, before ${spreadText(before, 2)}; ` +
      `${spreadText(moved, 0)} of ${units} units moved`
    )
  }
}
