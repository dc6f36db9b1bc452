import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { create } from 'tar'
import { afterAll } from 'vitest'
import type { PublishedDataset } from '../../src/datasets/published'

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')

/** A record as CIFAR has it: labels, then a plane of 2x2 pixels for red (10 + i), green (20 + i) and blue (30 + i). */
export const record = (...labels: number[]) => [
  ...labels,
  ...[10, 20, 30].flatMap((c) => [c, c + 1, c + 2, c + 3]),
]

/** The files of a made-up dataset in the format of CIFAR: three records in two files, and one for tests. */
export const cifarFiles: Readonly<Record<string, Uint8Array>> = {
  'first.bin': Uint8Array.from([...record(1, 4), ...record(0, 3)]),
  'second.bin': Uint8Array.from(record(1, 2)),
  'test.bin': Uint8Array.from(record(0, 0)),
}

export const smallCifar: PublishedDataset = {
  name: 'cifar100',
  title: 'Small CIFAR',
  shape: [2, 2, 3],
  classes: 5,
  trainCount: 3,
  testCount: 1,
  format: {
    kind: 'cifar',
    labelBytes: 2,
    train: { 'first.bin': 2, 'second.bin': 1 },
    test: { 'test.bin': 1 },
  },
  downloads: [{ url: 'http://127.0.0.1:1/small.tar.gz', md5: '0' }],
  archiveFolder: 'small-bin',
  normalize: { mean: [0.1, 0.2, 0.3], deviation: [0.4, 0.5, 0.6] },
}

const idx = (shape: readonly number[], data: readonly number[]) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((extent) => [0, 0, 0, extent]), ...data])

/** The files of a made-up dataset in the format of MNIST: two images of 1x2 pixels, and one for tests. */
export const idxFiles: Readonly<Record<string, Uint8Array>> = {
  'images.gz': gzipSync(idx([2, 1, 2], [1, 2, 3, 4])),
  'labels.gz': gzipSync(idx([2], [1, 0])),
  'test-images.gz': gzipSync(idx([1, 1, 2], [5, 6])),
  'test-labels.gz': gzipSync(idx([1], [2])),
}

/** The made-up dataset with its files at `address`. */
export const smallIdx = (address: string): PublishedDataset => ({
  name: 'fashion-mnist',
  title: 'Small Fashion',
  shape: [1, 2, 1],
  classes: 3,
  trainCount: 2,
  testCount: 1,
  format: { kind: 'idx', train: ['images.gz', 'labels.gz'], test: ['test-images.gz', 'test-labels.gz'] },
  downloads: Object.entries(idxFiles).map(([name, bytes]) => ({
    url: `${address}/${name}`,
    md5: md5(bytes),
  })),
  normalize: { mean: [0], deviation: [1] },
})

/** A function that makes temporary folders, which are removed after the tests of the file. */
export function temporaryFolders(): () => Promise<string> {
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ticketlab-data-'))
    folders.push(folder)
    return folder
  }
}

export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  return folder
}

/** Packs the files as the published archive has them, in a folder of `inside`; gives the archive's path. */
export async function packArchive(
  inside: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string> {
  await writeFiles(join(inside, 'packing', 'small-bin'), files)
  const file = join(inside, 'small.tar.gz')
  await create({ gzip: true, file, cwd: join(inside, 'packing') }, ['small-bin'])
  return file
}
