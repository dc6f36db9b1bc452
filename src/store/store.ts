import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../support/canonical'
import type { Digest } from '../tasks/tasks'
import { explainFull, writeWhole } from '../support/files'
import {
  listExperiments,
  readExperiment,
  setExperimentAside,
  watchExperiments,
  writeExperiment,
  type ExperimentList,
  type ExperimentNotes,
  type IsView,
  type StoredExperiment,
} from './experiments'
import { asideName, checkpointFile, resultFile, storeFile, taskFolder } from './layout'
import { checkFormat, prepareStore } from './open'
import { createReader, type TaskReader } from './reader'
import { resultText, type TaskResult } from './result'

/** What the editor needs of a store: it reads, and never makes or changes anything. */
export interface StoreView extends TaskReader {
  readonly folder: string
  /** All experiments; none when there is no store yet. @throws TicketLabError `store-newer` */
  experiments<View extends { readonly digest: Digest }>(isView: IsView<View>): Promise<ExperimentList<View>>
  /** @throws TicketLabError `store-corrupt` */
  experiment<View extends { readonly digest: Digest }>(
    digest: Digest,
    isView: IsView<View>,
  ): Promise<StoredExperiment<View> | undefined>
  /** Calls `changed` when experiments were written, by any process. @returns a function that ends it */
  watch(changed: () => void): () => void
}

/** Every finished task and every experiment, kept in a folder that several processes may use at once. */
export interface Store extends StoreView {
  writeExperiment(
    view: { readonly digest: Digest },
    description: Json,
    notes?: ExperimentNotes,
  ): Promise<void>
  /** Makes a task finished, at once for everybody. Its files are complete and its lock is held. */
  commit(digest: Digest, result: TaskResult): Promise<void>
  /** Moves a damaged result out of the way, keeping it. @returns where it is now */
  setAside(digest: Digest): Promise<string>
  /** The same for a damaged experiment. */
  setExperimentAside(digest: Digest): Promise<string>
}

/**
 * Opens the store in `folder`, making it when there is none. Nothing is written where a store is already, so that one on
 * a disk that can only be read opens, too.
 * @param log told when store.json was damaged
 * @throws TicketLabError `store-newer`, `disk-full`, or `bad-input` when the folder holds something else
 */
export async function openStore(
  folder: string,
  log: (level: 'warning', message: string) => void = () => undefined,
): Promise<Store> {
  const aside = await prepareStore(folder)
  if (aside !== undefined) {
    log(
      'warning',
      `The store's file ${storeFile(folder)} was damaged. It was moved to ${aside} and written anew.`,
    )
  }
  return {
    ...openStoreView(folder),
    writeExperiment: (view, description, notes) => writeExperiment(folder, view, description, notes),

    async commit(digest, result) {
      const home = taskFolder(folder, digest)
      await writeWhole(join(home, resultFile), resultText(result))
      await rm(join(home, checkpointFile), { force: true })
    },

    async setAside(digest) {
      const home = taskFolder(folder, digest)
      const aside = asideName(home)
      await rename(home, aside).catch(async (error: unknown) => {
        throw await explainFull(error, aside, 0)
      })
      return aside
    },
    setExperimentAside: (digest) => setExperimentAside(folder, digest),
  }
}

/** Opens the store in `folder` for reading; it may appear later. */
export function openStoreView(folder: string): StoreView {
  return {
    ...createReader(folder),
    folder,
    async experiments(isView) {
      await checkFormat(folder)
      return listExperiments(folder, isView)
    },
    experiment: (digest, isView) => readExperiment(folder, digest, isView),
    watch: (changed) => watchExperiments(folder, changed),
  }
}
