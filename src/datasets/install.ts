import { mkdir, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { download } from '../support/download'
import { TicketLabError } from '../support/errors'
import { heedCancel, withLock } from '../support/file-lock'
import { collectFiles } from './collect'
import { decodePublished } from './decode'
import { findInstalled, hasContent, keepDataset, libraryFolder, type InstalledDataset } from './library'
import type { PublishedDataset } from './published'

/** What an installation of a dataset is doing. */
export interface DatasetProgress {
  readonly stage: 'waiting' | 'download' | 'read' | 'write'
  /** One short line, such as `Downloading cifar-10-binary.tar.gz: 12 of 170 MB`. */
  readonly message: string
}

export interface DatasetInstallOptions {
  /** A folder with the files that the user has, or an archive of them; by default they are downloaded. */
  readonly from?: string | undefined
  /** Where datasets are kept; by default `data` in the home. */
  readonly folder?: string
  /** Cancels; what has been downloaded stays, and the next installation goes on from there. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DatasetProgress) => void
  /** Milliseconds before a broken connection is tried again. */
  readonly pause?: number
}

/**
 * Installs a published dataset, unless it is there and `from` does not name another source. A second process that
 * installs at the same time waits for the first.
 *
 * @throws TicketLabError `data-missing`, `data-corrupt`, `disk-full` or `cancelled`, saying what to do
 */
export async function installDataset(
  published: PublishedDataset,
  options: DatasetInstallOptions = {},
): Promise<InstalledDataset> {
  const { from, signal, folder = libraryFolder() } = options
  const { name, title } = published
  const report = options.onProgress ?? (() => undefined)
  await makeFolder(folder)
  const onWait = (holder: { process: number; host: string }) =>
    report({
      stage: 'waiting',
      message: `Waiting for process ${holder.process} on ${holder.host}, which is installing a dataset`,
    })
  return withLock(join(folder, '.installing.lock'), { signal, onWait }, async () => {
    const present = from === undefined ? findUndamaged(folder, name) : undefined
    if (present && (await hasContent(folder, present.content))) return present
    const downloads = join(folder, '.downloads')
    if (from === undefined) await downloadAll(published, downloads, options)
    report({ stage: 'read', message: `Reading ${title}` })
    const files = await collectFiles(published, from ?? downloads, signal)
    await heedCancel(signal)
    const examples = decodePublished(published, files)
    await heedCancel(signal)
    report({ stage: 'write', message: `Writing ${title} to ${folder}` })
    const source = from === undefined ? published.downloads.map(({ url }) => url).join(' ') : resolve(from)
    const entry = await keepDataset(folder, name, examples, source, signal)
    if (from === undefined) {
      for (const { url } of published.downloads) await rm(join(downloads, nameOf(url)), { force: true })
    }
    return entry
  })
}

/** What is installed already; a damaged description is written anew. */
function findUndamaged(folder: string, name: PublishedDataset['name']): InstalledDataset | undefined {
  try {
    return findInstalled(folder, name)
  } catch (error) {
    if (error instanceof TicketLabError) return undefined
    throw error
  }
}

async function downloadAll(
  { name, downloads }: PublishedDataset,
  folder: string,
  { signal, onProgress, pause }: DatasetInstallOptions,
): Promise<void> {
  for (const { url, md5 } of downloads) {
    const file = nameOf(url)
    await download({
      url,
      md5,
      file: join(folder, file),
      signal,
      advice:
        `Run 'ticketlab data install ${name}' again when the network allows, or download ` +
        `${downloads.map((one) => one.url).join(', ')} elsewhere and run 'ticketlab data install ${name} --from FOLDER'.`,
      onBytes(done, all) {
        const of = all === undefined ? '' : ` of ${megabytes(all)}`
        onProgress?.({ stage: 'download', message: `Downloading ${file}: ${megabytes(done)}${of} MB` })
      },
      ...(pause === undefined ? {} : { pause }),
    })
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TicketLabError(
      'bad-input',
      `Expected to be able to write to ${folder}, found: ${why}. Give yourself the right to, or name another home in TICKETLAB_HOME.`,
      { cause },
    )
  }
}

function nameOf(url: string): string {
  return basename(new URL(url).pathname)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
}
