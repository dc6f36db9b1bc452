import { TicketLabError, type Failure } from '../support/errors'
import { removeFailure, writeFailure } from '../store/live'
import type { Store } from '../store/store'
import type { Digest } from '../tasks/tasks'
import type { Place, Report } from './executor'
import type { NodeEnding, TaskNode } from './task-nodes'
import { emit, heraldOf, reporter, type Herald } from './telling'

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
  await removeFailure(store.folder, node.digest)
  const herald = heraldOf(store.folder, node, (text) => log('warning', text))
  try {
    return await attempts(node, place, store, log, herald)
  } finally {
    await herald.end()
  }
}

async function attempts(
  node: TaskNode,
  place: Pick<Place, 'run'>,
  store: Store,
  log: (level: 'warning', message: string) => void,
  herald: Herald,
): Promise<NodeEnding | undefined> {
  const tell = reporter(node)
  const report = (told: Report) => {
    herald.hear(told)
    tell(told)
  }
  /** Others who wait for it are told, too; if that cannot be, it is no reason to hide the failure. */
  const failed = async (failure: Failure): Promise<NodeEnding> => {
    await writeFailure(store.folder, node.digest, failure).catch((error: unknown) =>
      log('warning', `Others could not be told that ${node.digest} failed: ${String(error)}`),
    )
    return { kind: 'failed', failure }
  }
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
        return failed(outcome.failure)
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
        return failed({ ...failure, message })
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
