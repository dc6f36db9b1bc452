import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { badInput, TicketLabError } from './errors'

/** The end of a name that a file has until it is complete. */
export const temporarySuffix = '.tmp'

/** A name beside `path` that no other process uses. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}${temporarySuffix}`
}

/**
 * Writes a file so that others see the whole of it or nothing: under a temporary name, flushed, renamed. The
 * folder is made when it is missing.
 * @throws TicketLabError `disk-full`, or `bad-input` where nothing can be written; nothing is left behind then
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await refuseSpecial(path)
    await makeFolders(dirname(path))
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await removeIfThere(temporary)
    throw await explainFull(error, path, Buffer.byteLength(data))
  }
}

/**
 * Makes `folder` where it is missing, and checks that files can be written there.
 * @throws TicketLabError as {@link writeWhole}
 */
export async function checkWritable(folder: string): Promise<void> {
  const temporary = temporaryName(join(folder, 'check'))
  try {
    await makeFolders(folder)
    await writeFile(temporary, '')
  } catch (error) {
    throw await explainFull(error, folder)
  } finally {
    await removeIfThere(temporary)
  }
}

/**
 * Makes `folder`, and those above it, where they are missing.
 * @throws TicketLabError as {@link writeWhole}
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder)
  } catch (error) {
    throw await explainFull(error, folder)
  }
}

/** Node's own way of making folders above tries for ever where there can be none, as below /proc. */
async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (await isFolder(folder)) return
    const above = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || above === folder) throw error
    await makeFolders(above)
    await mkdir(folder).catch(async (again: unknown) => {
      // Another process may have been first.
      if (!(await isFolder(folder))) throw again
    })
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await statIfThere(path))?.isDirectory() ?? false
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined)
}

/** A device or a pipe would be replaced by the file. */
async function refuseSpecial(path: string): Promise<void> {
  const there = await statIfThere(path)
  if (!there || there.isFile()) return
  const what = there.isDirectory() ? 'it is a folder' : `it is ${kindOf(there)}, which a file would replace`
  throw new TicketLabError('bad-input', `Cannot write ${path}: ${what}. Choose another place.`)
}

/**
 * Checks that `path` is a file: opening a pipe would wait for whoever writes into it.
 * @param what is expected, such as `an npz file`
 * @throws TicketLabError `bad-input`
 */
export async function checkIsFile(path: string, what: string, advice = ''): Promise<void> {
  const there = await stat(path).catch((cause: unknown) => {
    if (!isMissing(cause)) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new TicketLabError('bad-input', `Expected ${what} that can be read, found ${path}: ${why}.`, {
        cause,
      })
    }
    throw new TicketLabError('bad-input', `Expected ${what} at ${path}, but there is none.`, { cause })
  })
  if (!there.isFile()) throw badInput(what, `${kindOf(there)}, ${path}`, advice)
}

function kindOf(there: Stats): string {
  if (there.isDirectory()) return 'a folder'
  if (there.isFIFO()) return 'a pipe'
  return there.isSocket() ? 'a socket' : 'a device'
}

/** What systems say of names that nothing can have. */
const impossible = ['ENAMETOOLONG', 'ELOOP', 'EINVAL', 'ERR_INVALID_ARG_VALUE']

async function removeIfThere(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (error) {
    // What is called its folder may be a file, or the name one that nothing can have: that is told of already.
    if (!isMissing(error) && !impossible.includes(codeOf(error) ?? '')) throw error
  }
}

/** The file's bytes, or `undefined` when there is no such file. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Shows those who watch a file or folder that something of it has changed, where it is there. */
export async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}

/** The names in a folder; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return ifThere(readdir(folder)).then((names) => names ?? [])
}

/** Whether there is a file or folder. */
export async function isThere(path: string): Promise<boolean> {
  return (await ifThere(stat(path))) !== undefined
}

/** What was found, or `undefined` where nothing was. Other failures stay what they are. */
async function ifThere<Found>(looked: Promise<Found>): Promise<Found | undefined> {
  return looked.catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
}

/**
 * Writes what is only told to others, into a folder that may be gone by now: then nobody has to be told. They see the whole of
 * it or nothing, but it is not flushed.
 * @throws TicketLabError `disk-full`
 */
export async function writeTold(path: string, content: string): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await writeFile(temporary, content)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    if (!isMissing(error)) throw await explainFull(error, path, content.length)
  }
}

/** Whether `error` says that a file or folder is not there. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** The code that the operating system gave, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * Turns what keeps a file from being written into an expected failure that says where and what to do, and how much
 * space it needs (if known) where there is none; others stay as they are.
 */
export async function explainFull(error: unknown, path: string, bytes?: number): Promise<unknown> {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: 'no space is left on the disk',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be larger than this process may write',
  }
  const code = codeOf(error) ?? ''
  const reason = reasons[code]
  if (!reason) return await explainRefused(error, code, path)
  const needed = bytes === undefined ? '' : `needed ${bytes} bytes, `
  return new TicketLabError(
    'disk-full',
    `Cannot write ${path}: ${reason} (${needed}${await freeSpace(dirname(path))}). ` +
      'Make room, or choose another folder, and run again: what is computed already is kept.',
    { cause: error },
  )
}

async function explainRefused(error: unknown, code: string, path: string): Promise<unknown> {
  const noFolder = 'a part of this path is a file and not a folder'
  const syscall = syscallOf(error)
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'the disk can only be read',
    ENOTDIR: noFolder,
    EISDIR: 'it is a folder',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'links lead around in a circle',
    EINVAL: 'nothing can have this name',
    ERR_INVALID_ARG_VALUE: 'nothing can have this name',
    // So says making a folder that is there as a file; elsewhere it is a matter of who was first.
    ...(syscall === 'mkdir' ? { EEXIST: (await deadLink(error)) ?? noFolder } : {}),
    // What is missing was just made, so it cannot be.
    ...(syscall === 'mkdir' ? { ENOENT: 'no folder can be made there' } : {}),
    ...(syscall === 'open' ? { ENOENT: 'no file can be made there' } : {}),
  }
  const reason = reasons[code]
  if (!reason) return error
  return new TicketLabError('bad-input', `Cannot write ${path}: ${reason}. Choose another place.`, {
    cause: error,
  })
}

function syscallOf(error: unknown): unknown {
  return error instanceof Error && 'syscall' in error ? error.syscall : undefined
}

/** Says so where what could not be made is there as a link to nothing. */
async function deadLink(error: unknown): Promise<string | undefined> {
  const path = error instanceof Error && 'path' in error ? String(error.path) : ''
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
  return isLink && !(await statIfThere(path)) ? `${path} is a link that leads nowhere` : undefined
}

/** Whether writing failed since nothing may be written there, as {@link explainFull} says of it. */
export function isRefused(error: unknown): boolean {
  const cause = error instanceof TicketLabError ? error.cause : error
  return ['EROFS', 'EACCES', 'EPERM'].includes(codeOf(cause) ?? '')
}

async function freeSpace(folder: string): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return `${bavail * bsize} bytes free`
  } catch {
    // The folder itself could not be made; how full its disk is matters less than the failure being reported.
    return 'free space unknown'
  }
}
