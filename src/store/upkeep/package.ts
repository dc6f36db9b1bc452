import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { TicketLabError } from '../../support/errors'
import { inParallel } from '../../support/in-parallel'
import type { Digest } from '../../tasks/tasks'
import type { IsView } from '../experiments'
import { experimentFile, labelFile, resultFile, storeFile, taskFolder } from '../layout'
import { createReader } from '../reader'
import { findExperiments } from './find'
import { inventoryOf, type Listed } from './inventory'
import type { ListedView } from './references'

/** Experiments with all that it takes to read their results, as files of a store. */
export interface Package<View> {
  readonly experiments: readonly Listed<View>[]
  /** The finished tasks that they need. */
  readonly tasks: readonly Digest[]
  /** Relative to the store, with `/`; of each task, the result comes last. */
  readonly files: readonly string[]
  readonly bytes: number
}

const readers = 8

/**
 * What goes along with experiments. Every task is compared with its sums; what is not finished stays behind.
 * @param asked digests, beginnings of digests, or names
 * @throws TicketLabError `store-corrupt`, `store-newer`, `bad-input` for what is not there, or was kept without a note of its tasks
 */
export async function packageOf<View extends ListedView>(
  store: string,
  asked: readonly string[],
  isView: IsView<View>,
): Promise<Package<View>> {
  const { experiments: there, contents } = await inventoryOf(store, isView)
  const experiments = findExperiments(there, asked)
  for (const { experiment, noted } of experiments) {
    if (noted) continue
    throw new TicketLabError(
      'bad-input',
      `'${experiment.view.name}' was kept by an earlier version of Ticket Lab, which did not note what it needs. ` +
        'Run its cell once more, which computes nothing again, and then this.',
    )
  }
  const needed = new Set(experiments.flatMap(({ needs }) => [...needs]))
  const tasks = [...needed].filter((digest) => contents.tasks.get(digest)?.finished).sort()
  const reader = createReader(store)
  const names = new Map<Digest, readonly string[]>()
  await inParallel(tasks, readers, async (digest) => {
    await reader.verify(digest)
    names.set(digest, Object.keys((await reader.result(digest))?.files ?? {}))
  })
  const relativeTo = (path: string): string => relative(store, path).split('\\').join('/')
  const files = [
    relativeTo(storeFile(store)),
    ...tasks.flatMap((digest) =>
      [...names.get(digest)!, resultFile].map((name) => relativeTo(join(taskFolder(store, digest), name))),
    ),
    ...experiments.flatMap(({ experiment: { view }, label }) => [
      relativeTo(experimentFile(store, view.digest)),
      ...(Object.keys(label).length > 0 ? [relativeTo(labelFile(store, view.digest))] : []),
    ]),
  ]
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(store, file))).size))
  return { experiments, tasks, files, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
