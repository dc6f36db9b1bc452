import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TicketLabError } from './errors'

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
    await mkdir(dirname(path), { recursive: true })
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
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, '')
  } catch (error) {
    throw await explainFull(error, folder)
  } finally {
    await removeIfThere(temporary)
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (error) {
    // What is called its folder may be a file.
    if (!isMissing(error)) throw error
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
  if (!reason) return explainRefused(error, code, path)
  const needed = bytes === undefined ? '' : `needed ${bytes} bytes, `
  return new TicketLabError(
    'disk-full',
    `Cannot write ${path}: ${reason} (${needed}${await freeSpace(dirname(path))}). ` +
      'Make room, or choose another folder, and run again: what is computed already is kept.',
    { cause: error },
  )
}

function explainRefused(error: unknown, code: string, path: string): unknown {
  const noFolder = 'a part of this path is a file and not a folder'
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'the disk can only be read',
    ENOTDIR: noFolder,
    EISDIR: 'it is a folder',
    // So says making a folder that is there as a file; elsewhere it is a matter of who was first.
    ...(isFromMkdir(error) ? { EEXIST: noFolder } : {}),
  }
  const reason = reasons[code]
  if (!reason) return error
  return new TicketLabError('bad-input', `Cannot write ${path}: ${reason}. Choose another place.`, {
    cause: error,
  })
}

function isFromMkdir(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'mkdir'
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
