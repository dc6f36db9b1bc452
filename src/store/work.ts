import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../support/canonical'
import { encodeSafetensors } from '../support/safetensors'
import { encodeTensors } from '../support/tensor-file'
import type { Masks, Tensors } from '../support/tensor'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest, Task } from '../tasks/tasks'
import { describe } from '../tasks/digest'
import { explainFull, readIfThere, temporarySuffix, writeWhole } from '../support/files'
import { checkpointFile, maskFile, metricsFile, stateFile, taskFile, taskFolder, weightsFile } from './layout'
import type { FileSum } from './result'

/** The folder of a task that is being computed, by whoever holds its lock. */
export interface Work {
  readonly digest: Digest
  readonly folder: string
  writeWeights(step: number, weights: Tensors): Promise<void>
  writeMask(masks: Masks): Promise<void>
  /** Starts the metrics log with the rows of an earlier attempt, in place of whatever it left. */
  startMetrics(rows: readonly MetricsRow[]): Promise<MetricsLog>
  writeCheckpoint(bytes: Uint8Array): Promise<void>
  readCheckpoint(): Promise<Uint8Array | undefined>
  writeState(bytes: Uint8Array): Promise<void>
  readonly checkpoint: string
  /** Sizes and sums of files, by name; the description's is always there. */
  sums(names: readonly string[]): Promise<Record<string, FileSum>>
}

/** A metrics log that grows. */
export interface MetricsLog {
  append(row: MetricsRow): Promise<void>
  close(): Promise<void>
}

/**
 * Makes the folder of a task ready to be worked in: with its description, without what killed processes left
 * half written. Checkpoints stay. @throws TicketLabError `disk-full`
 */
export async function openWork(store: string, task: Task, digest: Digest): Promise<Work> {
  const folder = taskFolder(store, digest)
  const pathOf = (name: string) => join(folder, name)
  await mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
    throw await explainFull(error, folder, 0)
  })
  for (const name of await readdir(folder)) {
    if (name.endsWith(temporarySuffix)) await rm(pathOf(name), { force: true })
  }
  await writeWhole(pathOf(taskFile), describe(task))

  return {
    digest,
    folder,
    checkpoint: pathOf(checkpointFile),
    writeWeights: (step, weights) => writeWhole(pathOf(weightsFile(step)), encodeTensors(weights)),
    writeMask: (masks) => writeWhole(pathOf(maskFile), encodeSafetensors(masks)),
    writeCheckpoint: (bytes) => writeWhole(pathOf(checkpointFile), bytes),
    writeState: (bytes) => writeWhole(pathOf(stateFile), bytes),
    readCheckpoint: () => readIfThere(pathOf(checkpointFile)),
    startMetrics: (rows) => startMetrics(pathOf(metricsFile), rows),

    async sums(names) {
      const sums: Record<string, FileSum> = {}
      for (const name of [taskFile, ...names]) {
        const bytes = await readIfThere(pathOf(name))
        if (!bytes) throw new Error(`${pathOf(name)} vanished while its task was computed.`)
        sums[name] = { size: bytes.length, sha256: sha256(bytes) }
      }
      return sums
    },
  }
}

/** The log is a new file under the old name, so that a dying process that still holds the old one changes nothing. */
async function startMetrics(path: string, rows: readonly MetricsRow[]): Promise<MetricsLog> {
  await writeWhole(path, rows.map(lineOf).join(''))
  const file = await open(path, 'a')
  return {
    async append(row) {
      const line = lineOf(row)
      await file.appendFile(line).catch(async (error: unknown) => {
        throw await explainFull(error, path, line.length)
      })
    },
    async close() {
      try {
        await file.sync()
      } finally {
        await file.close()
      }
    },
  }
}

function lineOf(row: MetricsRow): string {
  return `${JSON.stringify(row)}\n`
}
