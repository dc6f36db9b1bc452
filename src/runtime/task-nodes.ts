import type { Failure } from '../support/errors'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest, Task } from '../tasks/tasks'
import { inputsOf, stepsOf } from '../tasks/digest'
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
  /** What a run that joins later is told first. */
  started: TaskEvent | undefined
  readonly rows: MetricsRow[]
  /** Resolves when nothing of it runs here any more; absent while nothing does. */
  ended?: Promise<void>
}

/** A run, as seen from its tasks. */
export interface NodeRun {
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
    started: undefined,
    rows: [],
  }
}

/** Sets the heights of all tasks of a graph. */
export function measureHeights(nodes: ReadonlyMap<Digest, TaskNode>): void {
  const dependents = new Map<Digest, TaskNode[]>()
  for (const node of nodes.values()) {
    for (const input of node.inputs) {
      const others = dependents.get(input)
      if (others) others.push(node)
      else dependents.set(input, [node])
    }
  }
  const known = new Map<TaskNode, number>()
  const measure = (node: TaskNode): number => {
    const height =
      known.get(node) ??
      // Tasks without steps count a little, so that they come before what waits for them.
      stepsOf(node.task) + 1 + Math.max(0, ...(dependents.get(node.digest) ?? []).map(measure))
    known.set(node, height)
    return height
  }
  for (const node of nodes.values()) node.height = measure(node)
}

/**
 * The ready task to run next: the one with the longest chain behind it, so that all chains end at the same time
 * and replicates advance evenly; the first of equals.
 */
export function nextReady(nodes: ReadonlyMap<Digest, TaskNode>): TaskNode | undefined {
  let best: TaskNode | undefined
  for (const node of nodes.values()) {
    if (node.state === 'ready' && (!best || node.height > best.height)) best = node
  }
  return best
}
