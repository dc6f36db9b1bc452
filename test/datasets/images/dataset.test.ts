import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readImageFolder } from '../../../src/datasets/images/dataset'
import type { FolderPlan } from '../../../src/datasets/images/plan'
import { keepDataset, listInstalled, readExamples } from '../../../src/datasets/library'
import { loadDataset } from '../../../src/datasets/load'
import { rejected } from '../../support/thrown'
import { temporaryFolders } from '../small'
import { jpeg, png, shade, writeTree } from './files'

const folderOf = temporaryFolders()
const plan: FolderPlan = {
  ...{ channels: 1, testFraction: 0.1, broken: 'error' },
  normalize: { mean: [0], deviation: [1] },
}

/** The images of files, and a folder for datasets. */
async function written(files: Readonly<Record<string, string | Uint8Array>>) {
  const [root, folder] = [await folderOf(), await folderOf()]
  await writeTree(root, files)
  return { root, folder }
}

/** The examples that a content has. */
const examplesOf = (folder: string, content: string) =>
  readExamples(folder, { name: 'own', content, splitSeed: 1, validation: 0 })

const split = {
  'train/cat/1.png': shade(10),
  'train/cat/2.png': shade(20),
  'train/dog/deep/inside/3.PNG': shade(30),
  'train/dog/notes.txt': 'not an image',
  'test/cat/4.png': shade(40),
  'test/dog/5.png': shade(50),
}

describe('a folder of images', () => {
  it('has training and test images by class, in the order of their names, as arrays would have them', async () => {
    const { root, folder } = await written(split)
    const { entry, classNames, leftOut } = await readImageFolder(root, plan, { folder })
    expect([classNames, leftOut]).toEqual([['cat', 'dog'], []])
    expect(entry).toMatchObject({
      name: 'own',
      shape: [2, 2, 1],
      classes: 2,
      trainCount: 3,
      testCount: 2,
      largestTestClass: 1,
    })
    const { train, test } = await examplesOf(folder, entry.content)
    expect([...train.images]).toEqual([10, 20, 30].flatMap((value) => Array<number>(4).fill(value)))
    expect([[...train.labels], [...test.images.subarray(0, 1)], [...test.labels]]).toEqual([
      [0, 0, 1],
      [40],
      [0, 1],
    ])

    // What is written image by image is what is written at once, byte for byte.
    const whole = await keepDataset(
      await folderOf(),
      'own',
      {
        ...{ shape: entry.shape, classes: 2, normalize: plan.normalize, train, test },
      },
      'arrays',
    )
    expect(whole.content).toBe(entry.content)
    expect(await readdir(folder)).toEqual(expect.not.arrayContaining([expect.stringMatching(/^\.images-/)]))
    expect(listInstalled(folder)).toMatchObject({ entries: [{ content: entry.content }], damaged: [] })
  })

  it('may be that of Tiny-ImageNet, whose val has its classes in a text', async () => {
    const { root, folder } = await written({
      'train/n01/images/n01_0.JPEG': jpeg([250, 0, 0]),
      'train/n02/images/n02_0.JPEG': jpeg([0, 250, 0]),
      'train/n01/n01_boxes.txt': 'n01_0.JPEG\t0\t0\t62\t63\n',
      'val/images/val_0.JPEG': jpeg([0, 240, 0]),
      'val/images/val_1.JPEG': jpeg([240, 0, 0]),
      'val/val_annotations.txt': 'val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\n',
      // Images without labels.
      'test/images/test_0.JPEG': jpeg([1, 1, 1]),
      'wnids.txt': 'n01\nn02\n',
    })
    const { entry, classNames } = await readImageFolder(root, { ...plan, channels: 3 }, { folder })
    expect([entry.shape, entry.trainCount, entry.testCount, classNames]).toEqual([
      [16, 16, 3],
      2,
      2,
      ['n01', 'n02'],
    ])
    const { train, test } = await examplesOf(folder, entry.content)
    expect([[...train.labels], [...test.labels]]).toEqual([
      [0, 1],
      [0, 1],
    ])
    const [red, green] = [test.images.subarray(0, 3), test.images.subarray(768, 771)]
    expect([red[0]! > 200, red[1]! < 50, green[0]! < 50, green[1]! > 200]).toEqual([true, true, true, true])
  })

  it('without images to test on holds some of each class out, always the same; fewer can be asked for', async () => {
    const files = Object.fromEntries(
      ['a', 'b'].flatMap((name, label) =>
        Array.from({ length: 20 }, (_, at) => [`${name}/${100 + at}.png`, shade(20 * label + at)]),
      ),
    )
    const { root, folder } = await written(files)
    const read = async (how: Partial<FolderPlan>) => {
      const { entry } = await readImageFolder(root, { ...plan, ...how }, { folder })
      const { train, test } = await examplesOf(folder, entry.content)
      const of = ({ images }: typeof train) => [...images].filter((_, at) => at % 4 === 0)
      return { train: of(train), test: of(test), content: entry.content }
    }
    const all = await read({})
    expect([all.train.length, all.test.length]).toEqual([36, 4])
    expect([...all.train, ...all.test].sort((one, other) => one - other)).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    )
    expect(all.test.filter((value) => value < 20)).toHaveLength(2)
    const few = await read({ perClass: 5, testPerClass: 1 })
    expect([few.train.length, few.test.length]).toEqual([10, 2])
    for (const value of few.train) expect(all.train).toContain(value)
    for (const value of few.test) expect(all.test).toContain(value)
    expect((await read({ testFraction: 0.5 })).test).toHaveLength(20)
  })

  it('is not decoded again while no file in it has changed', async () => {
    const { root, folder } = await written(split)
    let decoded = 0
    const read = (how = plan) => readImageFolder(root, how, { folder, onProgress: () => (decoded += 1) })
    const first = await read()
    expect(decoded).toBe(5)
    expect(await read()).toEqual(first)
    expect(decoded).toBe(5)
    expect((await read({ ...plan, channels: 3 })).entry.shape).toEqual([2, 2, 3])
    expect(decoded).toBe(10)
    const changed = join(root, 'train/cat/1.png')
    await writeFile(changed, shade(11))
    await utimes(changed, new Date(), new Date(Date.now() + 5000))
    expect((await read()).entry.content).not.toBe(first.entry.content)
    expect(decoded).toBe(15)
    // Where its file is gone it is made again.
    await rm(join(folder, `${first.entry.content}.safetensors`))
    await writeFile(changed, shade(10))
    expect((await read()).entry.content).toBe(first.entry.content)
    expect((await stat(join(folder, `${first.entry.content}.safetensors`))).size).toBeGreaterThan(20)
  })

  it('names all images that cannot be used, or leaves them out', async () => {
    const broken = Object.fromEntries(
      Array.from({ length: 23 }, (_, at) => [`train/dog/z${100 + at}.jpg`, 'not found']),
    )
    const { root, folder } = await written({ ...split, ...broken, 'test/cat/empty.png': '' })
    const error = await rejected(readImageFolder(root, plan, { folder }))
    expect(error).toMatchObject({ code: 'data-corrupt' })
    expect((error as Error).message).toMatch(/Expected 29 images in .*, of which 24 are not\. .*'leave out'/)
    expect((error as Error).message).toMatch(
      /train\/dog\/z100\.jpg: it does not begin as JPEG or PNG files do\n/,
    )
    expect((error as Error).message).toMatch(/and 4 more$/)
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([])

    const { entry, leftOut } = await readImageFolder(root, { ...plan, broken: 'leave out' }, { folder })
    expect([entry.trainCount, entry.testCount, leftOut.length]).toEqual([3, 2, 24])
    expect(leftOut.at(-1)).toEqual({ path: join(root, 'test/cat/empty.png'), reason: 'the file is empty' })
  })

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, Partial<FolderPlan>, RegExp]>([
    ['no classes', { 'one.png': shade(1) }, {}, /a folder for each class, .*found no folders in/],
    ['one class', { 'train/a/1.png': shade(1) }, {}, /found one folder, a, in/],
    [
      'a class without images',
      { ...split, 'train/owl/readme.txt': '' },
      {},
      /images in every folder of a class in .*none in owl/,
    ],
    [
      'test images of no class',
      { ...split, 'test/owl/6.png': shade(1) },
      {},
      /the classes of train in .*test, found owl besides/,
    ],
    [
      'test images without classes',
      { 'train/a/1.png': shade(1), 'train/b/2.png': shade(2), 'val/3.png': shade(3) },
      {},
      /folders called as those of train, found none in .*val\. Put each image into/,
    ],
    [
      'one image of a class and none to test on',
      { 'a/1.png': shade(1), 'b/2.png': shade(2) },
      {},
      /more than 1 images of the class a/,
    ],
    [
      'images of two sizes',
      { ...split, 'train/dog/9.png': shade(9, 4, 3) },
      {},
      /images of one size.*2x2 pixels in .*1\.png, and 4x3 pixels in .*9\.png\. For example { size: 64 }/,
    ],
    [
      'more images than fit',
      Object.fromEntries(
        Array.from({ length: 1100 }, (_, at) => [`train/${at % 2 ? 'a' : 'b'}/${at}.png`, '']),
      ),
      { fit: { size: 1024, shorter: 1024 }, channels: 3, testFraction: 0.1 },
      /at most 2\.1 GB together, which trainers hold in memory about three times, found 3\.5 GB in .*or { size: 8\d\d }/,
    ],
  ])('with %s is refused', async (_, files, how, message) => {
    const { root, folder } = await written(files)
    const error = await rejected(readImageFolder(root, { ...plan, ...how }, { folder }))
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) as string })
  })

  it('can be cancelled between two images, and leaves nothing behind', async () => {
    const { root, folder } = await written(split)
    const cancelling = new AbortController()
    let decoded = 0
    const reading = readImageFolder(root, plan, {
      ...{ folder, signal: cancelling.signal },
      onProgress({ done }) {
        decoded = done
        if (done === 2) cancelling.abort()
      },
    })
    expect(await rejected(reading)).toMatchObject({
      code: 'cancelled',
      message: expect.stringMatching(/cancelled. Run the cell again/) as string,
    })
    expect(decoded).toBe(2)
    expect(await readdir(folder)).toEqual([])
  })

  it('may have more than 256 classes, whose labels stay with their images through the split', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, label) =>
        [0, 1].map(
          (at) =>
            [
              `${at === 0 ? 'train' : 'val'}/c${1000 + label}/1.png`,
              png({ width: 2, rows: [[label >> 8, label & 255]] }),
            ] as const,
        ),
      ).flat(),
    )
    const { root, folder } = await written(files)
    const { entry } = await readImageFolder(root, plan, { folder })
    expect(entry).toMatchObject({ classes: 300, trainCount: 300, testCount: 300, largestTestClass: 1 })
    const spec = { name: 'own', content: entry.content, splitSeed: 3, validation: 40 } as const
    const loaded = await loadDataset({ ...spec, labelNoise: { fraction: 0 } }, '', folder)
    for (const { images, labels, count } of [loaded.train, loaded.validation, loaded.test]) {
      expect(labels).toBeInstanceOf(Uint16Array)
      expect([...labels]).toEqual(
        Array.from({ length: count }, (_, at) => 256 * images[2 * at]! + images[2 * at + 1]!),
      )
    }
    expect([loaded.train.count, loaded.validation.count]).toEqual([260, 40])
  })
})
