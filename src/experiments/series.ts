import type { MetricsRow } from '../tasks/recipe'

/**
 * One line of a plot: the results of an experiment by level and replicate. Results that are not there yet are
 * missing points, so the same type serves a plot that grows while training runs.
 */
export interface Series {
  /** Such as `tickets`, `random reinit`, `random mask`, `one-shot`. */
  readonly name: string
  /** Drawn solid for tickets and dashed for controls. */
  readonly role: 'tickets' | 'control'
  /** Name of the setup, such as `lenet-mnist`. */
  readonly network: string
  /** Replicates that were asked for. */
  readonly replicates: number
  /** Draws of a control that each replicate is the mean of; absent for one. */
  readonly draws?: number
  /** Deviations from the preset, such as `steps 2000 (paper: 50000)`; shown under the plot. */
  readonly deviations: readonly string[]
  /** What there is so far. */
  readonly points: readonly Point[]
  /** The full networks of the same replicates that have finished, whether or not they are among the points. */
  readonly full?: readonly FullNetwork[]
  /** Layers of which pruning has left nothing, in the order of levels; absent where there are none. */
  readonly empty?: readonly EmptyLayer[]
}

/** A layer of a network that was pruned to its collapse. */
export interface EmptyLayer {
  /** Its name. */
  readonly layer: string
  /** The first level at which it is empty, in any replicate. */
  readonly level: number
}

/** One training: one level of one replicate, or one of its draws. */
export interface Point {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  /** Which of several draws of a control, counted from 1; absent where there is one. */
  readonly draw?: number
  /** Fraction of prunable weights kept, in (0, 1]. */
  readonly density: number
  /** Multiplications of an example's values with weights that are left, in one forward pass. */
  readonly multiplyAdds: number
  /** The metrics log so far, in order of step. */
  readonly curve: readonly MetricsRow[]
  /** Present once the training has finished. */
  readonly result?: {
    /**
     * The row of minimum validation loss (the first of equals); absent where no examples are held out for validation.
     * Never chosen by test figures.
     */
    readonly earlyStop?: MetricsRow
    /** The row of the last step. */
    readonly final: MetricsRow
  }
}

/** The full network of a replicate, trained from initialization to T. */
export interface FullNetwork {
  /** Counted from 1. */
  readonly replicate: number
  /** Test accuracy at T, in [0, 1]. */
  readonly accuracy: number
}
