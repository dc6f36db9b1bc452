import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { watch } from 'node:fs'
import type { Json } from '../../support/canonical'
import type { Digest } from '../../training/tasks'
import { isMissing, readIfThere, writeWhole } from '../../support/files'
import { experimentsFolder } from './layout'

/**
 * An experiment as it is kept for the tree. What view and description look like is the business of
 * src/experiments: here they are JSON, and the view has the digest.
 */
export interface StoredExperiment<View> {
  readonly view: View
  readonly description: Json
}

/** All experiments of a store, and the files that could not be read. */
export interface ExperimentList<View> {
  readonly experiments: readonly StoredExperiment<View>[]
  /** Paths of damaged files, which are left as they are. */
  readonly damaged: readonly string[]
}

/** Keeps an experiment, in place of an earlier state of it. @throws TicketLabError `disk-full` */
export async function writeExperiment(
  store: string,
  view: { readonly digest: Digest },
  description: Json,
): Promise<void> {
  await writeWhole(fileOf(store, view.digest), `${JSON.stringify({ view, description })}\n`)
}

/** One experiment; `undefined` when it is not in the store or its file is damaged. */
export async function readExperiment<View extends { readonly digest: Digest }>(
  store: string,
  digest: Digest,
): Promise<StoredExperiment<View> | undefined> {
  const bytes = await readIfThere(fileOf(store, digest))
  return bytes && parse<View>(bytes.toString(), digest)
}

/** All experiments, in no particular order; none when there is no store. */
export async function listExperiments<View extends { readonly digest: Digest }>(
  store: string,
): Promise<ExperimentList<View>> {
  const names = await readdir(experimentsFolder(store)).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const experiments: StoredExperiment<View>[] = []
  const damaged: string[] = []
  for (const name of names.filter((name) => name.endsWith('.json')).sort()) {
    const path = join(experimentsFolder(store), name)
    const bytes = await readIfThere(path)
    if (!bytes) continue
    const experiment = parse<View>(bytes.toString(), name.slice(0, -'.json'.length))
    if (experiment) experiments.push(experiment)
    else damaged.push(path)
  }
  return { experiments, damaged }
}

/**
 * Calls `changed` soon after an experiment was written by any process: at once where the file system says so,
 * otherwise (the store is not there yet, or lies on a network) within `period` milliseconds, for the price of one
 * `stat`. @returns a function that ends it
 */
export function watchExperiments(store: string, changed: () => void, period = 2000): () => void {
  const folder = experimentsFolder(store)
  let last: number | undefined
  let watcher: ReturnType<typeof watch> | undefined

  const look = () => {
    void stat(folder).then(
      ({ mtimeMs }) => {
        if (!watcher) listen()
        if (last !== undefined && last !== mtimeMs) changed()
        last = mtimeMs
      },
      () => {
        // The folder is not there (yet, or any more): its appearance is a change.
        watcher?.close()
        watcher = undefined
        last = -1
      },
    )
  }
  const listen = () => {
    try {
      watcher = watch(folder, { persistent: false }, look)
      watcher.on('error', () => watcher?.close())
    } catch {
      // Some file systems cannot be watched: looking from time to time goes on.
      watcher = undefined
    }
  }
  look()
  const timer = setInterval(look, period)
  timer.unref()
  return () => {
    clearInterval(timer)
    watcher?.close()
  }
}

function fileOf(store: string, digest: Digest): string {
  return join(experimentsFolder(store), `${digest}.json`)
}

function parse<View extends { readonly digest: Digest }>(
  text: string,
  digest: Digest,
): StoredExperiment<View> | undefined {
  try {
    const content = JSON.parse(text) as Partial<StoredExperiment<View>> | null
    if (content?.view?.digest === digest && content.description !== undefined) {
      return content as StoredExperiment<View>
    }
  } catch {
    // Not JSON: damaged, which the caller tells.
  }
  return undefined
}
