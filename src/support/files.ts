import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
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
 * @throws TicketLabError `disk-full`; nothing is left behind then
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
    await rm(temporary, { force: true })
    throw await explainFull(error, path, Buffer.byteLength(data))
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

/** Turns "no space" into an expected failure that says where, how much (if known) and what to do; others stay as they are. */
export async function explainFull(error: unknown, path: string, bytes?: number): Promise<unknown> {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: 'no space is left on the disk',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be larger than this process may write',
  }
  const reason = reasons[codeOf(error) ?? '']
  if (!reason) return error
  const needed = bytes === undefined ? '' : `needed ${bytes} bytes, `
  return new TicketLabError(
    'disk-full',
    `Cannot write ${path}: ${reason} (${needed}${await freeSpace(dirname(path))}). ` +
      'Make room, or choose another folder, and run again: what is computed already is kept.',
    { cause: error },
  )
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
