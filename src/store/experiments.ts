import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { watch } from 'node:fs'
import type { Json } from '../support/canonical'
import type { Digest } from '../tasks/tasks'
import { explainFull, namesIn, readIfThere, writeWhole } from '../support/files'
import { seal, unseal } from '../support/sealed'
import { listOf, objectOf, optional, text } from '../support/json-shape'
import { asideName, experimentFile, experimentsFolder } from './layout'
import { corrupt } from './reader'

/**
 * An experiment as it is kept for the tree. What view and description look like is the business of
 * src/experiments: here they are JSON, and the view has the digest.
 */
export interface StoredExperiment<View> extends ExperimentNotes {
  readonly view: View
  readonly description: Json
}

/** What is kept beside an experiment's view. Experiments of the first versions have none of it. */
export interface ExperimentNotes {
  /** Every task of its graph, finished or not: with what these need, all that it takes to read its results. */
  readonly tasks?: readonly Digest[]
  /** Which task is what in the results: an experiment without its setup, which is the description, and its tasks. */
  readonly plan?: Json
  /** What made it. */
  readonly origin?: Origin
}

/** The cell that made an experiment. */
export interface Origin {
  /** The notebook's file, which may have been moved or never saved since. */
  readonly notebook: string
  /** The cell as it was then. */
  readonly code: string
}

/** All experiments of a store, and the files that could not be read. */
export interface ExperimentList<View> {
  readonly experiments: readonly StoredExperiment<View>[]
  /** Paths of damaged files, which stay until their cell is run again. */
  readonly damaged: readonly string[]
}

/** Tells the view of an experiment from anything else. */
export type IsView<View> = (value: unknown) => value is View

/** How the files began in versions that gave them no sum. */
const unsealed = '{"view":'

/** Keeps an experiment, in place of an earlier state of it. @throws TicketLabError `disk-full` */
export async function writeExperiment(
  store: string,
  view: { readonly digest: Digest },
  description: Json,
  notes: ExperimentNotes = {},
): Promise<void> {
  const content = JSON.stringify({ view, description, ...notes })
  await writeWhole(experimentFile(store, view.digest), seal(`${content}\n`))
}

/** One experiment; `undefined` when it is not in the store. @throws TicketLabError `store-corrupt` */
export async function readExperiment<View extends { readonly digest: Digest }>(
  store: string,
  digest: Digest,
  isView: IsView<View>,
): Promise<StoredExperiment<View> | undefined> {
  const path = experimentFile(store, digest)
  const bytes = await readIfThere(path)
  if (!bytes) return undefined
  const experiment = parse(bytes, digest, isView)
  if (!experiment) throw corrupt(path, `the experiment ${digest} under its sum`, 'something else')
  return experiment
}

/** Moves the damaged file of an experiment out of the way, keeping it. @returns where it is now */
export async function setExperimentAside(store: string, digest: Digest): Promise<string> {
  const path = experimentFile(store, digest)
  const aside = asideName(path)
  await rename(path, aside).catch(async (error: unknown) => {
    throw await explainFull(error, aside, 0)
  })
  return aside
}

/** All experiments, in no particular order; none when there is no store. */
export async function listExperiments<View extends { readonly digest: Digest }>(
  store: string,
  isView: IsView<View>,
): Promise<ExperimentList<View>> {
  const names = await namesIn(experimentsFolder(store))
  const experiments: StoredExperiment<View>[] = []
  const damaged: string[] = []
  for (const name of names.filter((name) => name.endsWith('.json')).sort()) {
    const path = join(experimentsFolder(store), name)
    const bytes = await readIfThere(path)
    if (!bytes) continue
    const experiment = parse(bytes, name.slice(0, -'.json'.length), isView)
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

function parse<View extends { readonly digest: Digest }>(
  bytes: Buffer,
  digest: Digest,
  isView: IsView<View>,
): StoredExperiment<View> | undefined {
  const { view, description, ...notes } = unseal(bytes, unsealed) ?? {}
  if (!isView(view) || view.digest !== digest || description === undefined || !areNotes(notes))
    return undefined
  return { view, description: description as Json, ...(notes as ExperimentNotes) }
}

const areNotes = objectOf({
  tasks: optional(listOf(text)),
  origin: optional(objectOf({ notebook: text, code: text })),
})
