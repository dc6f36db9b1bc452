import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TicketLabError } from '../support/errors'
import { permutation, randomStream } from '../support/random'
import type { Dataset, DatasetSpec, Split } from './dataset'
import { readIdx, unpackGzip } from './idx'

/** The four files of MNIST with the MD5 of their unpacked content. */
export const mnistFiles = {
  'train-images-idx3-ubyte': '6bbc9ace898e44ae57da46a324031adb',
  'train-labels-idx1-ubyte': 'a25bea736e30d166cdddb491f175f624',
  't10k-images-idx3-ubyte': '2646ac647ad5339dbf082846283269ea',
  't10k-labels-idx1-ubyte': '27ae3e4e09519cfbb04c329615203637',
} as const

/**
 * Reads MNIST (60,000 and 10,000 images of 28x28) from gzip files of the original names in `folder`, and splits
 * the 60,000 by the description's seed. Pixels are scaled to [0, 1], as Frankle & Carbin 2019 do.
 *
 * @throws TicketLabError `data-corrupt` when a file is missing, damaged or not the published one
 */
export async function loadMnist(spec: DatasetSpec, folder: string): Promise<Dataset> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
    Object.entries(mnistFiles).map(([name, md5]) => readPublished(join(folder, `${name}.gz`), md5)),
  )
  const all = { images: trainImages!, labels: trainLabels!, count: trainLabels!.length }
  if (!Number.isInteger(spec.validation) || spec.validation < 1 || spec.validation >= all.count) {
    throw new TicketLabError(
      'bad-input',
      `Expected between 1 and ${all.count - 1} validation examples, found ${spec.validation}.`,
    )
  }
  const order = permutation(all.count, randomStream(spec.splitSeed, 'split'))
  return {
    shape: [28, 28, 1],
    classes: 10,
    normalize: { mean: [0], deviation: [1] },
    train: take(all, order.subarray(spec.validation)),
    validation: take(all, order.subarray(0, spec.validation)),
    test: { images: testImages!, labels: testLabels!, count: testLabels!.length },
  }
}

async function readPublished(file: string, md5: string): Promise<Uint8Array> {
  const packed = await readFile(file).catch((cause: unknown) => {
    throw new TicketLabError(
      'data-corrupt',
      `Expected the MNIST file ${file}, but it cannot be read. Reinstall Ticket Lab, or run 'npm run build' in a checkout.`,
      { cause },
    )
  })
  const plain = unpackGzip(packed, file)
  const found = createHash('md5').update(plain).digest('hex')
  if (found !== md5) {
    throw new TicketLabError(
      'data-corrupt',
      `${file}: expected content with MD5 ${md5}, found ${found}. Replace the file by an undamaged copy.`,
    )
  }
  return readIdx(plain, file).data
}

function take(split: Split, which: Uint32Array): Split {
  const size = split.images.length / split.count
  const images = new Uint8Array(which.length * size)
  which.forEach((example, i) => {
    images.set(split.images.subarray(example * size, (example + 1) * size), i * size)
  })
  return { images, labels: Uint8Array.from(which, (example) => split.labels[example]!), count: which.length }
}
