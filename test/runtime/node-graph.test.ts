import { describe, expect, it } from 'vitest'
import { createNodeGraph } from '../../src/runtime/node-graph'
import { createNode, type TaskNode } from '../../src/runtime/task-nodes'
import { digestOf } from '../../src/tasks/digest'
import type { TrainTask } from '../../src/tasks/tasks'
import * as lab from './lab'

/** A chain of trainings, each from the weights of the one before, all of them after W_0. */
function chain(length: number, seed = 1): TaskNode[] {
  const nodes = [createNode(digestOf(lab.initializeTask(seed)), lab.initializeTask(seed))]
  while (nodes.length < length) {
    const task: TrainTask = lab.trainTask(nodes.at(-1)!.task, { orderSeed: nodes.length })
    nodes.push(createNode(digestOf(task), task))
  }
  return nodes
}

function graphOf(...chains: readonly (readonly TaskNode[])[]) {
  const graph = createNodeGraph()
  for (const node of chains.flat()) graph.add(node)
  graph.measure()
  return graph
}

describe('what is ready', () => {
  it('goes first where the longest chain waits behind it; of equals, what came first', () => {
    const [short, long, other] = [chain(2, 1), chain(4, 2), chain(4, 3)]
    const graph = graphOf(short, long, other)
    for (const [first] of [short, other, long]) graph.setReady(first!)
    const order: TaskNode[] = []
    for (let node = graph.next(); node; node = graph.next()) {
      node.state = 'running'
      order.push(node)
    }
    expect(order).toEqual([long[0], other[0], short[0]])
  })

  it('is put in order anew when a longer chain joins it', () => {
    const [one, two] = [chain(3, 1), chain(2, 2)]
    const graph = graphOf(one, two)
    graph.setReady(one[0]!)
    graph.setReady(two[0]!)
    expect(graph.next()).toBe(one[0])
    let last = two.at(-1)!
    for (let more = 0; more < 5; more++) {
      const task = lab.trainTask(last.task, { orderSeed: 100 + more })
      last = createNode(digestOf(task), task)
      graph.add(last)
    }
    graph.measure()
    expect(graph.next()).toBe(two[0])
  })

  it('is not what has gone, nor what others compute', () => {
    const [one, two] = [chain(2, 1), chain(2, 2)]
    const graph = graphOf(one, two)
    graph.setReady(one[0]!)
    graph.setReady(two[0]!)
    graph.delete(one[0]!)
    graph.setElsewhere(two[0]!)
    expect(graph.next()).toBeUndefined()
    expect(graph.ready()).toEqual([])
    expect(graph.elsewhere()).toEqual([two[0]])
    graph.setReady(two[0]!)
    expect(graph.next()).toBe(two[0])
    expect(graph.elsewhere()).toEqual([])
  })
})

it('knows what needs what, also once some has gone', () => {
  const nodes = chain(3)
  const [start, middle] = nodes
  const mask = lab.pruneTask(middle!.task as TrainTask, 0.5)
  const pruned = createNode(digestOf(mask), mask)
  const graph = graphOf([...nodes, pruned])
  expect(graph.dependentsOf(start!.digest)).toEqual([middle])
  expect(graph.dependentsOf(middle!.digest)).toEqual([nodes[2], pruned])
  graph.delete(pruned)
  expect(graph.dependentsOf(middle!.digest)).toEqual([nodes[2]])
})

it('a chain may be as long as the graph', () => {
  const nodes = chain(20_000)
  graphOf(nodes)
  expect(nodes[0]!.height).toBe(19_999 * (lab.recipe.steps + 1) + 1)
})
