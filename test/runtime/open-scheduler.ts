import { createScheduler, type Scheduler } from '../../src/runtime/scheduler'
import { openStore, type Store } from '../../src/store/store'
import { digestOf } from '../../src/tasks/digest'
import type { Facts } from '../../src/tasks/kinds/all'
import type { Task } from '../../src/tasks/tasks'
import { bundle } from '../support/bundle'
import { backends, mainFile, temporaryFolder } from './lab'

/** A scheduler with real trainers, and a store of its own that is gone after `close`. */
export interface OpenScheduler {
  readonly scheduler: Scheduler
  readonly store: Store
  /** The program of its trainers. */
  readonly trainer: string
  /** What was found by a task that is done. */
  factsOf(task: Task): Promise<Facts>
  close(): Promise<void>
}

/**
 * @param trainers how many tasks may run at once
 * @param grace milliseconds that a cancelled trainer has before it is killed
 */
export async function openScheduler(trainers = 1, grace?: number): Promise<OpenScheduler> {
  const trainer = await bundle(mainFile)
  const { folder, remove } = await temporaryFolder()
  const store = await openStore(folder)
  const scheduler = createScheduler({
    ...{ store, backends, trainers, trainerPath: trainer.file, log: () => undefined },
    ...(grace === undefined ? {} : { grace }),
  })
  return {
    ...{ scheduler, store, trainer: trainer.file },
    factsOf: async (task) => (await store.result(digestOf(task)))!.facts,
    async close() {
      await scheduler.close()
      await remove()
      await trainer.remove()
    },
  }
}
