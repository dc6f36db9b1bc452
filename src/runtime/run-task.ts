import { TicketLabError } from '../support/errors'
import type { TaskEvent } from '../tasks/events'
import type { Digest } from '../tasks/tasks'
import type { Place, Report } from './executor'
import type { NodeEnding, TaskNode } from './task-nodes'
import type { Store } from '../store/store'

/** Milliseconds between two reports of progress of a task. */
const quiet = 100

/**
 * Computes a task whose lock is held, unless it is in the store by now. A task whose trainer died is tried once
 * more.
 * @returns `undefined` when it was cancelled
 * @throws TicketLabError `disk-full` when there is no room for the result
 */
export async function runTask(
  node: TaskNode,
  place: Pick<Place, 'run'>,
  store: Store,
  log: (level: 'warning', message: string) => void,
): Promise<NodeEnding | undefined> {
  if (await isStored(node, store, log)) return { kind: 'cached' }
  const report = reporter(node)
  for (let attempt = 1; ; attempt++) {
    const outcome = await place.run(node, report, node.abandoned.signal)
    switch (outcome.kind) {
      case 'finished': {
        const { facts, files, seconds } = outcome.product
        const finishedAt = new Date().toISOString()
        await store.commit(node.digest, { kind: node.task.kind, facts, files, finishedAt, seconds })
        return { kind: 'finished' }
      }
      case 'failed':
        return outcome
      case 'cancelled':
        return undefined
      case 'died': {
        const { failure } = outcome
        log('warning', `${node.task.kind} task ${node.digest}: ${failure.message}`)
        if (attempt === 1) {
          emit(node, { kind: 'retried', task: node.digest, failure })
          break
        }
        const message = `${failure.message} This happened twice, so the task was given up; it goes on from its checkpoint when run again.`
        return { kind: 'failed', failure: { ...failure, message } }
      }
    }
  }
}

/**
 * Whether a task is whole in the store. A damaged one is not: it is moved aside when it is computed again.
 * @param tell what is said of a damaged one
 */
export async function isFinished(
  store: Store,
  digest: Digest,
  tell?: (damage: string) => void,
): Promise<boolean> {
  return store.verify(digest).catch((error: unknown) => {
    if (!(error instanceof TicketLabError && error.code === 'store-corrupt')) throw error
    tell?.(error.message)
    return false
  })
}

/** Whether the result is there and whole. A damaged one is moved aside. */
async function isStored(
  { digest, task }: TaskNode,
  store: Store,
  log: (level: 'warning', message: string) => void,
): Promise<boolean> {
  try {
    return await store.verify(digest)
  } catch (error) {
    if (!(error instanceof TicketLabError && error.code === 'store-corrupt')) throw error
    const aside = await store.setAside(digest)
    log('warning', `${error.message} This was the result of a ${task.kind} task; it was moved to ${aside}.`)
    return false
  }
}

/** Turns what a trainer reports into events: each row once for every attempt that computes it, progress not too often. */
function reporter(node: TaskNode): (report: Report) => void {
  const { digest, rows } = node
  let last = -Infinity
  const tellRow = (row: (typeof rows)[number]) => {
    if (row.step <= (rows.at(-1)?.step ?? -1)) return
    rows.push(row)
    emit(node, { kind: 'metrics', task: digest, row })
  }
  return (report) => {
    switch (report.type) {
      case 'started': {
        const { resumedAt } = report
        node.started = { kind: 'started', task: digest, ...(resumedAt === undefined ? {} : { resumedAt }) }
        // An attempt before this one may have come further; what it told since then is told again.
        const before = rows.filter(({ step }) => step <= (resumedAt ?? 0))
        rows.splice(0, Infinity, ...before)
        emit(node, node.started)
        report.rows.forEach(tellRow)
        return
      }
      case 'metrics':
        tellRow(report.row)
        return
      case 'progress': {
        const now = performance.now()
        if (now - last < quiet && report.step < report.steps) return
        last = now
        const { step, steps, stepsPerSecond } = report
        emit(node, { kind: 'progress', task: digest, step, steps, stepsPerSecond })
      }
    }
  }
}

function emit(node: TaskNode, event: TaskEvent): void {
  for (const run of node.runs) run.emit(event)
}
