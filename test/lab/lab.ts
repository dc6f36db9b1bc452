import { copyFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Activity } from '../../src/experiments/activity'
import type { ExperimentView } from '../../src/experiments/view'
import type { MimeBundle } from '../../src/report/display'
import type { Lab } from '../../src/lab/api'
import { loadDataset } from '../../src/datasets/load'
import type { OwnDataset } from '../../src/lab/asked/dataset-options'
import { createLab } from '../../src/lab/lab'
import { mainFile, temporaryFolder } from '../runtime/lab'
import { bundle } from '../support/bundle'

/** A real lab with a store, trainers, and a host that remembers what it was shown. */
export interface TestLab {
  readonly lab: Lab
  /** The folder of the store. */
  readonly store: string
  readonly shown: readonly MimeBundle[]
  /** All that was shown, also what was replaced since. */
  readonly history: readonly MimeBundle[]
  /** For every run that was told to have ended, what had been shown last. */
  readonly ended: readonly (MimeBundle | undefined)[]
  readonly views: readonly ExperimentView[]
  /** What the status bar would show, whenever that changed. */
  readonly activities: readonly Activity[]
  /** What it wrote to the log. */
  readonly log: readonly string[]
  close(): Promise<void>
}

/** @param trainers how many networks may train at once */
export async function openTestLab(backends: string, trainers = 2): Promise<TestLab> {
  const trainer = await bundle(mainFile)
  // A lab finds its trainer beside the program that runs.
  const beside = join(dirname(trainer.file), 'trainer.cjs')
  await copyFile(trainer.file, beside)
  const mainProgram = process.argv[1]!
  process.argv[1] = beside
  const { folder, remove } = await temporaryFolder()
  const shown: MimeBundle[] = []
  const history: MimeBundle[] = []
  const ended: (MimeBundle | undefined)[] = []
  const views: ExperimentView[] = []
  const activities: Activity[] = []
  const log: string[] = []
  const lab = createLab({
    ...{ store: folder, backends, trainers },
    display(first) {
      const at = shown.push(first) - 1
      history.push(first)
      return (next) => {
        shown[at] = next
        history.push(next)
      }
    },
    show: () => undefined,
    ran: () => void ended.push(history.at(-1)),
    signal: () => new AbortController().signal,
    activity: (current) => void activities.push(current()),
    experiment: (_, current) => void views.push(current()),
    log: (_, message) => void log.push(message),
  })
  return {
    ...{ lab, store: folder, shown, history, ended, views, activities, log },
    async close() {
      await lab.close()
      process.argv[1] = mainProgram
      await remove()
      await trainer.remove()
    },
  }
}

/** The first of MNIST's images, as a dataset of one's own: all of them take a trainer a second to load, and most of a test to evaluate. */
export async function someMnist(
  lab: Lab,
  [trained, tested]: readonly [number, number] = [1500, 300],
): Promise<OwnDataset> {
  const { train, test } = await loadDataset({ name: 'mnist', splitSeed: 1, validation: 5000 })
  return lab.dataset({
    shape: [28, 28, 1],
    ...{ images: train.images.slice(0, trained * 784), labels: train.labels.slice(0, trained) },
    ...{ testImages: test.images.slice(0, tested * 784), testLabels: test.labels.slice(0, tested) },
  })
}
