import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, namesIn } from '../../support/files'
import { inParallel } from '../../support/in-parallel'
import type { Digest } from '../../tasks/tasks'
import { experimentsFolder, incomingFolder, isAside, isDigest, resultFile, tasksFolder } from '../layout'

/** A task's folder, finished or not. */
export interface TaskThere {
  readonly digest: Digest
  /** Of all its files. */
  readonly bytes: number
  readonly finished: boolean
  /** When the youngest of its files was changed, in milliseconds by the clock of the disk. */
  readonly changedAt: number
}

/** A file or folder that is no part of what the store knows. */
export interface Leftover {
  /** Relative to the store. */
  readonly path: string
  readonly bytes: number
  readonly changedAt: number
}

/** What lies in a store's folder. */
export interface Contents {
  readonly tasks: ReadonlyMap<Digest, TaskThere>
  /** What was damaged and moved aside, and imports that were cut off. */
  readonly leftovers: readonly Leftover[]
}

/** Folders that are looked at at once. */
const readers = 16

/** Looks at all tasks, without reading any of their files. */
export async function contentsOf(store: string): Promise<Contents> {
  const tasks = new Map<Digest, TaskThere>()
  const aside: string[] = []
  const groups = (await namesIn(tasksFolder(store))).filter((name) => /^[0-9a-f]{2}$/.test(name))
  await inParallel(groups, readers, async (group) => {
    for (const name of await namesIn(join(tasksFolder(store), group))) {
      if (isAside(name)) aside.push(join('tasks', group, name))
      else if (isDigest(name)) tasks.set(name, await taskIn(join(tasksFolder(store), group, name), name))
    }
  })
  const more = [
    ...(await namesIn(store)).filter(isAside),
    ...(await namesIn(experimentsFolder(store))).filter(isAside).map((name) => join('experiments', name)),
    ...(await namesIn(incomingFolder(store))).map((name) => join('incoming', name)),
  ]
  const leftovers: Leftover[] = []
  for (const path of [...aside, ...more].sort()) {
    const { bytes, changedAt } = await sizeOf(join(store, path))
    leftovers.push({ path, bytes, changedAt })
  }
  return { tasks, leftovers }
}

/** Bytes of a file or of all files below a folder, and when the youngest was changed. What vanishes meanwhile counts as nothing. */
export async function sizeOf(path: string): Promise<{ readonly bytes: number; readonly changedAt: number }> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!found) return { bytes: 0, changedAt: 0 }
  if (!found.isDirectory()) return { bytes: found.size, changedAt: found.mtimeMs }
  const inside = await Promise.all((await namesIn(path)).map((name) => sizeOf(join(path, name))))
  return {
    bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
    changedAt: Math.max(found.mtimeMs, ...inside.map(({ changedAt }) => changedAt)),
  }
}

async function taskIn(folder: string, digest: Digest): Promise<TaskThere> {
  const [names, size] = await Promise.all([namesIn(folder), sizeOf(folder)])
  return { digest, finished: names.includes(resultFile), ...size }
}
