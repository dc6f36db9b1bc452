import type { SplitName } from '../../backends/backend'
import type { Shape } from '../../support/json-shape'
import type { InterpolateFacts, PlaneFacts } from '../facts'
import type { Counts, LayerCounts } from '../kept'
import type { Digest, WeightsRef } from './inputs'

/**
 * Everything that is known of a kind of task besides how it is computed: a row of the table in `all.ts`.
 *
 * @typeParam T the description of a task
 * @typeParam F what is worth knowing about a finished one
 */
export interface TaskRow<T, F> {
  /** What the status bar and the terminal say of one that is computed. */
  readonly words: string
  /** Whether `lab.cost` counts it: nothing computes what is given. */
  readonly isCounted: boolean
  /** The tasks whose results it reads, each once or several times. */
  readonly inputs: (task: T) => readonly (Digest | undefined)[]
  /** The training steps that it takes, without those of the one that it resumes; 0 for those that train nothing. */
  readonly steps: (task: T) => number
  /** Its description without the members that only repeat a default; those of its dataset are gone already. */
  readonly withoutDefaults: (task: T) => object
  /** What computing it takes. */
  readonly takes: (task: T, around: Around) => Taken
  /** What its mask keeps, as far as its description tells, given what others keep; {@link noMask} makes none. */
  readonly keeps: (task: T, under: (mask: Digest | undefined) => Counts | undefined) => Counts | undefined
  /** By what its replicate is known; {@link noOrigin} where its description does not tell. */
  readonly origin: (task: T) => Origin
  /**
   * The mask whose level it is said to be at where it fails, none for the full network; {@link noLevel} for what says itself
   * where it belongs. `own` is the task's digest.
   */
  readonly level: (task: T, own: Digest) => { readonly under: Digest | undefined } | undefined
  /** What the facts of a finished one must look like. */
  readonly facts: Shape
  /** What a run is told of one that the store has, besides that it is there; {@link nothing} for series that show nothing of it. */
  readonly tell: (facts: F, run: Told) => void
}

/** What a task is computed amid. */
export interface Around {
  /** Examples in each split of its dataset. */
  readonly examples: Readonly<Record<SplitName, number>>
  /** Weights kept of each pruned parameter while it computes: none for the full network. */
  readonly counts: LayerCounts
  /** Bytes of a file of all its weights of which so many are kept. */
  readonly weights: (kept: LayerCounts) => number
  /** Weights that a mask keeps; an estimate where layers are ranked together. */
  readonly countsOf: (mask: Digest) => LayerCounts
}

/** What is taken; 0 of what is not said. */
export interface Taken {
  /** Steps that cost as much as those of a training. */
  readonly steps?: number
  /** Examples evaluated. */
  readonly evaluated?: number
  /** Bytes of its files besides its description and result.json. */
  readonly bytes?: number
}

/** Where weights are from: a draw with a seed, or others, and the order of examples that they are for, if it is known. */
export type Origin =
  { readonly seed: number } | { readonly start: WeightsRef; readonly orderSeed?: number } | undefined

/** What a run can be told of a result. */
export interface Told {
  /** There is a metrics log. */
  metrics(): void
  /** Weights that a mask keeps, by parameter. */
  kept(kept: LayerCounts): void
  line(facts: InterpolateFacts): void
  plane(facts: PlaneFacts): void
}

/** Trains nothing. */
export const noSteps = (): number => 0
/** Makes no mask. */
export const noMask = (): undefined => undefined
/** Makes no weights that trainings begin with, or such that nothing is known of. */
export const noOrigin = (): undefined => undefined
/** Is at no level of pruning, or at one that the plan of its experiment names. */
export const noLevel = (): undefined => undefined
/** Has no members that repeat a default. */
export const asItIs = (task: object): object => task
/** There is nothing to tell, or no more to find. */
export const nothing = (): void => undefined
/** Facts that are no more than that it is finished. */
export const anything: Shape = () => true
