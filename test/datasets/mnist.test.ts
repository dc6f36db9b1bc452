import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/datasets/load'
import { dataFolder } from '../../src/support/paths'
import { knownDataset } from '../../src/datasets/published'
import { rejected } from '../support/thrown'

const spec = { name: 'mnist', splitSeed: 1, validation: 5000 } as const

describe('MNIST', () => {
  const temporary: string[] = []
  afterAll(() => Promise.all(temporary.map((folder) => rm(folder, { recursive: true }))))

  it('is split 55,000 / 5,000 / 10,000, every image once', async () => {
    const { train, validation, test, shape } = await loadDataset(spec)
    expect([train.count, validation.count, test.count]).toEqual([55_000, 5_000, 10_000])
    expect(train.images.length).toBe(55_000 * 784)
    expect(shape).toEqual([28, 28, 1])
    // Class sizes of the 60,000 published training images.
    const counts = Array<number>(10).fill(0)
    for (const label of [...train.labels, ...validation.labels]) counts[label]!++
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    // Of the test images, most are ones.
    expect(test.labels.filter((label) => label === 1)).toHaveLength(knownDataset('mnist').largestTestClass!)
  })

  it('is split otherwise by another seed, and alike by the same', async () => {
    const labels = async (splitSeed: number) => (await loadDataset({ ...spec, splitSeed })).validation.labels
    expect(await labels(1)).toEqual(await labels(1))
    expect(await labels(1)).not.toEqual(await labels(2))
  })

  it('says which file is damaged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ticketlab-mnist-'))
    temporary.push(folder)
    await cp(dataFolder(), folder, { recursive: true })
    const file = join(folder, 'mnist/t10k-labels-idx1-ubyte.gz')
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, bytes.length - 100))
    expect(await rejected(loadDataset(spec, folder))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining(file) as string,
    })
    await rm(file)
    expect(await rejected(loadDataset(spec, folder))).toMatchObject({ code: 'data-corrupt' })
  })
})
