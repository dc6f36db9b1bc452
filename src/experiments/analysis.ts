import type { Barrier, Line } from './barriers'
import type { Experiment, InstabilityPlan } from './experiment'
import type { Match, Trained } from './matching'

/** What an instability analysis has found, for figures and tables. */
export interface Analysis {
  /** What was asked for, and the tasks that answer it. */
  readonly experiment: Experiment
  /** Which copies of which networks were compared, and how. */
  readonly plan: InstabilityPlan
  /** Loss and error on every line, and the distances between its ends. */
  readonly lines: readonly Line[]
  /** Test accuracies at the end of training: of every copy of a subnetwork, and of the full networks. */
  readonly trained: Trained
  /** Barrier height, in percentage points, below which a network is called stable. */
  readonly threshold: number
  /** Percentage points of test accuracy that a matching subnetwork may lose to the full network. */
  readonly margin: number
  /** A row per level and step k: barrier heights in percentage points, verdict, distances. */
  readonly barriers: readonly Barrier[]
  /** A row per level of pruning and step k: test accuracy beside the full network's, and whether it is matching. */
  readonly matches: readonly Match[]
}
