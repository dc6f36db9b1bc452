import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, constants, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Parser, type ReadEntry } from 'tar'
import { badInput, dataCorrupt, TicketLabError } from '../../support/errors'
import { checkIsFile, codeOf, explainFull, makeFolder, temporaryName } from '../../support/files'
import { inParallel } from '../../support/in-parallel'
import { checkFormat } from '../open'
import type { IsView } from '../experiments'
import { incomingFolder } from '../layout'
import { openStore } from '../store'
import { packageOf, type Package } from './package'
import type { ListedView } from './references'
import { takeIn, type TakenIn, type TakeTask } from './take-in'

/** How a store takes in what comes from elsewhere. */
export interface ArrivalOptions<View> {
  readonly isView: IsView<View>
  /** Takes the lock of a task in the store that is written to. */
  readonly takeTask: (store: string) => TakeTask
  readonly signal?: AbortSignal
}

/** The files of a store that go along with experiments. */
const ours =
  /^(store\.json|tasks\/([0-9a-f]{2})\/\2[0-9a-f]{62}\/[A-Za-z0-9][\w.-]*|(experiments|labels)\/[0-9a-f]{64}\.json)$/

/**
 * Takes the experiments of an archive into a store, which is made where there is none. Everything is unpacked into a folder
 * by itself and compared with its sums before anything of it counts; what is in the store already stays as it is.
 * @throws TicketLabError `data-corrupt`, `bad-input` for what is no archive of experiments, `store-newer`, `disk-full`, `cancelled`; the store is
 *   then as it was
 */
export async function importExperiments<View extends ListedView>(
  store: string,
  file: string,
  options: ArrivalOptions<View>,
): Promise<TakenIn<View>> {
  await checkIsFile(file, 'an archive of experiments')
  return arrive(store, file, options, (folder) => unpack(file, folder, options.signal))
}

/**
 * Copies experiments with all that they need to another store, which is made where there is none.
 * @param asked digests, beginnings of digests, or names
 * @throws TicketLabError as {@link importExperiments}, `store-corrupt`
 */
export async function copyExperiments<View extends ListedView>(
  from: string,
  asked: readonly string[],
  store: string,
  options: ArrivalOptions<View>,
): Promise<{ readonly sent: Package<View>; readonly taken: TakenIn<View> }> {
  if (resolve(from) === resolve(store)) throw badInput('another store', `the same, ${store}`)
  const sent = await packageOf(from, asked, options.isView)
  const taken = await arrive(store, from, options, async (folder) => {
    for (const parent of new Set(sent.files.map(dirname))) await makeFolder(join(folder, parent))
    await inParallel(sent.files, 8, async (name) => {
      options.signal?.throwIfAborted()
      await copyFile(join(from, name), join(folder, name), constants.COPYFILE_FICLONE)
    })
  })
  return { sent, taken }
}

async function arrive<View extends ListedView>(
  store: string,
  from: string,
  { isView, takeTask, signal }: ArrivalOptions<View>,
  bring: (folder: string) => Promise<void>,
): Promise<TakenIn<View>> {
  const opened = await openStore(store)
  const folder = temporaryName(join(incomingFolder(store), 'experiments'))
  try {
    await makeFolder(folder)
    await bring(folder)
    // An archive may come from a version that keeps things otherwise.
    await checkFormat(folder)
    return await takeIn(opened, folder, from, { isView, takeTask: takeTask(store), signal })
  } catch (error) {
    if (signal?.aborted) throw new TicketLabError('cancelled', `Nothing of ${from} was taken in.`)
    throw await explainFull(error, folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** @throws TicketLabError `data-corrupt`, `bad-input` for an archive with anything else in it */
async function unpack(file: string, folder: string, signal?: AbortSignal): Promise<void> {
  const writing: Promise<unknown>[] = []
  let foreign: string | undefined
  let files = 0
  const parser = new Parser({
    strict: true,
    onReadEntry(entry: ReadEntry) {
      const isFile = entry.type === 'File' && ours.test(entry.path)
      if (!isFile && entry.type !== 'Directory') foreign ??= entry.path
      if (!isFile || foreign !== undefined) {
        entry.resume()
        return
      }
      files += 1
      const path = join(folder, ...entry.path.split('/'))
      const written = makeFolder(dirname(path)).then(() =>
        pipeline(entry, createWriteStream(path, { flags: 'wx', flush: true })),
      )
      // It is awaited below, where a failure is told.
      written.catch(() => entry.resume())
      writing.push(written)
    },
  })
  try {
    await pipeline(createReadStream(file), parser, { signal })
    await Promise.all(writing)
  } catch (error) {
    await Promise.allSettled(writing)
    if (signal?.aborted || isOfDisk(error)) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw dataCorrupt(file, 'a whole archive of experiments (.tar)', why)
  }
  if (foreign !== undefined || files === 0) {
    const found = foreign === undefined ? `nothing in ${basename(file)}` : `'${foreign}' in ${basename(file)}`
    throw badInput(
      "an archive that 'ticketlab store export' has written",
      found,
      'Nothing of it was taken in.',
    )
  }
}

function isOfDisk(error: unknown): boolean {
  return (
    error instanceof TicketLabError || ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS'].includes(codeOf(error) ?? '')
  )
}
