import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Labels } from '../../backends/backend'
import { badInput, TicketLabError } from '../../support/errors'
import { randomStream, sample } from '../../support/random'
import { sizeOf } from '../../support/tensor'
import { describe } from '../library'
import { ImageWriter, keepStreamed, withScratch } from '../streamed'
import { findImages, type ImageFile } from './folder'
import type { FolderDataset, FolderPlan } from './plan'
import { brokenImages, readImages } from './read'
import { keyOf, recall, remember } from './remembered'

/** What reading a folder is doing. */
export interface FolderProgress {
  readonly done: number
  readonly all: number
}

/** Where a dataset of a folder is kept, and who is told of how it gets there. */
export interface FolderContext {
  /** The folder of datasets. */
  readonly folder: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: FolderProgress) => void) | undefined
}

/** Bytes of all images at most: what a file that is read at once may have, and trainers can hold. */
export const mostImageBytes = 2 ** 31 - 2 ** 24

/**
 * Makes a dataset of a folder of images, one image after the other, so that no more than one is in memory. The same folder with
 * the same options is not read again unless a file in it has another size or was changed since.
 * @throws TicketLabError `bad-input` where the folder is not laid out as expected, or all images together are too large;
 *   `data-corrupt` with the names of images that cannot be read; `cancelled`, `disk-full`
 */
export async function readImageFolder(
  root: string,
  plan: FolderPlan,
  { folder, signal, onProgress }: FolderContext,
): Promise<FolderDataset> {
  const heed = async (): Promise<void> => {
    await nextTurn()
    if (signal?.aborted) throw cancelled(root)
  }
  const found = await findImages(root, heed)
  const key = keyOf(root, plan, [...found.train, ...(found.test ?? [])])
  const known = await recall(folder, key)
  if (known) return known
  const { classes } = found
  const { train, test } = chosen(found.train, found.test, classes, plan)
  if (plan.fit) checkRoom(root, [plan.fit.size, plan.fit.size, plan.channels], train.length, test.length)

  const made = await withScratch(folder, async (scratch) => {
    const all = train.length + test.length
    const first: { shape?: readonly number[]; path?: string } = {}
    const read = async (files: readonly ImageFile[], name: 'train' | 'test', before: number) => {
      const writer = await ImageWriter.create(join(scratch, name))
      try {
        return await readImages(files, plan, writer, first, async (done) => {
          await heed()
          if (before + done === 1) checkRoom(root, first.shape ?? [0], train.length, test.length)
          onProgress?.({ done: before + done, all })
        })
      } finally {
        await writer.close()
      }
    }
    const ofTrain = await read(train, 'train', 0)
    const ofTest = await read(test, 'test', train.length)
    const broken = [...ofTrain.broken, ...ofTest.broken]
    const nothingLeft = ofTrain.labels.length === 0 || ofTest.labels.length === 0
    if (broken.length > 0 && (plan.broken === 'error' || nothingLeft)) throw brokenImages(root, broken, all)
    const split = (labels: readonly number[]) => ({
      labels: labelsOf(labels, classes.length),
      count: labels.length,
    })
    const examples = {
      ...{ shape: first.shape!, classes: classes.length, normalize: plan.normalize },
      ...{ train: split(ofTrain.labels), test: split(ofTest.labels) },
    }
    const images = { train: join(scratch, 'train'), test: join(scratch, 'test') }
    const content = await keepStreamed(folder, scratch, examples, images, heed)
    const entry = await describe(folder, { name: 'own', content, from: root }, examples)
    return { entry, classNames: classes, leftOut: broken }
  })
  await remember(folder, key, made)
  return made
}

/** Which images are read: as many as asked for, and some to test on where there are none. */
function chosen(
  train: readonly ImageFile[],
  test: readonly ImageFile[] | undefined,
  classes: readonly string[],
  { perClass, testPerClass, testFraction }: FolderPlan,
) {
  const [trainOf, testOf] = [byLabel(train, classes), test && byLabel(test, classes)]
  const byClass = classes.map((name, label) => {
    let [training, testing] = [trainOf[label]!, testOf?.[label]]
    if (!testing) {
      const count = Math.max(1, Math.round(testFraction * training.length))
      if (training.length <= count) {
        throw badInput(
          `more than ${count} images of the class ${name}, some to train and some to test on`,
          training.length,
        )
      }
      testing = some(training, count, 'held out', name)
      const heldOut = new Set(testing)
      training = training.filter((file) => !heldOut.has(file))
    }
    return {
      train: some(training, perClass ?? training.length, 'train', name),
      test: some(testing, testPerClass ?? testing.length, 'test', name),
    }
  })
  return { train: byClass.flatMap((one) => one.train), test: byClass.flatMap((one) => one.test) }
}

function byLabel(files: readonly ImageFile[], classes: readonly string[]): readonly ImageFile[][] {
  const lists: ImageFile[][] = classes.map(() => [])
  for (const file of files) lists[file.label]!.push(file)
  return lists
}

/** `count` of the images of a class, in the order of their names; always the same ones. */
function some(files: readonly ImageFile[], count: number, what: string, name: string): ImageFile[] {
  if (files.length <= count) return [...files]
  const places = Uint32Array.from(files, (_, place) => place)
  const drawn = sample(places, count, randomStream(1, 'images', what, name)).sort()
  return Array.from(drawn, (place) => files[place]!)
}

function labelsOf(labels: readonly number[], classes: number): Labels {
  return classes > 256 ? Uint16Array.from(labels) : Uint8Array.from(labels)
}

/** @throws TicketLabError `bad-input` that says what would fit */
function checkRoom(root: string, shape: readonly number[], train: number, test: number): void {
  const bytes = (train + test) * sizeOf(shape)
  if (bytes <= mostImageBytes) return
  const fitting = Math.floor(Math.sqrt(mostImageBytes / ((train + test) * shape[2]!)))
  const kept = Math.floor(mostImageBytes / sizeOf(shape))
  throw badInput(
    `images of at most ${gigabytes(mostImageBytes)} together, which trainers hold in memory about three times`,
    `${gigabytes(bytes)} in ${root} (${train} to train and ${test} to test on, ${shape.join('x')} bytes each)`,
    `Take fewer, ${kept} in all, by { perClass, testPerClass }` +
      (fitting < 8 ? '.' : `, or { size: ${fitting} }.`),
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function cancelled(root: string): TicketLabError {
  return new TicketLabError(
    'cancelled',
    `Reading the images of ${root} was cancelled. Run the cell again to read them.`,
  )
}
