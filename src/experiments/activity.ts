import type { BackendId } from '../backends/backend'
import { count, finite, listOf, objectOf, optional, text, type Shape } from '../support/json-shape'
import type { Phase } from '../tasks/events'

/** What is running, for the status bar and the terminal. */
export interface Activity {
  readonly runs: readonly RunActivity[]
}

export interface RunActivity {
  readonly run: number
  /** The experiment's digest; absent for what is no experiment, but needed for something. */
  readonly experiment?: string
  /** The execution of the cell that began it, where one did. */
  readonly execution?: number
  /** The experiment's name. */
  readonly name: string
  /** Tasks: of `total`, `done` are finished, `cached` of them found in the store. */
  readonly total: number
  readonly done: number
  readonly cached: number
  /** Training steps of the whole run, done (stored ones included) and in all. */
  readonly stepsDone: number
  readonly stepsTotal: number
  /** Over all trainers together. */
  readonly stepsPerSecond: number
  /** Absent until it can be estimated. */
  readonly secondsLeft?: number
  /** Something trains, and too little is known of its speed for an estimate. */
  readonly estimating?: true
  /** What all that runs does while no step is made; absent while steps are. */
  readonly phase?: Phase
  /** How much is done of the tasks that run now and do not train, as a fraction of each and on average; absent without any. */
  readonly part?: number
  /** What computes it now; absent while nothing does. */
  readonly backends?: readonly BackendId[]
  /** What runs now, such as `level 3, replicate 1`. */
  readonly running: readonly string[]
  /** The lowest and highest level being trained now. */
  readonly levels?: readonly [number, number]
  /** Where others compute it, such as `in the background`; absent for the process that tells it. */
  readonly where?: string
}

/** Whether JSON tells of a run, as far as it has to for being shown. */
export const isActivity: Shape = objectOf({
  name: text,
  total: count,
  done: count,
  cached: count,
  stepsDone: finite,
  stepsTotal: finite,
  stepsPerSecond: finite,
  secondsLeft: optional(finite),
  running: listOf(text),
  levels: optional(listOf(count)),
})
