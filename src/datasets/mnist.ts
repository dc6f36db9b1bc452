import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TicketLabError } from '../support/errors'
import type { Dataset, DatasetSpec } from './dataset'
import { decodePublished, fileNames } from './decode'
import { unpackGzip } from './idx'
import { readExamples } from './library'
import { mnist } from './published'
import { hasInstalledMnist, mnistMissing, shipsMnist } from './shipped'
import { splitExamples } from './split'

/**
 * Loads MNIST (60,000 and 10,000 images of 28x28), and splits the 60,000 by the description's seed.
 *
 * @param shipped the folder of what ships
 * @param installed the folder of what was installed
 * @throws TicketLabError `data-missing` when it neither ships nor is installed, `data-corrupt` when a file is missing,
 *   damaged or not the published one
 */
export async function loadMnist(spec: DatasetSpec, shipped: string, installed: string): Promise<Dataset> {
  if (shipsMnist(shipped)) return splitExamples(await readShipped(join(shipped, mnist.name)), spec)
  if (!hasInstalledMnist(installed)) throw mnistMissing(shipped, installed)
  return splitExamples(await readExamples(installed, { ...spec, content: mnist.content }), spec)
}

async function readShipped(folder: string) {
  const files = fileNames(mnist).map(async (name) => {
    const path = join(folder, name)
    return [name, { path, bytes: unpackGzip(await readPacked(path), path) }] as const
  })
  return decodePublished(mnist, new Map(await Promise.all(files)))
}

async function readPacked(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw new TicketLabError(
      'data-corrupt',
      `Expected the MNIST file ${file}, but it cannot be read. Reinstall Ticket Lab, or run 'npm run build' in a checkout.`,
      { cause },
    )
  })
}
