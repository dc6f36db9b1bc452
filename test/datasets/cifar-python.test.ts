import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { create } from 'tar'
import { describe, expect, it } from 'vitest'
import { recordsOfPickle } from '../../src/datasets/cifar-python'
import { collectFiles } from '../../src/datasets/collect'
import { decodePublished } from '../../src/datasets/decode'
import { numpyArrays } from '../../src/datasets/pickle-arrays'
import { publishedDatasets, type PublishedDataset } from '../../src/datasets/published'
import { readPickle } from '../../src/support/pickle'
import { python, pythonObstacle } from '../support/python'
import { thrown } from '../support/thrown'
import { cifarFiles, record, smallCifar, temporaryFolders } from './small'

const folderOf = temporaryFolders()

/** The made-up dataset with a Python version beside the binary one. */
const small: PublishedDataset = {
  ...smallCifar,
  format: {
    ...(smallCifar.format as Extract<PublishedDataset['format'], { kind: 'cifar' }>),
    python: {
      archive: 'small-python.tar.gz',
      folder: 'small-python',
      files: { 'first.bin': 'first', 'second.bin': 'second', 'test.bin': 'test' },
      labels: ['coarse_labels', 'fine_labels'],
    },
  },
}
const binary = decodePublished(
  smallCifar,
  new Map(Object.entries(cifarFiles).map(([name, bytes]) => [name, { path: name, bytes }])),
)

const latin = (text: string) => [...Buffer.from(text, 'latin1')]
/** A short text of Python 2, kept under `index`. */
const text = (value: string, index: number) => [
  ...latin('U'),
  value.length,
  ...latin(value),
  ...latin('q'),
  index,
]
const ints = (values: readonly number[], index: number) => [
  ...[...latin(']q'), index, ...latin('(')],
  ...values.flatMap((value) => [...latin('K'), value]),
  ...latin('e'),
]

/** A file as Python 2 and its numpy wrote those of CIFAR, instruction by instruction. */
function python2(labels: readonly (readonly [number, number])[]): Uint8Array {
  const pixels = labels.flatMap(() => record())
  return Uint8Array.from([
    ...[0x80, 2, ...latin('}q'), 1, ...latin('(')],
    ...[...text('batch_label', 2), ...text('a batch', 3)],
    ...[
      ...text('fine_labels', 4),
      ...ints(
        labels.map(([, fine]) => fine),
        5,
      ),
    ],
    ...[
      ...text('coarse_labels', 6),
      ...ints(
        labels.map(([coarse]) => coarse),
        7,
      ),
    ],
    ...[...text('data', 8), ...latin('cnumpy.core.multiarray\n_reconstruct\nq'), 9],
    ...[
      ...latin('cnumpy\nndarray\nq'),
      10,
      ...latin('K'),
      0,
      0x85,
      ...text('b', 11),
      0x87,
      ...latin('Rq'),
      12,
    ],
    ...[...latin('(K'), 1, ...latin('K'), labels.length, ...latin('K'), 12, 0x86],
    ...[
      ...latin('cnumpy\ndtype\nq'),
      13,
      ...text('u1', 14),
      ...latin('K'),
      0,
      ...latin('K'),
      1,
      0x87,
      ...latin('R'),
    ],
    ...[...latin('(K'), 3, ...text('|', 15), ...latin('NNNJ'), 255, 255, 255, 255],
    ...[...latin('J'), 255, 255, 255, 255, ...latin('K'), 0, ...latin('tb'), 0x89],
    ...[...latin('T'), pixels.length, 0, 0, 0, ...pixels, ...latin('tbu.')],
  ])
}

async function files2(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'first'),
    python2([
      [1, 4],
      [0, 3],
    ]),
  )
  await writeFile(join(folder, 'second'), python2([[1, 2]]))
  await writeFile(join(folder, 'test'), python2([[0, 0]]))
}

const examplesIn = async (from: string) => decodePublished(small, await collectFiles(small, from))

describe("CIFAR's Python version has the same examples as the binary one", () => {
  it('as Python 2 wrote it, in its folder, in the folder around it, and in its archive', async () => {
    const folder = await folderOf()
    const inside = join(folder, 'small-python')
    await files2(inside)
    for (const from of [folder, inside]) expect(await examplesIn(from)).toEqual(binary)
    const archive = join(folder, 'small-python.tar.gz')
    await create({ gzip: true, file: archive, cwd: folder }, ['small-python'])
    expect(await examplesIn(archive)).toEqual(binary)
    await rename(inside, join(folder, 'elsewhere'))
    expect(await examplesIn(folder)).toEqual(binary)
  })

  const ways = [2, 3, 4, 5].flatMap((protocol) => ['text', 'bytes'].map((keys) => [protocol, keys] as const))
  it.for(ways)(
    'as Python 3 writes it with protocol %d, and %s as keys',
    async ([protocol, keys], { skip }) => {
      const obstacle = await pythonObstacle('numpy')
      skip(obstacle !== undefined, obstacle)
      const folder = await folderOf()
      const script = fileURLToPath(new URL('python_cifar.py', import.meta.url))
      await python(script, folder, String(protocol), keys)
      expect(await examplesIn(folder)).toEqual(binary)
      await rename(join(folder, 'bad'), join(folder, 'second'))
      await expect(examplesIn(folder)).rejects.toMatchObject({
        code: 'data-corrupt',
        message: expect.stringMatching(
          /second: expected a pickle .* found that it calls (posix|nt)\.mkdir/,
        ) as string,
      })
      expect(existsSync(join(folder, 'executed'))).toBe(false)
    },
  )
})

describe('what is not read is told', () => {
  const read = (bytes: Uint8Array) => recordsOfPickle({ path: '/data/first', bytes }, ['fine_labels'], 12)
  const whole = python2([[1, 4]])

  it('a file that ends too early, wherever that is', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(thrown(() => read(whole.subarray(0, length)))).toMatchObject({ code: 'data-corrupt' })
    }
    expect(() => read(whole.subarray(0, 100))).toThrow(
      "/data/first: expected a pickle of CIFAR's Python version, found that it ends in the middle, at byte 100. Replace",
    )
  })

  it('no byte of a file that is another makes anything but an answer or an error that names the file', () => {
    for (let place = 0; place < whole.length; place++) {
      for (const other of [0, 40, 46, 82, 98, 101, 133, 255]) {
        const changed = whole.slice()
        changed[place] = other
        let found: unknown
        try {
          expect(read(changed)).toHaveLength(13)
        } catch (error) {
          found = error
        }
        if (found)
          expect(found).toMatchObject({
            code: 'data-corrupt',
            message: expect.stringContaining('/data/first') as string,
          })
      }
    }
  })

  it.each<[string, number[], RegExp]>([
    [
      'a function',
      [...latin('cos\nsystem\n('), ...text('true', 1), ...latin('tR.')],
      /it calls os\.system, and nothing/,
    ],
    ['an object', latin('c__main__\nA\n)\x81.'), /it calls __main__\.A, and nothing/],
    ['a list within itself', latin(']q\x01h\x01a.'), /lists within lists/],
    ['a list in place of a dictionary', latin('].'), /expected a dictionary/],
    [
      'a dictionary of something else',
      [...latin('}'), ...text('a', 1), ...latin('K\x01s.')],
      /called data, found a\. /,
    ],
    ['an image file', [0x89, ...latin('PNG\r\n')], /found that/],
  ])('%s', (_, bytes, message) => {
    expect(thrown(() => read(Uint8Array.from(bytes)))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(message) as string,
    })
  })

  it('images of other bytes than the dataset has, and labels that are fewer than images', () => {
    expect(() => recordsOfPickle({ path: 'a', bytes: whole }, ['fine_labels'], 3072)).toThrow(
      'expected images as an array u1 of shape [count, 3072], found u1 of shape [1, 12] in 12 bytes',
    )
    expect(() => recordsOfPickle({ path: 'a', bytes: whole }, ['labels'], 12)).toThrow(
      'expected a list of labels called labels, found batch_label, fine_labels, coarse_labels, data',
    )
  })
})

it('where neither version is, both are named', async () => {
  const folder = await folderOf()
  await mkdir(join(folder, 'train'))
  await expect(collectFiles(publishedDatasets.cifar100, folder)).rejects.toMatchObject({
    code: 'data-missing',
    message: expect.stringContaining(
      '(train.bin, test.bin, or cifar-100-binary.tar.gz with them, or its Python version: train, test, or cifar-100-python.tar.gz)',
    ) as string,
  })
  expect(await readdir(folder)).toEqual(['train'])
})

it('a list that is referred to a hundred thousand times is read once', () => {
  const long = [
    ...latin(']q\x01('),
    ...Array.from({ length: 1000 }, () => latin('K\x07')).flat(),
    ...latin('e'),
  ]
  const again = Array.from({ length: 100_000 }, () => latin('h\x01')).flat()
  const value = readPickle(
    Uint8Array.from([...latin('('), ...long, ...again, ...latin('l.')]),
    numpyArrays,
  ) as unknown[]
  expect(value).toHaveLength(100_001)
  expect(value.at(-1)).toBe(value[0])
})
