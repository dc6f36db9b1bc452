import type { Failure } from '../support/errors'
import type { Digest } from '../tasks/tasks'
import type { TaskEvent } from '../tasks/events'
import type { NodeRun, TaskNode } from './task-nodes'

export interface RunOptions {
  /** Told what happens to each task; must be quick. */
  readonly onEvent?: (event: TaskEvent) => void
  /** Cancels the run: its trainings stop within half a second, leaving checkpoints. */
  readonly signal?: AbortSignal
  /** Computes nothing here: what other processes do with the tasks is told while they do it. */
  readonly follow?: boolean
}

/** How a run ended. */
export type RunOutcome =
  /** All `tasks` are in the store; `cached` of them were there before or came from other processes. */
  | { readonly kind: 'finished'; readonly tasks: number; readonly cached: number }
  /** Some failed; all others that could be computed are in the store. */
  | { readonly kind: 'failed'; readonly failures: readonly TaskFailure[] }
  | { readonly kind: 'cancelled' }

export interface TaskFailure {
  /** Absent when nothing could be run at all. */
  readonly task?: Digest
  readonly failure: Failure
  /** The task that this one needs and that failed; absent for a failure of its own. */
  readonly cause?: Digest
}

/** A run of a graph of tasks. */
export interface Run extends NodeRun {
  readonly outcome: Promise<RunOutcome>
  /** Says which tasks the run waits for. */
  expect(nodes: readonly TaskNode[]): void
  isOver(): boolean
  /** Ends the run before anything of it was started. */
  fail(failure: Failure): void
  cancel(): void
}

/** @param abandon called for each task that no run waits for any more */
export function createRun(
  { onEvent, signal, follow = false }: RunOptions,
  abandon: (node: TaskNode) => void,
  log: (level: 'error', message: string) => void,
): Run {
  const open = new Set<TaskNode>()
  const failures: TaskFailure[] = []
  let tasks = 0
  let cached = 0
  let over = false
  let resolve!: (outcome: RunOutcome) => void
  const outcome = new Promise<RunOutcome>((done) => (resolve = done))

  function end(result: RunOutcome): void {
    if (over) return
    over = true
    signal?.removeEventListener('abort', cancel)
    const left = [...open]
    open.clear()
    for (const node of left) {
      node.runs.delete(run)
      if (node.runs.size === 0) abandon(node)
    }
    // A cancelled run is over when nothing of it runs any more.
    void Promise.all(left.map(async ({ runs, ended }) => (runs.size === 0 ? ended : undefined))).then(() =>
      resolve(result),
    )
  }

  function cancel(): void {
    // Also those that others still wait for: this run hears no more of them.
    for (const { digest } of [...open]) run.emit({ kind: 'cancelled', task: digest })
    end({ kind: 'cancelled' })
  }

  const run: Run = {
    outcome,
    follows: follow,
    cancel,
    isOver: () => over,
    fail: (failure) => end({ kind: 'failed', failures: [{ failure }] }),

    expect(nodes) {
      tasks = nodes.length
      for (const node of nodes) open.add(node)
      if (signal?.aborted) end({ kind: 'cancelled' })
      else if (tasks === 0) end({ kind: 'finished', tasks, cached })
      else signal?.addEventListener('abort', cancel, { once: true })
    },

    emit(event) {
      if (over) return
      try {
        onEvent?.(event)
      } catch (error) {
        // A fault of the listener must not stop other people's tasks.
        log(
          'error',
          `A listener failed on '${event.kind}': ${error instanceof Error ? error.stack : String(error)}`,
        )
      }
    },

    settled(node, ending) {
      if (!open.delete(node)) return
      node.runs.delete(run)
      if (ending.kind === 'cached') cached++
      if (ending.kind === 'failed') {
        const { failure, cause } = ending
        failures.push({ task: node.digest, failure, ...(cause ? { cause } : {}) })
      }
      if (open.size > 0) return
      end(
        failures.length > 0
          ? { kind: 'failed', failures: rootsFirst(failures) }
          : { kind: 'finished', tasks, cached },
      )
    },
  }
  return run
}

function rootsFirst(failures: readonly TaskFailure[]): readonly TaskFailure[] {
  return [...failures.filter(({ cause }) => !cause), ...failures.filter(({ cause }) => cause)]
}
