import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Parser, type ReadEntry } from 'tar'
import { TicketLabError } from '../support/errors'
import { cancelled } from '../support/file-lock'
import { isMissing } from '../support/files'
import { fileNames } from './decode'
import { rowOf } from './formats/all'
import type { DataFile, FileContents, Layout } from './formats/format'
import type { PublishedDataset } from './published'

/** No file of a dataset is larger (CIFAR-100's training file has 154 MB); a larger one in an archive is a mistake. */
const largest = 300e6

function layoutsOf(dataset: PublishedDataset): readonly Layout[] {
  const { archiveFolder: folder, downloads, format } = dataset
  const layout: Layout = {
    files: new Map(fileNames(dataset).map((name) => [name, name])),
    ...(folder === undefined ? {} : { folder, archive: basename(new URL(downloads[0]!.url).pathname) }),
    published: (file) => file,
  }
  return [layout, ...rowOf(format.kind).elsewhere(format, dataset)]
}

/**
 * Reads the files of a published dataset from where a user has them: a folder with the files, packed by gzip or
 * not, the folder that contains the one an archive unpacks into, or the archive itself. CIFAR's Python version becomes
 * the binary one.
 *
 * @throws TicketLabError `data-missing` that lists what was not found, `data-corrupt` for a damaged archive, `cancelled`
 */
export async function collectFiles(
  published: PublishedDataset,
  from: string,
  signal?: AbortSignal,
): Promise<FileContents> {
  const layouts = layoutsOf(published)
  const found = await stat(from).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!found) throw missing(published, from, 'nothing of that name')
  if (found.isFile()) {
    if (layouts.every(({ archive }) => archive === undefined)) throw missing(published, from, 'a single file')
    return unpack(published, layouts, from, signal)
  }
  let nearest: { readonly folder: string; readonly absent: readonly string[] } | undefined
  for (const layout of layouts) {
    const names = [...layout.files.values()]
    for (const folder of layout.folder === undefined ? [from] : [from, join(from, layout.folder)]) {
      const files = new Map<string, DataFile>()
      for (const name of names) {
        if (signal?.aborted) throw cancelled()
        const file = await readPacked(join(folder, name))
        if (file) files.set(name, file)
      }
      if (files.size === names.length) return publishedFiles(layout, files)
      const absent = names.filter((name) => !files.has(name))
      if (files.size > 0 && absent.length < (nearest?.absent.length ?? Infinity)) nearest = { folder, absent }
    }
  }
  for (const { archive } of nearest ? [] : layouts) {
    const path = archive && join(from, archive)
    if (path && (await exists(path))) return unpack(published, layouts, path, signal)
  }
  const { folder, absent } = nearest ?? { folder: from, absent: fileNames(published) }
  throw missing(published, folder, `no ${absent.join(', ')}`)
}

function publishedFiles({ files, published }: Layout, found: ReadonlyMap<string, DataFile>): FileContents {
  return new Map([...files].map(([name, inLayout]) => [name, published(found.get(inLayout)!)]))
}

/** The content of a file, or of one that was unpacked though its published name says it is packed. */
async function readPacked(path: string): Promise<DataFile | undefined> {
  for (const candidate of path.endsWith('.gz') ? [path, path.slice(0, -'.gz'.length)] : [path]) {
    try {
      return { path: candidate, bytes: await readFile(candidate) }
    } catch (error) {
      // The Python version of CIFAR-100 has files called train and test, which others call their folders.
      if (!isMissing(error) && (error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    }
  }
  return undefined
}

/** Reads files out of an archive into memory; nothing in it is written anywhere. */
async function unpack(
  published: PublishedDataset,
  layouts: readonly Layout[],
  archive: string,
  signal?: AbortSignal,
): Promise<FileContents> {
  const wanted = new Set(layouts.flatMap(({ files }) => [...files.values()]))
  const files = new Map<string, DataFile>()
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
  const absentOf = (layout: Layout) => [...layout.files.values()].filter((name) => !files.has(name))
  const [layout] = [...layouts].sort((one, other) => absentOf(one).length - absentOf(other).length)
  const absent = absentOf(layout!)
  if (absent.length > 0) throw missing(published, archive, `no ${absent.join(', ')} in it`)
  return publishedFiles(layout!, files)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function missing(published: PublishedDataset, where: string, found: string): TicketLabError {
  const [{ archive }, python] = layoutsOf(published) as [Layout, Layout?]
  const or =
    (archive === undefined ? '' : `, or ${archive} with them`) +
    (python ? `, or its Python version: ${[...python.files.values()].join(', ')}, or ${python.archive}` : '')
  return new TicketLabError(
    'data-missing',
    `Expected the files of ${published.title} in ${where} (${fileNames(published).join(', ')}${or}), found ${found}. ` +
      `Put them there, or name the folder that has them: ticketlab data install ${published.name} --from FOLDER.`,
  )
}
