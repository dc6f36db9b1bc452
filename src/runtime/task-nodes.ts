import type { Failure } from '../support/errors'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest, Task } from '../tasks/tasks'
import { inputsOf } from '../tasks/digest'
import type { TaskEvent } from '../tasks/events'

/**
 * Where a task of a scheduler is: looked up in the store; waiting for inputs; ready to run; running here; or being
 * computed by another process. Tasks that ended are no longer in the graph.
 */
export type NodeState = 'checking' | 'blocked' | 'ready' | 'running' | 'elsewhere'

/** A task that some runs wait for. */
export interface TaskNode {
  readonly digest: Digest
  readonly task: Task
  readonly inputs: readonly Digest[]
  readonly runs: Set<NodeRun>
  /** Aborted when no run wants the task any more. */
  readonly abandoned: AbortController
  state: NodeState
  /** The length, in training steps, of the longest chain of tasks that begins with this one. */
  height: number
  /** Which came first, of those of equal height. */
  entered: number
  /** What a run that joins later is told first. */
  started: TaskEvent | undefined
  readonly rows: MetricsRow[]
  /** Present while another process computes it. */
  witness?: Witness | undefined
  /** Resolves when nothing of it runs here any more; absent while nothing does. */
  ended?: Promise<void>
}

/** Tells the runs of a task what another process does with it, which only the store shows. */
export interface Witness {
  /** Looks once more. */
  look(): Promise<void>
  /** The other process gave it up, or died. */
  gone(): void
}

/** A run, as seen from its tasks. */
export interface NodeRun {
  /** Whether others compute its tasks, and it only hears of them. */
  readonly follows: boolean
  emit(event: TaskEvent): void
  settled(node: TaskNode, ending: NodeEnding): void
}

/** How a task ended for those who wait for it. */
export type NodeEnding =
  | { readonly kind: 'cached' }
  | { readonly kind: 'finished' }
  /** `cause` is the task that failed when this one could not be run for want of its result. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly cause?: Digest }

export function createNode(digest: Digest, task: Task): TaskNode {
  return {
    digest,
    task,
    inputs: inputsOf(task),
    runs: new Set(),
    abandoned: new AbortController(),
    state: 'checking',
    height: 0,
    entered: 0,
    started: undefined,
    rows: [],
  }
}

/** Whether some run wants the task computed here. */
export function isWanted({ runs }: TaskNode): boolean {
  for (const { follows } of runs) if (!follows) return true
  return false
}
