import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Parser, type ReadEntry } from 'tar'
import { TicketLabError } from '../support/errors'
import { cancelled } from '../support/file-lock'
import { isMissing } from '../support/files'
import { fileNames, type FileContents } from './decode'
import type { PublishedDataset } from './published'

/** No file of a dataset is larger (CIFAR-100's training file has 154 MB); a larger one in an archive is a mistake. */
const largest = 300e6

/** The name of the archive that the dataset is published as, if it is one. */
function archiveName({ archiveFolder, downloads }: PublishedDataset): string | undefined {
  return archiveFolder === undefined ? undefined : basename(new URL(downloads[0]!.url).pathname)
}

/**
 * Reads the files of a published dataset from where a user has them: a folder with the files, packed by gzip or
 * not, the folder that contains the one an archive unpacks into, or the archive itself.
 *
 * @throws TicketLabError `data-missing` that lists what was not found, `data-corrupt` for a damaged archive, `cancelled`
 */
export async function collectFiles(
  published: PublishedDataset,
  from: string,
  signal?: AbortSignal,
): Promise<FileContents> {
  const names = fileNames(published)
  const found = await stat(from).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!found) throw missing(published, from, 'nothing of that name')
  const archive = archiveName(published)
  if (found.isFile()) {
    if (archive === undefined) throw missing(published, from, 'a single file')
    return unpack(published, from, signal)
  }
  const folders = published.archiveFolder === undefined ? [from] : [from, join(from, published.archiveFolder)]
  const nearest = { folder: from, absent: names }
  for (const folder of folders) {
    const files = new Map<string, { path: string; bytes: Uint8Array }>()
    for (const name of names) {
      if (signal?.aborted) throw cancelled()
      const file = await readPacked(join(folder, name))
      if (file) files.set(name, file)
    }
    if (files.size === names.length) return files
    const absent = names.filter((name) => !files.has(name))
    if (absent.length < nearest.absent.length) Object.assign(nearest, { folder, absent })
  }
  if (archive !== undefined && nearest.absent.length === names.length) {
    const path = join(from, archive)
    if (await exists(path)) return unpack(published, path, signal)
  }
  const python = await pythonVersion(published, from)
  if (python !== undefined) throw isPython(published, python)
  throw missing(published, nearest.folder, `no ${nearest.absent.join(', ')}`)
}

/** The content of a file, or of one that was unpacked though its published name says it is packed. */
async function readPacked(path: string): Promise<{ path: string; bytes: Uint8Array } | undefined> {
  for (const candidate of path.endsWith('.gz') ? [path, path.slice(0, -'.gz'.length)] : [path]) {
    try {
      return { path: candidate, bytes: await readFile(candidate) }
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  return undefined
}

/** Reads files out of an archive into memory; nothing in it is written anywhere. */
async function unpack(
  published: PublishedDataset,
  archive: string,
  signal?: AbortSignal,
): Promise<FileContents> {
  const wanted = new Set(fileNames(published))
  const files = new Map<string, { path: string; bytes: Uint8Array }>()
  const reading: Promise<unknown>[] = []
  const parser = new Parser({
    strict: true,
    onReadEntry(entry: ReadEntry) {
      const name = basename(entry.path)
      if (entry.type !== 'File' || !wanted.has(name) || entry.size > largest) {
        entry.resume()
        return
      }
      const read = entry
        .concat()
        .then((bytes) => files.set(name, { path: `${archive}: ${entry.path}`, bytes }))
      // It is awaited below, where a failure is told; one that comes before must not end the process.
      read.catch(() => undefined)
      reading.push(read)
    },
  })
  try {
    await pipeline(createReadStream(archive), parser, { signal })
    // An entry's promise may settle after the stream has ended.
    await Promise.all(reading)
  } catch (cause) {
    if (signal?.aborted) throw cancelled()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TicketLabError(
      'data-corrupt',
      `${archive}: expected a whole .tar.gz archive, found: ${why}. Replace the file by an undamaged copy.`,
      { cause },
    )
  }
  const absent = [...wanted].filter((name) => !files.has(name))
  if (absent.length > 0) throw missing(published, archive, `no ${absent.join(', ')} in it`)
  return files
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** The files of CIFAR's Python version, which torchvision leaves on disk: pickles, and not the binary version. */
const pythonFiles: Partial<Record<PublishedDataset['name'], string>> = {
  cifar10: 'cifar-10-batches-py/data_batch_1',
  cifar100: 'cifar-100-python/train',
}

async function pythonVersion({ name }: PublishedDataset, from: string): Promise<string | undefined> {
  const file = pythonFiles[name]
  if (file === undefined) return undefined
  for (const path of [join(from, file), join(from, basename(file))]) {
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile()) return path
  }
  return undefined
}

function isPython({ title, name, downloads }: PublishedDataset, path: string): TicketLabError {
  return new TicketLabError(
    'data-missing',
    `Expected the binary version of ${title}, found its Python version (${path}), which is not read. ` +
      `Download ${downloads.map(({ url }) => url).join(', ')} and run 'ticketlab data install ${name} --from FILE'.`,
  )
}

function missing(published: PublishedDataset, where: string, found: string): TicketLabError {
  const archive = archiveName(published)
  const or = archive === undefined ? '' : `, or ${archive} with them`
  return new TicketLabError(
    'data-missing',
    `Expected the files of ${published.title} in ${where} (${fileNames(published).join(', ')}${or}), found ${found}. ` +
      `Put them there, or name the folder that has them: ticketlab data install ${published.name} --from FOLDER.`,
  )
}
