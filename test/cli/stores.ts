import { isLocked } from '../../src/runtime/locks/lock'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The sums of all files of all tasks that are finished. */
export async function bitsOf(folder: string): Promise<Record<string, unknown>> {
  const bits: Record<string, unknown> = {}
  const tasks = join(folder, 'tasks')
  for (const two of await readdir(tasks).catch(() => [])) {
    for (const digest of await readdir(join(tasks, two))) {
      const result = await readFile(join(tasks, two, digest, 'result.json'), 'utf8').catch(() => undefined)
      if (result !== undefined) bits[digest] = (JSON.parse(result) as { files: unknown }).files
    }
  }
  return bits
}

/** The locks that somebody alive holds. */
export async function locksHeldIn(folder: string): Promise<readonly string[]> {
  const held: string[] = []
  const names = await readdir(join(folder, 'locks'), { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of names) {
    if (entry.isDirectory() && (await isLocked(join(entry.parentPath, entry.name)))) held.push(entry.name)
  }
  return held
}
