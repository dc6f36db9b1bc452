import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { collectFiles } from '../../src/datasets/collect'
import { publishedDatasets } from '../../src/datasets/published'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ticketlab-collect-'))))
afterEach(() => rm(folder, { recursive: true }))

it.each([
  ['cifar10', 'cifar-10-batches-py', 'data_batch_1'],
  ['cifar100', 'cifar-100-python', 'train'],
] as const)('the Python version of %s is named, with what to get instead', async (name, inside, file) => {
  await mkdir(join(folder, inside))
  await writeFile(join(folder, inside, file), '')
  const published = publishedDatasets[name]
  for (const from of [folder, join(folder, inside)]) {
    await expect(collectFiles(published, from)).rejects.toMatchObject({
      code: 'data-missing',
      message: expect.stringContaining(
        `Expected the binary version of ${published.title}, found its Python version (${join(folder, inside, file)})`,
      ) as string,
    })
  }
})
