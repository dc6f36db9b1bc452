import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, readIfThere, writeTold } from '../support/files'
import { count, finite, objectOf, optional, parseAs, text, type Shape } from '../support/json-shape'
import type { Failure } from '../support/errors'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest } from '../tasks/tasks'
import { failureFile, metricsFile, progressFile, taskFolder } from './layout'

/*
 * What is told of a task while it is computed, for processes that see nothing of it but the store. None of it is part of a
 * result, so it is neither flushed nor under a sum: what is torn or gone is read again the next time.
 */

/** How far a task is. */
export interface LiveTask {
  /** Tells one attempt to compute the task from another. */
  readonly attempt: string
  /** The machine, and the job where one runs there, such as `node2, job 17`. */
  readonly where: string
  /** The step of an earlier attempt that this one went on from. */
  readonly resumedAt?: number
  readonly step: number
  readonly steps: number
  readonly stepsPerSecond: number
}

/** Tells how far a task is. Its folder is there. */
export async function writeLive(store: string, digest: Digest, live: LiveTask): Promise<void> {
  await writeTold(join(taskFolder(store, digest), progressFile), JSON.stringify(live))
}

/** `undefined` where nothing is told. */
export async function readLive(store: string, digest: Digest): Promise<LiveTask | undefined> {
  const bytes = await readIfThere(join(taskFolder(store, digest), progressFile))
  return parseAs(bytes, liveShape) as LiveTask | undefined
}

export async function removeLive(store: string, digest: Digest): Promise<void> {
  await rm(join(taskFolder(store, digest), progressFile), { force: true })
}

/** Reads a metrics log as it grows. */
export interface GrowingMetrics {
  /** The rows that were completed since the last time. */
  read(): Promise<readonly MetricsRow[]>
}

export function growingMetrics(store: string, digest: Digest): GrowingMetrics {
  const path = join(taskFolder(store, digest), metricsFile)
  let offset = 0
  return {
    async read() {
      const file = await open(path, 'r').catch((error: unknown) => {
        if (isMissing(error)) return undefined
        throw error
      })
      if (!file) return []
      try {
        const { size } = await file.stat()
        if (size <= offset) return []
        const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset)
        const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1
        offset += end
        const lines = buffer.subarray(0, end).toString().split('\n').slice(0, -1)
        return lines.map(rowIn).filter((row) => row !== undefined)
      } finally {
        await file.close()
      }
    },
  }
}

/** Tells others why a task failed, who wait for it. */
export async function writeFailure(store: string, digest: Digest, failure: Failure): Promise<void> {
  await writeTold(join(taskFolder(store, digest), failureFile), JSON.stringify(failure))
}

/** Why a task failed when it was last computed; `undefined` where it did not. */
export async function readFailure(store: string, digest: Digest): Promise<Failure | undefined> {
  const bytes = await readIfThere(join(taskFolder(store, digest), failureFile))
  return parseAs(bytes, failureShape) as Failure | undefined
}

/** Lets a task be computed as if it had never failed. */
export async function removeFailure(store: string, digest: Digest): Promise<void> {
  await rm(join(taskFolder(store, digest), failureFile), { force: true })
}

/** Half of an old log, half of the new one that replaced it, is no row: it is told again when the task is finished. */
function rowIn(line: string): MetricsRow | undefined {
  return parseAs(Buffer.from(line), rowShape) as MetricsRow | undefined
}

const liveShape: Shape = objectOf({
  attempt: text,
  where: text,
  resumedAt: optional(count),
  step: count,
  steps: count,
  stepsPerSecond: finite,
})
const failureShape: Shape = objectOf({ code: text, message: text })
const rowShape: Shape = objectOf({ step: count })
