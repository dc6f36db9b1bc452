import type { BackendKey } from '../backends/backend'
import type { Optimizer } from '../backends/optimizers/all'
import type { DatasetSpec } from '../datasets/dataset'
import type { Network } from '../networks/network'
import type { Recipe } from './recipe'

/** SHA-256 of a task's canonical description, 64 hexadecimal digits. */
export type Digest = string

/** The weights that an initialize or train task left at a step. */
export interface WeightsRef {
  /** The task that left them. */
  readonly task: Digest
  /** At which of its steps. */
  readonly step: number
}

/**
 * A mask or weights that no task has made: those of a cell or of a file, which enter the graph by the hash of what they
 * are. Nothing computes them; whoever brings them along writes them into the store.
 */
export interface GivenTask {
  readonly kind: 'given'
  /** The network whose parameters they are for. */
  readonly network: Network
  /** What is given. Weights count as those of step 0. */
  readonly holds: 'mask' | 'weights'
  /** SHA-256 of names, shapes and numbers, 64 hexadecimal digits. */
  readonly content: string
  /** Weights that a mask keeps, by the name of each parameter that it prunes. */
  readonly keep?: Readonly<Record<string, number>>
}

/** Draws W_0. */
export interface InitializeTask {
  readonly kind: 'initialize'
  /** The network. */
  readonly network: Network
  /** Seed of the draw. */
  readonly seed: number
  /** Which of several independent draws under the same seed: 0, the default, for tickets, from 1 for controls. */
  readonly draw?: number
  /** The distribution of the weights; {@link usualInitializer} by default. */
  readonly init?: Initializer
  /** The scales of batch norm: 1, the default, or uniform in [0, 1). */
  readonly batchNormScale?: BatchNormScale
}

/** The distribution that initial weights have. */
export type Initializer =
  /** Normal, of variance 2 / (fan in + fan out) (Glorot & Bengio 2010). */
  | 'glorot'
  /** Normal, of variance 2 / fan in (He et al. 2015). */
  | 'kaiming-normal'
  /** Uniform, of variance 2 / fan in. */
  | 'kaiming-uniform'
  /** Rows or columns orthonormal (Saxe et al. 2014). */
  | 'orthogonal'

/** That of Frankle & Carbin (2019), fig. 2. */
export const usualInitializer: Initializer = 'glorot'

/** What the scales of batch norm begin as. */
export type BatchNormScale = 1 | 'uniform'

/** What the kept weights of a pruned network begin with in place of their own (Zhou et al. 2019, section 5). */
export type Treatment =
  /** The sizes of another draw, with the signs of their own. */
  | 'random-reinit-same-sign'
  /** Their own in another order, in each layer. */
  | 'reshuffle'
  /** The sizes of their own in another order, with the signs as they were. */
  | 'reshuffle-same-sign'
  /** The standard deviation of all weights of their layer, with signs that are drawn. */
  | 'constant'
  /** The same with the signs of their own. */
  | 'constant-same-sign'

/** That pruned weights begin with 0 which training has made smaller than they began, in magnitude. */
export type PrunedTreatment = 'zero-decreased'

/** Makes weights for a pruned network to begin with of those that it was to begin with. They count as those of the same step. */
export interface TreatTask {
  readonly kind: 'treat'
  /** The network. */
  readonly network: Network
  /** The weights that others are made of. */
  readonly weights: WeightsRef
  /** Which of them are kept. Only those, or only the others, are changed. */
  readonly mask: Digest
  /** What becomes of those. */
  readonly how: Treatment | PrunedTreatment
  /** Another draw of them at the same step, for `random-reinit-same-sign`. */
  readonly drawn?: WeightsRef
  /** What training has made of them, for `zero-decreased`. */
  readonly trained?: WeightsRef
  /** Seed of random orders and signs, for treatments that have any. */
  readonly seed?: number
}

/** Trains from the weights at `start` to step `until`, with an optimizer that keeps nothing of earlier steps. */
export interface TrainTask {
  readonly kind: 'train'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** How it is trained. */
  readonly recipe: Recipe
  /** The weights it starts from. */
  readonly start: WeightsRef
  /**
   * The step at which learning rates, the order of examples and the metrics log begin, for a network that keeps trained
   * weights and goes back (or stays) in the schedule. The optimizer counts its own steps from 0 then, which Adam's bias
   * correction goes by, as after every rewind. Absent, all begin at the step of the weights.
   */
  readonly from?: number
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** That weights which the mask prunes stay what they begin with; they are 0 where it is absent. */
  readonly frozen?: true
  /** Seed of the order in which examples are visited, and of what dropout drops. */
  readonly orderSeed: number
  /** Seed of the random changes of examples; `orderSeed` by default. */
  readonly augmentationSeed?: number
  /** The step it ends at. */
  readonly until: number
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
  /**
   * The same training up to an earlier step, whose state this one goes on from where it was kept. Says nothing of the
   * result: the bits are those of a training from `start`.
   */
  readonly resume?: WeightsRef
}

/** By what weights are ranked when a network is pruned; those of the largest value are kept. */
export type Criterion =
  /** |w| */
  | 'magnitude'
  /** Nothing: weights are drawn. */
  | 'random'
  /** -|w| (this and the next five: Zhou et al. 2019, section 4). */
  | 'small-final'
  /** |w_0|, w_0 being the weight at initialization. */
  | 'large-initial'
  /** -|w_0| */
  | 'small-initial'
  /** |w| - |w_0| */
  | 'magnitude-increase'
  /** |w - w_0| */
  | 'movement'
  /** |w| where it has the sign of w_0, 0 elsewhere. */
  | 'same-sign'
  /** w^2 over the sum of the squares of those of its layer that are no smaller (Lee et al. 2021). */
  | 'lamp'
  /** |g w|, g being the derivative of the loss (Lee et al. 2019). */
  | 'snip'
  /** w H g, H being the second derivative of the loss (Wang et al. 2020, who remove the largest of -w H g). */
  | 'grasp'
  /** |w| dR/d|w|, R being what a network of absolute weights makes of ones (Tanaka et al. 2020). */
  | 'synflow'

/** Makes a mask. The counts are exact and decided by the description, not by the weights. */
export interface PruneTask {
  readonly kind: 'prune'
  /** The network. */
  readonly network: Network
  /** What is looked at; absent for `random` and `shuffle`. */
  readonly weights?: WeightsRef
  /** W_0 of the same network, for criteria that look at it. */
  readonly initial?: WeightsRef
  /** The mask that the new one is nested in; absent at level 0. For `shuffle`, the mask that is shuffled. */
  readonly previous?: Digest
  /** By what weights are ranked; `shuffle` puts the places of a mask elsewhere. */
  readonly criterion: Criterion | 'shuffle'
  /**
   * Weights to keep, by parameter name, exactly; each parameter is ranked by itself. Parameters not named are not
   * pruned. Absent for `shuffle` and with `keepTotal`.
   */
  readonly keep?: Readonly<Record<string, number>>
  /** Weights to keep of all the parameters `among` together, exactly; how many of each follows from their ranking. */
  readonly keepTotal?: { readonly count: number; readonly among: readonly string[] }
  /** Whether a layer of which nothing is left stops the experiment, the default. */
  readonly collapse?: 'go on'
  /** Seed of random choices: `random`, `shuffle`, and ties of equal rank. */
  readonly seed: number
  /** How derivatives are taken, for criteria that need them. */
  readonly scoring?: Scoring
}

/** What scores depend on besides weights. */
export interface Scoring {
  /** Rounds of scoring and pruning, the counts falling exponentially; 1 by default. */
  readonly rounds?: number
  /** Where derivatives of the loss are taken: at the first `batches` batches of the order of `orderSeed`. */
  readonly examples?: ScoringExamples
  /** What logits are divided by before the softmax, for `grasp`; {@link graspTemperature} by default. */
  readonly temperature?: number
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/** That of the code of Wang et al. (2020): gradients are then those of nearly equal probabilities. */
export const graspTemperature = 200

/** The training examples that weights are scored by. */
export interface ScoringExamples {
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** Examples of a batch. */
  readonly batchSize: number
  /** How many batches. */
  readonly batches: number
  /** Seed of the order in which examples are visited. */
  readonly orderSeed: number
}

/** A part of a dataset. */
export type SplitName = 'train' | 'validation' | 'test'

/** Loss and accuracy of weights under a mask on one split. */
export interface EvaluateTask {
  readonly kind: 'evaluate'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** The weights that are evaluated. */
  readonly weights: WeightsRef
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** On which examples. */
  readonly split: SplitName
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/**
 * Loss and error on the straight line between two weight vectors, under one mask (Frankle et al. 2020, section 2), or on
 * a curve between them.
 */
export interface InterpolateTask {
  readonly kind: 'interpolate'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** The weights at alpha = 0 and at alpha = 1. */
  readonly ends: readonly [WeightsRef, WeightsRef]
  /** What a bend task has found: the middle of a curve, which is evaluated in place of the line. */
  readonly bend?: WeightsRef
  /** Where both ends started from: what they have travelled is measured from here. Absent where they share no start. */
  readonly origin?: WeightsRef
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** Evenly spaced points of alpha in [0, 1], both ends among them; at least 2. */
  readonly points: number
  /** On which examples. */
  readonly splits: readonly SplitName[]
  /** How many examples of a split are evaluated, the first ones of its random order; all where none is named. */
  readonly examples?: Readonly<Partial<Record<SplitName, number>>>
  /** Where the running statistics of batch norm come from; absent, always, for networks that have none. */
  readonly statistics?: LineStatistics
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/**
 * Loss and error at points of the plane through three weight vectors, under one mask (Garipov et al. 2018, appendix): at one row
 * of a grid, or at the three.
 */
export interface PlaneTask {
  readonly kind: 'plane'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** The weights that the plane goes through. */
  readonly corners: readonly [WeightsRef, WeightsRef, WeightsRef]
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** About how many points the grid has in each direction; at least 3. */
  readonly points: number
  /** How far it goes beyond the three on each side, as a part of the extent that they have. */
  readonly margin: number
  /** Which row of the grid, counted from 0, upwards; absent for the three networks themselves. */
  readonly row?: number
  /** On which examples. */
  readonly splits: readonly SplitName[]
  /** How many examples of a split are evaluated, the first ones of its random order; all where none is named. */
  readonly examples?: Readonly<Partial<Record<SplitName, number>>>
  /** Where the running statistics of batch norm come from; absent, always, for networks that have none. */
  readonly statistics?: LineStatistics
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/**
 * The statistics of batch norm at a point between two networks: interpolated as the weights are, or those of the
 * network at that point, the mean over batches of training examples.
 */
export type LineStatistics = 'interpolate' | RecomputedStatistics

/** Statistics of the network at a point itself. */
export interface RecomputedStatistics {
  /** Training examples that they are the mean over. */
  readonly examples: number
  /** Examples of a batch. */
  readonly batchSize: number
}

/**
 * Trains the middle C of a quadratic Bezier curve (1-t)^2 A + 2t(1-t) C + t^2 B between two weight vectors, from the
 * middle of the line, on the loss at a random t in each step (Garipov et al. 2018, section 3).
 */
export interface BendTask {
  readonly kind: 'bend'
  /** The network. */
  readonly network: Network
  /** The examples, and how they are split. */
  readonly dataset: DatasetSpec
  /** A and B. */
  readonly ends: readonly [WeightsRef, WeightsRef]
  /** The prune task whose mask is applied; absent for the full network. */
  readonly mask?: Digest
  /** Steps that C is trained for. */
  readonly steps: number
  /** Examples per step. */
  readonly batchSize: number
  /** The rule by which C is changed; its rate is constant for half of the steps, then falls to 0. */
  readonly optimizer: Optimizer
  /** Seed of the order of examples and of every t. */
  readonly seed: number
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/**
 * Takes the derivative of the mean loss by every trained parameter of a network under its mask, without dropout, for
 * criteria of one's own.
 */
export interface GradientsTask {
  readonly kind: 'gradients'
  /** The network. */
  readonly network: Network
  /** The weights at which it is taken. */
  readonly weights: WeightsRef
  /** The mask that is applied; absent for the full network. */
  readonly mask?: Digest
  /** The batches of which it is the mean. */
  readonly examples: ScoringExamples
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/**
 * Puts the units and channels of a network into the order in which it is most like another (Ainsworth et al. 2023, section
 * 3.2), which changes nothing of what it computes. Its mask, and the weights that it was trained from, go along.
 */
export interface AlignTask {
  readonly kind: 'align'
  /** The network of both. */
  readonly network: Network
  /** The weights whose units are put into another order. */
  readonly weights: WeightsRef
  /** What they began with, W_0, which is put into the same order; absent for initial weights. */
  readonly initial?: WeightsRef
  /** The prune task whose mask is applied, and is put into the same order; absent for the full network. */
  readonly mask?: Digest
  /** The weights that they are to be like. */
  readonly to: WeightsRef
  /** The prune task whose mask these have; absent for the full network. */
  readonly toMask?: Digest
  /** Seed of the order in which groups of units are looked at. */
  readonly seed: number
}

export type { BackendKey }

/** The step at which a training's learning rates, order of examples and metrics begin. */
export function firstStep({ from, start }: Pick<TrainTask, 'from' | 'start'>): number {
  return from ?? start.step
}

/** What computes a task, where it is a backend that does: random choices and rankings need none. */
export function backendFor(task: Task): BackendKey | undefined {
  return task.kind === 'prune' ? task.scoring?.backend : 'backend' in task ? task.backend : undefined
}

/** What a trainer computes, under the digest of its description. */
export type Task =
  | InitializeTask
  | TreatTask
  | TrainTask
  | PruneTask
  | EvaluateTask
  | InterpolateTask
  | PlaneTask
  | BendTask
  | GradientsTask
  | AlignTask
  | GivenTask
/** What a task does. */
export type TaskKind = Task['kind']
