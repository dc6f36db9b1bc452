import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TicketLabError } from '../support/errors'
import type { Dataset, DatasetSpec } from './dataset'
import { readIdx, unpackGzip } from './idx'
import { mnist } from './published'
import { splitExamples } from './split'

/** The four files of MNIST with the MD5 of their unpacked content. */
const mnistFiles = {
  'train-images-idx3-ubyte': '6bbc9ace898e44ae57da46a324031adb',
  'train-labels-idx1-ubyte': 'a25bea736e30d166cdddb491f175f624',
  't10k-images-idx3-ubyte': '2646ac647ad5339dbf082846283269ea',
  't10k-labels-idx1-ubyte': '27ae3e4e09519cfbb04c329615203637',
} as const

/**
 * Reads MNIST (60,000 and 10,000 images of 28x28) from gzip files of the original names in `folder`, and splits
 * the 60,000 by the description's seed.
 *
 * @throws TicketLabError `data-corrupt` when a file is missing, damaged or not the published one
 */
export async function loadMnist(spec: DatasetSpec, folder: string): Promise<Dataset> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
    Object.entries(mnistFiles).map(([name, md5]) => readPublished(join(folder, `${name}.gz`), md5)),
  )
  return splitExamples(
    {
      ...{ shape: mnist.shape, classes: mnist.classes, normalize: mnist.normalize },
      train: { images: trainImages!, labels: trainLabels!, count: trainLabels!.length },
      test: { images: testImages!, labels: testLabels!, count: testLabels!.length },
    },
    spec,
  )
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
