import type { DatasetSpec } from '../datasets/dataset'
import type { Network, PruneGroup } from '../networks/network'
import type { Recipe } from '../training/recipe'
import type { BackendKey } from '../training/tasks'

/** Everything an experiment starts from: what is trained on what and how, and how often it is repeated. */
export interface Setup {
  /** The preset's name, such as `lenet-mnist`. */
  readonly name: string
  readonly network: Network
  readonly dataset: DatasetSpec
  readonly recipe: Recipe
  /** Fraction of the remaining weights that one level of pruning removes, by group of layers. */
  readonly rates: Readonly<Partial<Record<PruneGroup, number>>>
  /**
   * Whether the smallest weights are looked for in every layer, or among all prunable layers together with one rate;
   * `layer` when absent.
   */
  readonly scope?: 'layer' | 'global'
  /** The step k whose weights W_k a pruned network is rewound to; 0 rewinds to initialization. */
  readonly rewindTo: number
  readonly replicates: number
  /** Seed of the first replicate; the next ones count up, so that one more replicate recomputes nothing. */
  readonly seed: number
  readonly backend: BackendKey
  /** What differs from the preset, such as `steps 2000 (paper: 50000)`. */
  readonly deviations: readonly string[]
}

/** The seed of a replicate, counted from 1. */
export function seedOf(setup: Setup, replicate: number): number {
  return setup.seed + replicate - 1
}
