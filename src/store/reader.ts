import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../support/canonical'
import { TicketLabError } from '../support/errors'
import type { StoredTensor } from '../support/safetensors'
import { decodeTensors } from '../support/tensor-file'
import type { Mask, Masks, Tensor, Tensors } from '../support/tensor'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest, Task, WeightsRef } from '../tasks/tasks'
import { isMissing, readIfThere } from '../support/files'
import { maskFile, metricsFile, resultFile, stateFile, taskFile, taskFolder, weightsFile } from './layout'
import { parseResult, type TaskResult } from './result'

/** Reading what finished tasks left. Every file is checked against its sum before it is handed out. */
export interface TaskReader {
  /** Whether the task is finished; looks at nothing else. */
  has(digest: Digest): Promise<boolean>
  /** `undefined` while the task is not finished. @throws TicketLabError `store-corrupt` */
  result(digest: Digest): Promise<TaskResult | undefined>
  /** The description, also of a task in work. @throws TicketLabError `store-corrupt` */
  task(digest: Digest): Promise<Task | undefined>
  /** The metrics log so far, in order of step; empty when there is none. @throws TicketLabError `store-corrupt` */
  readMetrics(digest: Digest): Promise<readonly MetricsRow[]>
  /** @throws TicketLabError `store-corrupt`, or `task-failed` when these weights are not in the store */
  readWeights(weights: WeightsRef): Promise<Tensors>
  /** What a longer training goes on from; `undefined` where none was kept. @throws TicketLabError `store-corrupt` */
  readState(digest: Digest): Promise<Uint8Array | undefined>
  /** @throws TicketLabError `store-corrupt`, or `task-failed` when this mask is not in the store */
  readMask(digest: Digest): Promise<Masks>
  /** Whether the task is finished and every file of it whole. @throws TicketLabError `store-corrupt` */
  verify(digest: Digest): Promise<boolean>
}

export function createReader(store: string): TaskReader {
  const pathOf = (digest: Digest, name: string) => join(taskFolder(store, digest), name)

  async function result(digest: Digest): Promise<TaskResult | undefined> {
    const path = pathOf(digest, resultFile)
    const bytes = await readIfThere(path)
    if (!bytes) return undefined
    const parsed = parseResult(bytes)
    if (!parsed) throw corrupt(path, 'facts in JSON under their sum', 'something else')
    const owner = parsed.files[taskFile]?.sha256
    if (owner !== digest) throw corrupt(path, `the result of ${digest}`, `that of ${owner ?? 'no task'}`)
    return parsed
  }

  /** A file of a finished task, compared with its sum. */
  async function readChecked(digest: Digest, name: string): Promise<Buffer> {
    const path = pathOf(digest, name)
    const sum = (await result(digest))?.files[name]
    if (!sum) {
      throw new TicketLabError(
        'task-failed',
        `Expected ${path} of a finished task, but it is not in the store. Run the experiment again.`,
      )
    }
    const bytes = await readIfThere(path)
    if (!bytes) throw corrupt(path, 'the file', 'none')
    if (bytes.length !== sum.size) throw corrupt(path, `${sum.size} bytes`, `${bytes.length}`)
    const found = sha256(bytes)
    if (found !== sum.sha256) throw corrupt(path, `content with SHA-256 ${sum.sha256}`, found)
    return bytes
  }

  async function readTensors(digest: Digest, name: string) {
    const path = pathOf(digest, name)
    return decode(await readChecked(digest, name), path)
  }

  async function task(digest: Digest): Promise<Task | undefined> {
    const path = pathOf(digest, taskFile)
    const bytes = await readIfThere(path)
    if (!bytes) return undefined
    const found = sha256(bytes)
    if (found !== digest) throw corrupt(path, `a description with SHA-256 ${digest}`, found)
    return JSON.parse(bytes.toString()) as Task
  }

  return {
    result,
    task,

    has(digest) {
      return stat(pathOf(digest, resultFile)).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false
          throw error
        },
      )
    },

    async readMetrics(digest) {
      const finished = (await result(digest))?.files[metricsFile]
      const path = pathOf(digest, metricsFile)
      const bytes = finished ? await readChecked(digest, metricsFile) : await readIfThere(path)
      const lines = bytes?.toString().split('\n') ?? []
      // While the log grows, its last line may be half written; it is complete once it ends with a new line.
      return lines.slice(0, -1).map((line) => parseRow(line, path))
    },

    async readWeights({ task, step }) {
      const tensors = await readTensors(task, weightsFile(step))
      return Object.fromEntries(
        Object.entries(tensors).map(([name, { shape, data }]): [string, Tensor] => {
          if (data instanceof Float32Array) return [name, { shape, data }]
          throw corrupt(pathOf(task, weightsFile(step)), `F32 numbers in ${name}`, 'U8')
        }),
      )
    },

    async readState(digest) {
      return (await result(digest))?.files[stateFile] && readChecked(digest, stateFile)
    },

    async readMask(digest) {
      const tensors = await readTensors(digest, maskFile)
      return Object.fromEntries(
        Object.entries(tensors).map(([name, { shape, data }]): [string, Mask] => {
          if (data instanceof Uint8Array && isMask(data)) return [name, { shape, data }]
          throw corrupt(pathOf(digest, maskFile), `zeros and ones in ${name}`, 'other numbers')
        }),
      )
    },

    async verify(digest) {
      const finished = await result(digest)
      if (!finished) return false
      const described = await task(digest)
      if (!described) throw corrupt(pathOf(digest, taskFile), 'the file', 'none')
      if (described.kind !== finished.kind) {
        throw corrupt(pathOf(digest, resultFile), `the result of a ${described.kind} task`, finished.kind)
      }
      for (const name of Object.keys(finished.files)) await readChecked(digest, name)
      return true
    },
  }
}

/** Whether all are zeros and ones. Deep networks have tens of millions, for which `every` takes a second. */
function isMask(data: Uint8Array): boolean {
  for (let at = 0; at < data.length; at++) if (data[at]! > 1) return false
  return true
}

/** What is wrong with a file of the store, and what to do about it. */
export function corrupt(path: string, expected: string, found: string): TicketLabError {
  return new TicketLabError(
    'store-corrupt',
    `The store's file ${path} is damaged: expected ${expected}, found ${found}. ` +
      'Run the experiment again: the damaged result is moved aside and computed anew.',
  )
}

function decode(bytes: Uint8Array, path: string): Readonly<Record<string, StoredTensor>> {
  return decodeTensors(bytes, path).tensors
}

function parseRow(line: string, path: string): MetricsRow {
  try {
    const row: unknown = JSON.parse(line)
    if (typeof row === 'object' && row !== null && 'step' in row) return row as MetricsRow
  } catch {
    // Not JSON: said below.
  }
  throw corrupt(path, 'a row of metrics in JSON', JSON.stringify(line.slice(0, 80)))
}
