import type { Masks, Tensors } from '../support/tensor'
import type { StepProgram } from './program'

/** Everything that changes while a network trains: a checkpoint is this and nothing else. */
export interface TrainingState {
  /** Steps done so far. */
  readonly step: number
  readonly parameters: Tensors
  /** The optimizer's own tensors, such as `dense1/weights/m`; empty before the first step. */
  readonly slots: Tensors
}

/** Class indices: bytes, or two for each where there are more than 256 classes. */
export type Labels = Uint8Array | Uint16Array

/** The examples a session trains on and evaluates with, resident on the backend's side. */
export interface SessionData {
  readonly shape: readonly number[]
  readonly normalize: { readonly mean: readonly number[]; readonly deviation: readonly number[] }
  readonly splits: Readonly<Record<SplitName, { images: Uint8Array; labels: Labels; count: number }>>
}

/** What the random parts of a program follow from, for some steps. */
export interface StepNoise {
  /** The variant of every example, `[steps, batchSize]` (see `Augmentation`). */
  readonly variants?: Int32Array
  /** Seeds of dropout, `[steps]`. */
  readonly seeds?: Int32Array
}

/** A part of a dataset. */
export type SplitName = 'train' | 'validation' | 'test'

/** Sums over some examples; divide by `count`. */
export interface EvaluationSums {
  readonly loss: number
  readonly correct: number
  readonly count: number
}

/** The backends there are. */
export type BackendId = 'tensorflow' | 'wasm' | 'native'

/** Whether a backend leaves pruned weights out, so that it gets faster with sparsity and masks decide bits. */
export function computesSparsely(id: BackendId): boolean {
  return id !== 'tensorflow'
}

/** Which arithmetic computes a task; part of its digest. */
export interface BackendKey {
  /** The backend. */
  readonly id: BackendId
  /** Changes whenever the same program may give other bits. */
  readonly arithmetic: string
}

/** A backend compiles step programs and runs them. One session at a time in one process. */
export interface Backend extends BackendKey {
  open(program: StepProgram, data: SessionData): TrainingSession
}

/** A compiled training step with its data and its state. Calls are synchronous and should be short. */
export interface TrainingSession {
  /** How many examples a call of {@link evaluate} should take, so that it is short; follows from the program alone. */
  readonly block: number
  /** Sets parameters, masks (absent: nothing is pruned) and, when resuming, optimizer slots (absent: zeros). */
  load(state: TrainingState, masks: Masks): void
  /**
   * Trains one step per row of `batches`.
   * @param batches example indices into the train split, `[steps, batchSize]` row-major
   * @param learningRates one per step
   * @param noise what is random in a step besides the order of examples; needed where the program has it
   * @returns the mean training loss of each step
   */
  train(batches: Int32Array, learningRates: Float32Array, noise?: StepNoise): Float32Array
  /**
   * The mean loss of one batch of examples of the train split, without augmentation and with nothing dropped, and its
   * derivatives by every trainable parameter, at the current parameters; 0 where a mask prunes. Nothing changes.
   * @param examples `[batchSize]` indices
   */
  gradients(examples: Int32Array): { readonly loss: number; readonly gradients: Tensors }
  /**
   * Runs batches forward, as in training but without augmentation and with nothing dropped, and changes only the
   * statistics of batch norm: each is decay * itself + (1 - decay) * the batch's (see `ProgramStatistic`), with a decay for each batch.
   * @param batches `[decays.length, batchSize]`, as in {@link train}
   */
  observe(batches: Int32Array, decays: Float32Array): void
  /** Evaluates the examples `from <= i < to` of a split with the current parameters. */
  evaluate(split: SplitName, from: number, to: number): EvaluationSums
  /** The parameters of which only the surviving weights are computed with; absent where there can be none. */
  sparse?(): readonly string[]
  /** A copy of the current state. */
  state(): TrainingState
  dispose(): void
}
