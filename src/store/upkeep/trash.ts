import { link, lstat, mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { badInput, TicketLabError } from '../../support/errors'
import {
  codeOf,
  explainFull,
  isMissing,
  makeFolder,
  namesIn,
  temporaryName,
  temporarySuffix,
  touch,
} from '../../support/files'
import { inParallel } from '../../support/in-parallel'
import type { Digest } from '../../tasks/tasks'
import { experimentFile, experimentsFolder, isDigest, labelFile, trashFolder } from '../layout'
import { runFolder } from '../runs'
import { checkIsStore } from './checked'
import { sizeOf } from './contents'
import type { TakeTask } from './take-in'

/** A part of the trash: what was moved aside at once. */
export interface TrashPart {
  /** Its name, a date. */
  readonly name: string
  readonly folder: string
  /** By the clock of the disk, in milliseconds. */
  readonly madeAt: number
  /** Moves something there, keeping its place below the store. @returns whether it was there to be moved */
  take(path: string): Promise<boolean>
  /** Moves it back. @returns whether nothing has taken its place */
  giveBack(path: string): Promise<boolean>
}

/** What was put back, and what was not since there is something of the same name again. */
export interface Restored {
  /** Relative to the store. */
  readonly restored: readonly string[]
  readonly kept: readonly string[]
}

/** Begins a new part of the trash. @throws TicketLabError `disk-full`, `bad-input` where nothing can be written */
export async function newTrashPart(store: string): Promise<TrashPart> {
  const name = new Date().toISOString().replaceAll(':', '.')
  await makeFolder(trashFolder(store))
  for (let number = 1; ; number++) {
    const unique = number === 1 ? name : `${name}-${number}`
    const folder = join(trashFolder(store), unique)
    try {
      await mkdir(folder)
      const { mtimeMs } = await lstat(folder)
      return {
        ...{ name: unique, folder, madeAt: mtimeMs },
        take: (path) => take(store, folder, path),
        giveBack: (path) => putBack(join(folder, path), join(store, path)),
      }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw await explainFull(error, folder)
    }
  }
}

async function take(store: string, folder: string, path: string): Promise<boolean> {
  const target = join(folder, path)
  await makeFolder(dirname(target))
  try {
    await rename(join(store, path), target)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw await explainFull(error, target, 0)
  }
}

/**
 * Deletes experiments from the list: they are moved to the trash, with what they are called and what was still to be
 * computed of them. Their tasks stay until they are freed.
 * @param attendants how many processes work on an experiment
 * @returns the part of the trash that restoring them takes
 * @throws TicketLabError `store-newer`, `bad-input` for one that somebody works on, and where nothing can be written
 */
export async function deleteExperiments(
  store: string,
  digests: readonly Digest[],
  attendants: (store: string, digest: Digest) => Promise<number>,
): Promise<string> {
  await checkIsStore(store)
  for (const digest of digests) {
    if ((await attendants(store, digest)) === 0) continue
    throw badInput('experiments that are over', `${digest.slice(0, 12)}, which runs`, 'Cancel it first.')
  }
  const part = await newTrashPart(store)
  for (const digest of digests) {
    await part.take(relativeOf(store, experimentFile(store, digest)))
    await part.take(relativeOf(store, labelFile(store, digest)))
    await part.take(relativeOf(store, runFolder(store, digest)))
  }
  return part.name
}

function relativeOf(store: string, path: string): string {
  return path.slice(store.length + 1)
}

/**
 * Puts back what was moved to the trash, unless there is something of the same name again.
 * @param parts by name; all by default
 * @throws TicketLabError `bad-input` for a part that is not there
 */
export async function restore(
  store: string,
  takeTask: TakeTask,
  parts?: readonly string[],
): Promise<Restored> {
  await checkIsStore(store)
  const there = await trashParts(store)
  const absent = parts?.find((name) => !there.includes(name))
  if (absent !== undefined) {
    const names = there.length > 0 ? there.join(', ') : 'nothing: the trash is empty'
    throw badInput(`a part of the trash, which has ${names}`, `'${absent}'`)
  }
  const restored: string[] = []
  const kept: string[] = []
  // The latest first: what was moved aside twice comes back as it was last.
  for (const name of (parts ?? there).toSorted().toReversed()) {
    const folder = join(trashFolder(store), name)
    await inParallel(await pathsIn(folder), 8, async (path) => {
      const digest = path.split('/').at(-1)!
      const isTask = path.startsWith('tasks/') && isDigest(digest)
      const release = isTask ? await takeTask(digest) : () => Promise.resolve()
      const isBack = release !== undefined && (await putBack(join(folder, path), join(store, path)))
      await release?.()
      ;(isBack ? restored : kept).push(path)
    })
    await removeEmpty(folder)
  }
  await touch(experimentsFolder(store))
  return { restored, kept }
}

/** Frees the disk of what is in the trash, which cannot be undone. @returns bytes */
export async function emptyTrash(store: string): Promise<number> {
  await checkIsStore(store)
  let bytes = 0
  for (const name of await namesIn(trashFolder(store))) {
    const folder = join(trashFolder(store), name)
    bytes += (await sizeOf(folder)).bytes
    // Nobody restores what is half gone.
    const going = name.endsWith(temporarySuffix) ? folder : temporaryName(folder)
    if (going !== folder) await rename(folder, going)
    await rm(going, { recursive: true, force: true, maxRetries: 3 })
  }
  return bytes
}

/** The names of what was moved aside at once, oldest first. */
export async function trashParts(store: string): Promise<readonly string[]> {
  return (await namesIn(trashFolder(store))).filter((name) => !name.endsWith(temporarySuffix)).sort()
}

/** What can be put back from a part of the trash: tasks as folders, experiments and labels as files. */
async function pathsIn(folder: string): Promise<readonly string[]> {
  const paths: string[] = []
  for (const group of await namesIn(folder)) {
    const below = ['tasks', 'experiments', 'labels', 'runs', 'incoming'].includes(group)
      ? (await namesIn(join(folder, group))).map((name) => `${group}/${name}`)
      : [group]
    for (const path of below) {
      const isGroupOfTasks = /^tasks\/[0-9a-f]{2}$/.test(path)
      const inside = isGroupOfTasks ? await namesIn(join(folder, path)) : []
      paths.push(...(isGroupOfTasks ? inside.map((name) => `${path}/${name}`) : [path]))
    }
  }
  return paths
}

/** Neither way replaces what is there. @returns whether it is back */
async function putBack(from: string, to: string): Promise<boolean> {
  await makeFolder(dirname(to))
  try {
    if ((await lstat(from)).isDirectory()) {
      await rename(from, to)
    } else {
      await link(from, to)
      await rm(from)
    }
    return true
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(codeOf(error) ?? '')) return false
    if (isMissing(error)) throw gone(from)
    throw await explainFull(error, to, 0)
  }
}

function gone(path: string): TicketLabError {
  return new TicketLabError('bad-input', `${path} is gone: somebody else empties the trash just now.`)
}

async function removeEmpty(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) await removeEmpty(join(folder, name))
  await rmdir(folder).catch((error: unknown) => {
    // What was kept is in it.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'].includes(codeOf(error) ?? '')) throw error
  })
}
