import { join } from 'node:path'
import type { Digest } from '../tasks/tasks'

/*
 * The store's folder:
 *   store.json                          the format's version
 *   tasks/<ab>/<digest>/task.json       the canonical description; its SHA-256 is the digest
 *                      /weights-<step>.safetensors   sparse where few weights are left: support/tensor-file.ts
 *                      /mask.safetensors
 *                      /metrics.jsonl   appended while training
 *                      /checkpoint.safetensors   while training
 *                      /state.safetensors   of a training cut off before T: what a longer one goes on from
 *                      /progress.json, failure.json   told to other processes: live.ts
 *                      /result.json     small facts, sizes and sums of the files; its presence means finished
 *   experiments/<digest>.json           an experiment as the tree shows it, with its description and its tasks
 *   labels/<digest>.json                what its user calls it, and whether it is pinned
 *   runs/<digest>/                      what is to be computed of an experiment that is not over: runs.ts
 *   <any of these>.corrupt-<date>       damaged and moved aside, to be looked at or deleted
 *   trash/<date>/                       what was deleted or freed, laid out as here, until the trash is emptied
 *   incoming/<name>/                    what is being imported or copied here, laid out as here
 *   locks/                              see ../runtime/locks
 *
 * No byte of these becomes a number on a screen unchecked. task.json is what the digest is of. store.json, result.json
 * and experiments begin with their own sum (support/sealed.ts), and checkpoints have one; the other files have theirs
 * in result.json. The first versions wrote the sealed files without a sum: such a file is told by how it begins, and is
 * read as long as it has the shape that it must have.
 */

/** The version of the layout that this program reads and writes. */
export const storeFormat = 1

export const taskFile = 'task.json'
export const resultFile = 'result.json'
export const metricsFile = 'metrics.jsonl'
export const maskFile = 'mask.safetensors'
export const checkpointFile = 'checkpoint.safetensors'
export const stateFile = 'state.safetensors'
export const progressFile = 'progress.json'
export const failureFile = 'failure.json'

export function weightsFile(step: number): string {
  return `weights-${step}.safetensors`
}

export function storeFile(store: string): string {
  return join(store, 'store.json')
}

export function taskFolder(store: string, digest: Digest): string {
  return join(tasksFolder(store), digest.slice(0, 2), digest)
}

export function experimentsFolder(store: string): string {
  return join(store, 'experiments')
}

export function experimentFile(store: string, digest: Digest): string {
  return join(experimentsFolder(store), `${digest}.json`)
}

export function labelsFolder(store: string): string {
  return join(store, 'labels')
}

export function labelFile(store: string, digest: Digest): string {
  return join(labelsFolder(store), `${digest}.json`)
}

export function tasksFolder(store: string): string {
  return join(store, 'tasks')
}

export function trashFolder(store: string): string {
  return join(store, 'trash')
}

export function incomingFolder(store: string): string {
  return join(store, 'incoming')
}

export function runsFolder(store: string): string {
  return join(store, 'runs')
}

export function locksFolder(store: string): string {
  return join(store, 'locks')
}

/** What a damaged file or folder is called once it is moved aside. */
export function asideName(path: string): string {
  return `${path}.corrupt-${new Date().toISOString().replaceAll(':', '.')}`
}

/** Whether a name is that of something damaged that was moved aside. */
export function isAside(name: string): boolean {
  return name.includes('.corrupt-')
}

/** Whether a name is a digest. */
export function isDigest(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name)
}
