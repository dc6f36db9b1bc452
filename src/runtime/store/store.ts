import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../../support/canonical'
import type { Digest } from '../../training/tasks'
import { explainFull, writeWhole } from '../../support/files'
import {
  listExperiments,
  readExperiment,
  watchExperiments,
  writeExperiment,
  type ExperimentList,
  type StoredExperiment,
} from './experiments'
import { checkpointFile, resultFile, taskFolder } from './layout'
import { checkFormat, prepareStore } from './open'
import { createReader, type TaskReader } from './reader'
import type { TaskResult } from './result'

/** What the editor needs of a store: it reads, and never makes or changes anything. */
export interface StoreView extends TaskReader {
  readonly folder: string
  /** All experiments; none when there is no store yet. @throws TicketLabError `store-newer`, `store-corrupt` */
  experiments<View extends { readonly digest: Digest }>(): Promise<ExperimentList<View>>
  experiment<View extends { readonly digest: Digest }>(
    digest: Digest,
  ): Promise<StoredExperiment<View> | undefined>
  /** Calls `changed` when experiments were written, by any process. @returns a function that ends it */
  watch(changed: () => void): () => void
}

/** Every finished task and every experiment, kept in a folder that several processes may use at once. */
export interface Store extends StoreView {
  writeExperiment(view: { readonly digest: Digest }, description: Json): Promise<void>
  /** Makes a task finished, at once for everybody. Its files are complete and its lock is held. */
  commit(digest: Digest, result: TaskResult): Promise<void>
  /** Moves a damaged result out of the way, keeping it. @returns where it is now */
  setAside(digest: Digest): Promise<string>
}

/**
 * Opens the store in `folder`, making it when there is none.
 * @throws TicketLabError `store-newer`, `store-corrupt`, `disk-full`, or `bad-input` when the folder holds something else
 */
export async function openStore(folder: string): Promise<Store> {
  await prepareStore(folder)
  return {
    ...openStoreView(folder),
    writeExperiment: (view, description) => writeExperiment(folder, view, description),

    async commit(digest, result) {
      const home = taskFolder(folder, digest)
      await writeWhole(join(home, resultFile), `${JSON.stringify(result)}\n`)
      await rm(join(home, checkpointFile), { force: true })
    },

    async setAside(digest) {
      const home = taskFolder(folder, digest)
      const aside = `${home}.corrupt-${new Date().toISOString().replaceAll(':', '.')}`
      await rename(home, aside).catch(async (error: unknown) => {
        throw await explainFull(error, aside, 0)
      })
      return aside
    },
  }
}

/** Opens the store in `folder` for reading; it may appear later. */
export function openStoreView(folder: string): StoreView {
  return {
    ...createReader(folder),
    folder,
    async experiments<View extends { readonly digest: Digest }>() {
      await checkFormat(folder)
      return listExperiments<View>(folder)
    },
    experiment: (digest) => readExperiment(folder, digest),
    watch: (changed) => watchExperiments(folder, changed),
  }
}
