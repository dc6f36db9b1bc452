import type { Digest } from './tasks'
import type { MetricsRow } from './recipe'
import type { Failure } from '../support/errors'

/** What a trainer does that makes no step. */
export type Phase = 'loading data' | 'compiling' | 'evaluating'

/** What the scheduler tells about a task, in this order: waiting, then cached | started, then the rest. */
export type TaskEvent =
  | { readonly kind: 'waiting'; readonly task: Digest }
  /** Its result was in the store, or another process computed it meanwhile. */
  | { readonly kind: 'cached'; readonly task: Digest }
  /** `where`: the machine and job of another process that computes it; absent for this one. */
  | { readonly kind: 'started'; readonly task: Digest; readonly resumedAt?: number; readonly where?: string }
  | {
      readonly kind: 'progress'
      readonly task: Digest
      readonly step: number
      readonly steps: number
      readonly stepsPerSecond: number
    }
  /** No step is made until the next `progress`. */
  | { readonly kind: 'phase'; readonly task: Digest; readonly phase: Phase }
  /** A row was appended to the metrics log. */
  | { readonly kind: 'metrics'; readonly task: Digest; readonly row: MetricsRow }
  /** The trainer died; the task is tried once more. */
  | { readonly kind: 'retried'; readonly task: Digest; readonly failure: Failure }
  | { readonly kind: 'finished'; readonly task: Digest }
  | { readonly kind: 'failed'; readonly task: Digest; readonly failure: Failure }
  | { readonly kind: 'cancelled'; readonly task: Digest }
