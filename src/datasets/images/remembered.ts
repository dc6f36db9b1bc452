import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { canonicalJson, sha256, type Json } from '../../support/canonical'
import { readIfThere, writeWhole } from '../../support/files'
import { listOf, objectOf, text } from '../../support/json-shape'
import { seal, unseal } from '../../support/sealed'
import { contentFile, findInstalled } from '../library'
import type { ImageFile } from './folder'
import type { FolderDataset, FolderPlan } from './plan'

/*
 * Which dataset a folder of images was made into, so that a cell that is run again need not decode them again: a file in
 * `folders` for every list of files with their sizes and times of change. It decides nothing of a result: the content does.
 */

/** To be raised when the same files give other bytes than before. */
const version = 1

/** What a folder's content follows from, as far as can be told without reading it. */
export function keyOf(root: string, plan: FolderPlan, files: readonly ImageFile[]): string {
  const listed = files.map(({ path, label, size, changed }) => [relative(root, path), label, size, changed])
  return sha256(canonicalJson({ version, plan, listed } as unknown as Json))
}

const looksRemembered = objectOf({
  content: text,
  classNames: listOf(text),
  leftOut: listOf(objectOf({ path: text, reason: text })),
})

/** What was made of the same files, where it is still there. */
export async function recall(folder: string, key: string): Promise<FolderDataset | undefined> {
  const bytes = await readIfThere(fileOf(folder, key))
  const found = bytes && unseal(bytes, '\0')
  if (!looksRemembered(found)) return undefined
  const { content, ...rest } = found as unknown as Omit<FolderDataset, 'entry'> & { readonly content: string }
  const entry = findInstalled(folder, content)
  // Whether it is undamaged is looked at when it is loaded.
  const there = await stat(contentFile(folder, content)).catch(() => undefined)
  return entry && there ? { entry, classNames: rest.classNames, leftOut: rest.leftOut } : undefined
}

/** Keeps what was made for the next time. @throws TicketLabError `disk-full` */
export async function remember(
  folder: string,
  key: string,
  { entry, ...rest }: FolderDataset,
): Promise<void> {
  const text = JSON.stringify({ content: entry.content, ...rest }, undefined, 2)
  await writeWhole(fileOf(folder, key), seal(`${text}\n`))
}

function fileOf(folder: string, key: string): string {
  return join(folder, 'folders', `${key}.json`)
}
