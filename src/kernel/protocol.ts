import type { BackendChoice } from '../backends/choose'
import type { Activity, RunActivity } from '../experiments/activity'
import type { ExperimentView } from '../experiments/view'
import type { WhereChoice } from '../lab/asked/where-options'
import type { MimeBundle } from '../report/display'
import type { ErrorCode } from '../support/errors'
import type { Digest } from '../tasks/tasks'

/** Changes with every incompatible change of the messages below. */
export const protocolVersion = 7

/**
 * The file descriptor of the pipe to a kernel that is busy, which a thread of its own reads, because the main thread reads
 * nothing while a cell computes: an `!` for every `interrupt` message (signals would not do: Windows has none), and the
 * answers to questions that hold the main thread. These go the other way on it. Both are JSON, a line each.
 */
export const interruptPipe = 4

/** How debuggers know the thread of a kernel that reads it. */
export const interrupterName = 'interrupts of Ticket Lab'

/** From the extension (or the command line) to a kernel. */
export type ToKernel =
  /** First message. Answered with `ready`, or with `refused` when the versions differ. */
  | {
      readonly type: 'hello'
      readonly protocol: number
      readonly notebook: NotebookPlace
      readonly settings: KernelSettings
      /** Whether somebody answers questions; without, cells that ask fail. */
      readonly hasUser: boolean
    }
  /** Runs a cell. Answered with any number of `output` and one `done`. Cells run one after the other. */
  | {
      readonly type: 'execute'
      readonly execution: number
      readonly count: number
      readonly code: string
      /** Where debuggers are told that the code stands: an absolute path, of a file that need not exist. */
      readonly file?: string
    }
  /** Stops the running cell and drops the waiting ones, each of which gets its `done`. Variables stay. */
  | { readonly type: 'interrupt' }
  /** Cancels one run of experiments (see `Activity`); its cell ends with an error. */
  | { readonly type: 'cancel'; readonly run: number }
  /** Lets one run go on in the background. */
  | { readonly type: 'background'; readonly run: number }
  /**
   * Shows how runs go on that others compute, as the cell would that has begun them, as outputs of an execution of which there is
   * no other word; one that watches already watches these instead.
   */
  | {
      readonly type: 'watch'
      readonly execution: number
      /** Digests of their experiments. */
      readonly runs: readonly Digest[]
    }
  /** Stops that; the runs go on. */
  | { readonly type: 'unwatch'; readonly execution: number }
  /** Asks for what the cells have declared. Answered with `variables`, once the cell that computes lets it. */
  | { readonly type: 'describe'; readonly request: number }
  /** Opens the port of V8's inspector, or closes it. Answered with `inspector`. */
  | { readonly type: 'inspect'; readonly open: boolean }
  /** Answers `ask`. */
  | { readonly type: 'answer'; readonly question: number; readonly answer: Answer }
  /** The notebook has another place from now on. */
  | { readonly type: 'moved'; readonly notebook: NotebookPlace }
  | { readonly type: 'shutdown' }

/** From a kernel. */
export type FromKernel =
  | { readonly type: 'ready'; readonly protocol: number; readonly node: string; readonly pid: number }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'output'; readonly execution: number; readonly output: Output }
  | { readonly type: 'done'; readonly execution: number; readonly outcome: Outcome }
  /** What is running now; sent when it changes, at most ten times a second. */
  | { readonly type: 'activity'; readonly activity: Activity }
  /** A run has ended. */
  | { readonly type: 'ran'; readonly run: RunActivity }
  /** An experiment as the tree shows it; sent when it changes, at most twice a second. */
  | { readonly type: 'experiment'; readonly experiment: ExperimentView }
  | { readonly type: 'variables'; readonly request: number; readonly variables: readonly Variable[] }
  /** The address that a debugger attaches to, while the inspector's port is open. */
  | { readonly type: 'inspector'; readonly address: string | undefined }
  /** A cell waits for a line that somebody types. One question at a time. */
  | ({ readonly type: 'ask' } & Question)
  /** Nobody waits for the answer any more. */
  | { readonly type: 'withdraw'; readonly question: number }
  /** The answer to `shutdown`, and the last word: everything before it has been sent. */
  | { readonly type: 'left' }
  /** For the log. */
  | { readonly type: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly message: string }

/** Where a notebook is: imports are resolved from `folder`. */
export interface NotebookPlace {
  readonly name: string
  readonly folder: string
}

export interface KernelSettings {
  /** Folder of everything we keep (store, backends); see `src/support/paths.ts`. */
  readonly home: string
  /** Folder of the store. */
  readonly store: string
  /** Trainers that may run at once on this machine. */
  readonly trainers: number
  /** What trains where a preset does not say; `'auto'` by default. */
  readonly backend?: BackendChoice
  /** Where experiments are computed that do not say; `'here'` by default. */
  readonly runs?: WhereChoice
}

export interface Question {
  readonly question: number
  /** The cell that asks. */
  readonly execution: number | undefined
  /** What it has printed last on a line of its own; empty if that says nothing. */
  readonly prompt: string
}

/** A line without its end, or that no more will come. */
export type Answer = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'end' }

/** Something a cell shows. */
export type Output =
  | { readonly kind: 'stream'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** A new output, or new content for an output already shown under the same `display`. */
  | { readonly kind: 'display'; readonly display: number; readonly bundle: MimeBundle }

export type Outcome =
  | { readonly kind: 'success' }
  /** `stack` names cells as `Cell In[2], line 1`, which VS Code links. */
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string
      /** Of an expected failure of ours, which kind it is. */
      readonly code?: ErrorCode
    }
  | { readonly kind: 'interrupted' }

/** What a cell has declared, as it is now. */
export interface Variable {
  readonly name: string
  readonly isConstant: boolean
  /** Such as `number`, `Array` or the name of a class. */
  readonly type: string
  /** Its value on one line, shortened. */
  readonly text: string
}
