import type { DatasetSpec } from '../datasets/dataset'
import type { Network, PruneGroup } from '../networks/network'
import type { Recipe } from '../tasks/recipe'
import type { BackendKey, BatchNormScale, Criterion, Initializer, Treatment } from '../tasks/tasks'
import type { CriterionOptions } from '../training/criteria/criterion'
import type { LayerDensities } from './layer-densities'

/** Everything an experiment starts from: what is trained on what and how, and how often it is repeated. */
export interface Setup extends CriterionOptions {
  /** The preset's name, such as `lenet-mnist`. */
  readonly name: string
  /** What is trained. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** The distribution of initial weights; `glorot` when absent. */
  readonly init?: Initializer
  /** What the scales of batch norm begin as; 1 when absent. */
  readonly batchNormScale?: BatchNormScale
  /** How it is trained: steps, batches, optimizer, schedule. */
  readonly recipe: Recipe
  /** Fraction of the remaining weights that one level of pruning removes, by group of layers. */
  readonly rates: Readonly<Partial<Record<PruneGroup, number>>>
  /**
   * Whether the smallest weights are looked for in every layer, or among all prunable layers together with one rate;
   * `layer` when absent.
   */
  readonly scope?: 'layer' | 'global'
  /** How many of the weights that are kept each layer has; what its rate leaves when absent. */
  readonly densities?: LayerDensities
  /** The step k whose weights W_k a pruned network is rewound to; 0 rewinds to initialization. */
  readonly rewindTo: number
  /** Independent repetitions, each with a seed of its own. */
  readonly replicates: number
  /** Seed of the first replicate; the next ones count up, so that one more replicate recomputes nothing. */
  readonly seed: number
  /** Seed of the order of examples in the first replicate; the next ones count up. `seed` when absent. */
  readonly orderSeed?: number
  /**
   * Seed of the random changes of training images in the first replicate, the same in all trainings of a replicate; when
   * absent, they follow from the order of examples.
   */
  readonly augmentationSeed?: number
  /** That every training has an order of examples of its own, not all of a replicate the same. */
  readonly freshOrders?: true
  /** Names of layers that are not pruned although their group has a rate. */
  readonly neverPruned?: readonly string[]
  /** By what weights are ranked; `magnitude` when absent. */
  readonly criterion?: Criterion
  /** A criterion of the user's own, in place of those that have a name. */
  readonly own?: OwnCriterion
  /** Whether a layer of which pruning leaves nothing stops the experiment; it does when absent. */
  readonly collapse?: 'go on'
  /** What happens to the survivors of pruning before they are trained again; `rewind` when absent. */
  readonly afterPruning?: AfterPruning
  /** The steps that each level is trained for after pruning; with `fine-tune` only. */
  readonly fineTuneSteps?: number
  /** What becomes of kept weights at every level before they are trained again; they are those of W_k when absent. */
  readonly kept?: Treatment
  /** What pruned weights are while the others are trained again; 0 when absent. */
  readonly pruned?: Exclude<PrunedValue, 'zero'>
  /** What trains, and with which arithmetic. */
  readonly backend: BackendKey
  /** What trains networks of which a smaller share of the weights remains than `below`; absent for `backend`. */
  readonly sparse?: { readonly below: number; readonly backend: BackendKey }
  /** What tells this setup apart from others of one comparison, such as `lr 0.01`; says nothing of what is computed. */
  readonly variant?: string
  /** What differs from the preset, such as `steps 2000 (paper: 50000)`. */
  readonly deviations: readonly string[]
}

/** A function of a cell by which weights are ranked. Its masks are tasks of their own; it is told here for names only. */
export interface OwnCriterion {
  /** What plots call it. */
  readonly name: string
  /** SHA-256 of its text, which tells experiments by functions of one name apart. */
  readonly text: string
}

/**
 * What happens to the survivors of pruning (Renda, Frankle & Carbin 2020, section 2). The optimizer begins afresh in
 * each case: it remembers nothing of the training before.
 */
export type AfterPruning =
  /** Weights and learning rates go back to step k: the tickets of the papers. */
  | 'rewind'
  /** Learning rates go back to step k, weights stay as trained; at k = 0 this is training without rewinding. */
  | 'learning-rate'
  /** Nothing goes back: training goes on for `fineTuneSteps` steps, at the rate that the schedule has after its end. */
  | 'fine-tune'

/** What pruned weights are while the others are trained (Zhou et al. 2019, section 5). */
export type PrunedValue =
  /** 0. */
  | 'zero'
  /** What they begin with. */
  | 'initial'
  /** What they begin with where the training that was pruned has not made them smaller, in magnitude, and 0 elsewhere. */
  | 'initial-unless-decreased'

/** What trains a network of this density, in (0, 1]. */
export function backendOf({ backend, sparse }: Setup, density: number): BackendKey {
  return sparse && density < sparse.below ? sparse.backend : backend
}

/** The seed of a replicate, counted from 1. */
export function seedOf(setup: Setup, replicate: number): number {
  return setup.seed + replicate - 1
}

/** The seed of what is drawn for a replicate again, counted from 1: far from the seeds of other replicates. */
export function drawSeedOf(setup: Setup, replicate: number, draw: number): number {
  return seedOf(setup, replicate) + (draw - 1) * 1_000_003
}

/** The replicate that has a seed, counted from 1; `undefined` for a seed of none. */
export function replicateOf({ seed, replicates }: Setup, own: number): number | undefined {
  const replicate = own - seed + 1
  return replicate >= 1 && replicate <= replicates ? replicate : undefined
}
