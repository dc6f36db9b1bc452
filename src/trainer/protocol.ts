import type { Failure } from '../support/errors'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest, Task, BackendKey } from '../tasks/tasks'
import type { Phase } from '../tasks/events'
import type { Facts } from '../tasks/kinds/all'
import type { FileSum } from '../store/result'
import type { Network } from '../networks/network'
import type { DatasetSpec } from '../datasets/dataset'
import type { StepOptions } from '../networks/lower'
import type { SplitName } from '../backends/backend'

/** From the scheduler's process to a trainer. One task at a time. */
export type ToTrainer =
  /** First message. Answered with `ready`. */
  | {
      readonly type: 'configure'
      readonly store: string
      readonly backends: string
      /** Milliseconds between checkpoints. */
      readonly checkpointPeriod: number
    }
  /** Answered with `started`, any number of `progress` and `metrics`, and one `ended`. */
  | { readonly type: 'run'; readonly digest: Digest; readonly task: Task }
  /** Answered with one `measured`; `cancel` ends it, too. */
  | { readonly type: 'measure'; readonly request: MeasureRequest }
  /** Ends the running task soon, keeping a checkpoint; its `ended` says so, unless it was just finished. */
  | { readonly type: 'cancel' }
  /** Ends the process once no task runs. */
  | { readonly type: 'shutdown' }

/** From a trainer. */
export type FromTrainer =
  /** `rows` are those of an earlier attempt that this one goes on from. */
  | { readonly type: 'started'; readonly resumedAt?: number; readonly rows: readonly MetricsRow[] }
  | {
      readonly type: 'progress'
      readonly step: number
      readonly steps: number
      readonly stepsPerSecond: number
    }
  /** What it does that may take long and makes no step; over with the next `progress`. */
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'metrics'; readonly row: MetricsRow }
  | { readonly type: 'ended'; readonly ending: Ending }
  | { readonly type: 'measured'; readonly found: Measured }
  | { readonly type: 'log'; readonly level: 'info' | 'warning'; readonly message: string }

/** How a task ended. */
export type Ending =
  | { readonly kind: 'finished'; readonly product: Product }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' }

/** How a measurement ended. */
export type Measured =
  | { readonly kind: 'finished'; readonly measurement: Measurement }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' }

/** What a task made: the files lie in its folder already, and the scheduler makes them visible. */
export interface Product {
  readonly facts: Facts
  readonly files: Readonly<Record<string, FileSum>>
  readonly seconds: number
}

/** What is timed: steps and evaluations of a network under masks that keep so many weights in random places. */
export interface MeasureRequest {
  readonly network: Network
  readonly dataset: DatasetSpec
  readonly recipe: StepOptions
  readonly backend: BackendKey
  /** Weights to keep by parameter, for one measurement each; nothing is pruned of those not named. */
  readonly counts: readonly Readonly<Record<string, number>>[]
}

/** How long things take on this machine, in seconds. */
export interface Measurement {
  /** Examples in each split of the dataset. */
  readonly examples: Readonly<Record<SplitName, number>>
  /** Opening backend and data, which a trainer does once. */
  readonly opening: number
  /** Drawing W_0, which takes about as long as reading or writing weights with their sums. */
  readonly drawing: number
  /** In the order of the counts. */
  readonly points: readonly { readonly step: number; readonly example: number }[]
}
