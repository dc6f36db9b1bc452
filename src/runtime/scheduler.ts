import { join } from 'node:path'
import { TicketLabError, toFailure, type Failure } from '../support/errors'
import type { Digest, Task } from '../tasks/tasks'
import { digestOf } from '../tasks/digest'
import type { TaskEvent } from '../tasks/events'
import type { Executor, Place } from './executor'
import { createNodeGraph } from './node-graph'
import { createNode, isWanted, type NodeEnding, type TaskNode } from './task-nodes'
import { witnessOf } from './witness'
import { createLocalExecutor } from './local-executor'
import { isLocked, tryLock } from './locks/lock'
import { createRun, type Run, type RunOptions, type RunOutcome } from './run'
import { isFinished, runTask } from './run-task'
import { locksFolder } from '../store/layout'
import { readFailure } from '../store/live'
import type { Store } from '../store/store'

export interface SchedulerOptions {
  readonly store: Store
  /** The folder that backends are installed in. */
  readonly backends: string
  /** Trainers that may run at once on this machine, everybody who uses the store together. */
  readonly trainers: number
  /** Who shares these trainers, by a name of theirs; by default everybody on this machine. */
  readonly sharers?: string
  /** The bundled trainer, dist/trainer.cjs. */
  readonly trainerPath: string
  /** Milliseconds between checkpoints, which is what a killed training loses; 2000 by default. */
  readonly checkpointPeriod?: number
  /** Milliseconds that a cancelled trainer has to write its checkpoint, before it is killed; 300 by default. */
  readonly grace?: number
  readonly log?: Log
  /** Where tasks run; by default in trainers on this machine. */
  readonly executor?: Executor
}

export type Log = (level: 'info' | 'warning' | 'error', message: string) => void

/** Computes graphs of tasks, each task once, whoever asks for it. */
export interface Scheduler {
  /**
   * Computes `tasks`, the inputs of which are among them or in the store. What is in the store already costs
   * nothing; independent tasks go on when one fails. Never rejects for an expected failure.
   */
  run(tasks: readonly Task[], options?: RunOptions): Promise<RunOutcome>
  /** Cancels all runs and ends all trainers. */
  close(): Promise<void>
}

/** How often a task that another process computes is looked at. Milliseconds. */
const period = 250
/** Results that are read and compared with their sums at the same time. */
const readers = 8

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, log = () => undefined } = options
  const executor =
    options.executor ??
    createLocalExecutor({
      file: options.trainerPath,
      store: store.folder,
      backends: options.backends,
      trainers: options.trainers,
      sharers: options.sharers,
      checkpointPeriod: options.checkpointPeriod ?? 2000,
      ...(options.grace === undefined ? {} : { grace: options.grace }),
      log,
    })
  const graph = createNodeGraph()
  const runs = new Set<Run>()
  let hiring: AbortController | undefined
  let closed = false

  const lockOf = (digest: Digest) => join(locksFolder(store.folder), digest)
  let timer: NodeJS.Timeout | undefined
  let looking = false

  /** Looks elsewhere as long as there are runs, which also keeps this process from ending. */
  function keepLooking(): void {
    timer ??= setInterval(() => {
      if (looking) return
      looking = true
      void lookElsewhere().finally(() => (looking = false))
    }, period)
  }

  function stopLooking(): void {
    clearInterval(timer)
    timer = undefined
  }

  // Tasks end here, whichever way.

  function settle(node: TaskNode, ending: NodeEnding): void {
    if (graph.get(node.digest) !== node) return
    const dependents = graph.dependentsOf(node.digest)
    graph.delete(node)
    const event: TaskEvent =
      ending.kind === 'failed'
        ? { kind: 'failed', task: node.digest, failure: ending.failure }
        : { kind: ending.kind, task: node.digest }
    const waiting = [...node.runs]
    for (const run of waiting) {
      run.emit(event)
      run.settled(node, ending)
    }
    for (const other of dependents) {
      if (ending.kind === 'failed') settle(other, dependentFailure(node, ending))
      else advance(other)
    }
    dispatch()
  }

  function advance(node: TaskNode): void {
    if (node.state !== 'blocked' || node.inputs.some((input) => graph.has(input))) return
    if (isWanted(node)) graph.setReady(node)
    else graph.setElsewhere(node)
  }

  /** Nobody waits for the task any more: forgets it, and stops it if it runs. */
  function abandon(node: TaskNode): void {
    graph.delete(node)
    node.abandoned.abort()
    dispatch()
  }

  // Tasks run here.

  /** The task to run next. Those that nobody wants computed here any more are left to others. */
  function nextReady(): TaskNode | undefined {
    for (let node = graph.next(); node; node = graph.next()) {
      if (isWanted(node)) return node
      graph.setElsewhere(node)
    }
    return undefined
  }

  /** Finds places for the tasks that are ready. */
  function dispatch(): void {
    const hasWork = !closed && nextReady() !== undefined
    if (!hasWork) hiring?.abort()
    else if (!hiring) void hire()
  }

  async function hire(): Promise<void> {
    const mine = (hiring = new AbortController())
    try {
      while (nextReady() && !mine.signal.aborted) {
        void occupy(await executor.acquire(mine.signal))
      }
    } catch (error) {
      if (!mine.signal.aborted) failReady(toFailure(error))
    } finally {
      hiring = undefined
      dispatch()
    }
  }

  function failReady(failure: Failure): void {
    for (const node of graph.ready()) settle(node, { kind: 'failed', failure })
  }

  /** Runs ready tasks in a place, one after the other, until there are no more or others should have it. */
  async function occupy(place: Place): Promise<void> {
    try {
      for (let node = nextReady(); node; node = nextReady()) {
        node.state = 'running'
        node.ended = perform(node, place)
        await node.ended
        if (nextReady() && (await place.shouldYield())) break
      }
    } finally {
      await place
        .release()
        .catch((error: unknown) => log('error', `A place was not released: ${String(error)}`))
      dispatch()
    }
  }

  async function perform(node: TaskNode, place: Place): Promise<void> {
    try {
      const lock = await tryLock(lockOf(node.digest))
      if (!lock) {
        graph.setElsewhere(node)
        return
      }
      let ending: NodeEnding | undefined
      try {
        ending = await runTask(node, place, store, log)
      } finally {
        await lock.release({ forget: ending?.kind === 'finished' || ending?.kind === 'cached' })
      }
      if (ending) settle(node, ending)
    } catch (error) {
      settle(node, { kind: 'failed', failure: toFailure(error) })
    }
  }

  /** Looks at the tasks that other processes compute: how far they are, finished, failed, or given up. */
  async function lookElsewhere(): Promise<void> {
    for (const node of graph.elsewhere()) {
      try {
        await lookAt(node)
      } catch (error) {
        settle(node, { kind: 'failed', failure: toFailure(error) })
      }
    }
    dispatch()
  }

  async function lookAt(node: TaskNode): Promise<void> {
    if (await isFinished(store, node.digest)) {
      settle(node, { kind: 'cached' })
    } else if (await isLocked(lockOf(node.digest))) {
      node.witness ??= witnessOf(store.folder, node)
      await node.witness.look()
    } else {
      node.witness?.gone()
      node.witness = undefined
      if (isWanted(node)) {
        if (node.state === 'elsewhere') graph.setReady(node)
        return
      }
      const failure = await readFailure(store.folder, node.digest)
      if (failure) settle(node, { kind: 'failed', failure })
    }
  }

  // Runs begin here.

  /** The task's node, shared with the runs that want it already. */
  function enlist(run: Run, digest: Digest, task: Task): TaskNode {
    const node = graph.get(digest) ?? createNode(digest, task)
    graph.add(node)
    node.runs.add(run)
    run.emit({ kind: 'waiting', task: digest })
    if (node.started) run.emit(node.started)
    for (const row of node.rows) run.emit({ kind: 'metrics', task: digest, row })
    return node
  }

  /** Looks up what is in the store, and lets the rest go ahead. */
  async function begin(run: Run, nodes: readonly TaskNode[]): Promise<void> {
    const queue = nodes.filter(({ state }) => state === 'checking')
    const tell = (damage: string) => log('warning', damage)
    const look = async () => {
      for (let node = queue.shift(); node && !run.isOver(); node = queue.shift()) {
        if (await isFinished(store, node.digest, tell)) settle(node, { kind: 'cached' })
      }
    }
    await Promise.all(Array.from({ length: readers }, look))
    const missing = nodes.filter((node) => graph.get(node.digest) === node && node.runs.has(run))
    await checkInputs(missing)
    if (!run.follows) await executor.check(missing.map(({ task }) => task))
    graph.measure()
    for (const node of missing) {
      if (node.state === 'checking') node.state = 'blocked'
      advance(node)
    }
    dispatch()
  }

  async function checkInputs(nodes: readonly TaskNode[]): Promise<void> {
    for (const { task, inputs } of nodes) {
      for (const input of inputs) {
        if (graph.has(input) || (await store.has(input))) continue
        throw new TicketLabError(
          'bad-input',
          `A ${task.kind} task needs the result of task ${input}, which is neither in the store nor to be computed.`,
        )
      }
    }
  }

  return {
    async run(tasks, runOptions = {}) {
      const run = createRun(runOptions, abandon, log)
      runs.add(run)
      keepLooking()
      if (closed) run.cancel()
      else {
        const unique = new Map(tasks.map((task) => [digestOf(task), task]))
        const nodes = [...unique].map(([digest, task]) => enlist(run, digest, task))
        run.expect(nodes)
        begin(run, nodes).catch((error: unknown) => run.fail(toFailure(error)))
      }
      const outcome = await run.outcome
      runs.delete(run)
      if (runs.size === 0) stopLooking()
      return outcome
    },

    async close() {
      closed = true
      const ended = [...runs].map((run) => {
        run.cancel()
        return run.outcome
      })
      hiring?.abort()
      await Promise.all(ended)
      await executor.close()
    },
  }
}

function dependentFailure(node: TaskNode, ending: NodeEnding & { kind: 'failed' }): NodeEnding {
  const { failure } = ending
  return {
    kind: 'failed',
    cause: ending.cause ?? node.digest,
    failure: {
      code: 'task-failed',
      message: ending.cause
        ? failure.message
        : `Not run, since the ${node.task.kind} task ${node.digest.slice(0, 8)} that it needs failed: ${failure.message}`,
    },
  }
}
