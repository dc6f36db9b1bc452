import type { Digest } from '../tasks/tasks'
import { stepsOf } from '../tasks/digest'
import type { TaskNode } from './task-nodes'

/**
 * The tasks that some runs wait for. What needs what is kept beside them, and what is ready is kept in order, so that a
 * task that ends costs as much in a graph of ten thousand as in one of ten.
 */
export interface NodeGraph {
  get(digest: Digest): TaskNode | undefined
  has(digest: Digest): boolean
  add(node: TaskNode): void
  delete(node: TaskNode): void
  /** The tasks that need the result of this one. */
  dependentsOf(digest: Digest): readonly TaskNode[]
  /** Those that other processes compute. */
  elsewhere(): readonly TaskNode[]
  setElsewhere(node: TaskNode): void
  setReady(node: TaskNode): void
  /** All that are ready, in no particular order. */
  ready(): readonly TaskNode[]
  /**
   * The ready task to run next: the one with the longest chain behind it, so that all chains end at the same time and
   * replicates advance evenly; the first of equals.
   */
  next(): TaskNode | undefined
  /** Sets the heights of all tasks, once more of them are there. */
  measure(): void
}

export function createNodeGraph(): NodeGraph {
  const nodes = new Map<Digest, TaskNode>()
  const dependents = new Map<Digest, Set<TaskNode>>()
  const elsewhere = new Set<TaskNode>()
  /** The last is next. May have some that are no longer ready. */
  let queue: TaskNode[] = []
  let entered = 0

  const isReady = (node: TaskNode) => node.state === 'ready' && nodes.get(node.digest) === node

  /** Where a node belongs in the queue. */
  function placeOf(node: TaskNode): number {
    let low = 0
    let high = queue.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(queue[middle]!, node)) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    get: (digest) => nodes.get(digest),
    has: (digest) => nodes.has(digest),

    add(node) {
      if (nodes.get(node.digest) === node) return
      node.entered = entered++
      nodes.set(node.digest, node)
      for (const input of node.inputs) {
        const others = dependents.get(input)
        if (others) others.add(node)
        else dependents.set(input, new Set([node]))
      }
    },

    delete(node) {
      if (nodes.get(node.digest) === node) nodes.delete(node.digest)
      elsewhere.delete(node)
      for (const input of node.inputs) {
        const others = dependents.get(input)
        others?.delete(node)
        if (others?.size === 0) dependents.delete(input)
      }
    },

    dependentsOf: (digest) => [...(dependents.get(digest) ?? [])],
    elsewhere: () => [...elsewhere],

    setElsewhere(node) {
      node.state = 'elsewhere'
      if (nodes.get(node.digest) === node) elsewhere.add(node)
    },

    setReady(node) {
      node.state = 'ready'
      elsewhere.delete(node)
      queue.splice(placeOf(node), 0, node)
    },

    ready: () => queue.filter(isReady),

    next() {
      while (queue.length > 0 && !isReady(queue.at(-1)!)) queue.pop()
      return queue.at(-1)
    },

    measure() {
      measureHeights(nodes, dependents)
      queue = queue.filter(isReady).sort((one, other) => (isBefore(one, other) ? 1 : -1))
    },
  }
}

function isBefore(one: TaskNode, other: TaskNode): boolean {
  return one.height === other.height ? one.entered < other.entered : one.height > other.height
}

/** A chain may be as long as the graph, so this is no recursion. */
function measureHeights(
  nodes: ReadonlyMap<Digest, TaskNode>,
  dependents: ReadonlyMap<Digest, ReadonlySet<TaskNode>>,
): void {
  const measured = new Set<TaskNode>()
  for (const root of nodes.values()) {
    const stack = [root]
    for (let node = stack.at(-1); node; node = stack.at(-1)) {
      const behind = [...(dependents.get(node.digest) ?? [])]
      const missing = measured.has(node) ? [] : behind.filter((other) => !measured.has(other))
      if (missing.length > 0) {
        stack.push(...missing)
        continue
      }
      stack.pop()
      if (measured.has(node)) continue
      measured.add(node)
      // Tasks without steps count a little, so that they come before what waits for them.
      node.height = behind.reduce((most, { height }) => Math.max(most, height), 0) + stepsOf(node.task) + 1
    }
  }
}
