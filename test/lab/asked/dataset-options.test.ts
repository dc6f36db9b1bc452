import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DatasetSpec } from '../../../src/datasets/dataset'
import { installDataset } from '../../../src/datasets/install'
import { loadDataset } from '../../../src/datasets/load'
import { knownDataset } from '../../../src/datasets/published'
import {
  createDataset,
  datasetChecks,
  datasetSpec,
  factsOf,
  type DatasetChoices,
} from '../../../src/lab/asked/dataset-options'
import { checkOptions } from '../../../src/support/options'
import { floatNpz, kerasNpz, npy, zipped } from '../../datasets/npz-files'
import { shade, writeTree } from '../../datasets/images/files'
import { cifarFiles, smallCifar, temporaryFolders, writeFiles } from '../../datasets/small'
import { rejected, thrown } from '../../support/thrown'

const temporary = temporaryFolders()
const arrays = {
  images: Uint8Array.from({ length: 40 }, (_, i) => i),
  labels: Uint8Array.from({ length: 20 }, (_, i) => i % 3),
  testImages: Uint8Array.of(7, 8),
  testLabels: [1],
  shape: [1, 2],
}
const written = async (bytes: Uint8Array) => {
  const file = join(await temporary(), 'data.npz')
  await writeFile(file, bytes)
  return file
}

describe('the description of a dataset', () => {
  it('of MNIST is as it always was', () => {
    const mnist = { name: 'mnist', splitSeed: 1, validation: 5000 }
    expect(datasetSpec({ dataset: 'mnist' })).toEqual(mnist)
    expect(datasetSpec({ dataset: 'mnist', examples: 55_000, labelNoise: 0 })).toEqual(mnist)
  })

  it('has what was chosen', () => {
    const choices = {
      dataset: 'mnist',
      examples: 1000,
      labelNoise: 0.2,
      splitSeed: 3,
      validation: 10,
    } as const
    expect(datasetSpec(choices)).toEqual({
      name: 'mnist',
      splitSeed: 3,
      validation: 10,
      examples: 1000,
      labelNoise: { fraction: 0.2 },
    })
  })

  it('of a published dataset has the content that is installed', async () => {
    const folder = await temporary()
    const choice = { dataset: 'cifar100' } as const
    expect(thrown(() => datasetSpec(choice, folder))).toMatchObject({
      code: 'data-missing',
      message: expect.stringContaining("Run 'ticketlab data install cifar100'") as string,
    })
    const from = await writeFiles(await temporary(), cifarFiles)
    const { content } = await installDataset(smallCifar, { folder, from })
    expect(datasetSpec(choice, folder)).toEqual({ name: 'cifar100', content, splitSeed: 1, validation: 5000 })
    expect(factsOf('cifar100')).toEqual(knownDataset('cifar100'))
  })

  it.each<[string, Partial<DatasetChoices>, string]>([
    [
      'all for validation',
      { validation: 60_000 },
      'fewer validation examples than the 60000 training images',
    ],
    ['more examples than are left', { examples: 55_001 }, 'at most the 55000 examples that are not held out'],
  ])('refuses %s', (_, choices, message) => {
    expect(thrown(() => datasetSpec({ dataset: 'mnist', ...choices }))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('options about data', () => {
  const check = (options: object) => checkOptions<DatasetChoices>(options, datasetChecks, 'lab.preset')

  it('are taken as they are when they are right', () => {
    const options = {
      dataset: 'cifar10',
      examples: 10,
      labelNoise: { fraction: 0.5, seed: 1 },
      validation: 5,
    }
    expect(check(options)).toEqual(options)
  })

  it.each<[object, RegExp]>([
    [{ dataset: 'cifar' }, /^Did you mean 'cifar10'\? Expected a dataset \(mnist, .*found 'cifar'\./],
    [{ dataset: Promise.resolve() }, /found a promise\. Write 'await' before lab\.dataset\./],
    [{ dataset: arrays }, /or what lab\.dataset returns, found an object with images, labels/],
    [{ dataset: null }, /or what lab\.dataset returns, found null/],
    [{ labelNoise: 20 }, /labelNoise to be a fraction from 0 to 1/],
    [{ labelNoise: { seed: 1 } }, /a fraction in labelNoise, found none/],
    [{ examples: 0 }, /examples to be a whole number of at least 1, found 0/],
  ])('%o is refused', (options, message) => {
    expect(thrown(() => check(options))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('lab.dataset', () => {
  it('keeps arrays once, under their content, and describes them for tasks', async () => {
    const folder = await temporary()
    const own = await createDataset(arrays, undefined, folder)
    expect(own).toEqual({
      name: 'own',
      content: own.content,
      shape: [1, 2, 1],
      classes: 3,
      trainCount: 20,
      testCount: 1,
    })
    expect(await createDataset({ ...arrays }, undefined, folder)).toEqual(own)
    expect(readdirSync(folder).sort()).toEqual([`${own.content}.json`, `${own.content}.safetensors`])
    // Another mean is another dataset, since results differ.
    expect((await createDataset({ ...arrays, mean: 0.5 }, undefined, folder)).content).not.toBe(own.content)

    const spec: DatasetSpec = datasetSpec({ dataset: own }, folder)
    expect(spec).toEqual({ name: 'own', content: own.content, splitSeed: 1, validation: 2 })
    const { train, validation, test } = await loadDataset(spec, '', folder)
    expect([train.count, validation.count, test.count]).toEqual([18, 2, 1])
  })

  it('reads the arrays that Keras publishes from an npz file', async () => {
    const folder = await temporary()
    const own = await createDataset(await written(kerasNpz), { classes: 4, deviation: 0.5 }, folder)
    expect(own).toMatchObject({ shape: [2, 3, 1], classes: 4, trainCount: 6, testCount: 2 })
    const { train, validation, test, normalize } = await loadDataset(
      datasetSpec({ dataset: own }, folder),
      '',
      folder,
    )
    expect([...train.labels, ...validation.labels].sort()).toEqual([0, 0, 1, 1, 2, 2])
    expect([...test.images]).toEqual(Array.from({ length: 12 }, (_, i) => 200 + i))
    expect(normalize).toEqual({ mean: [0], deviation: [0.5] })
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'images that are no bytes',
      async () => createDataset(await written(floatNpz)),
      /x_train in .* as bytes \(numpy\.uint8\), found numbers of type f4\. .*astype\("uint8"\)/,
    ],
    [
      'images of whole numbers',
      async () => {
        const [images, labels] = [npy('<i8', [1, 1, 1], 8), npy('|u1')]
        const files = { x_train: images, y_train: labels, x_test: images, y_test: labels }
        return createDataset(await written(await zipped(files)))
      },
      /x_train in .* found numbers of type i8\. From whole numbers from 0 to 255, write array\.astype\("uint8"\)/,
    ],
    [
      'a misspelled array',
      async () => createDataset({ ...arrays, testLabel: [] } as typeof arrays),
      /^Did you mean 'testLabels'\? .*found 'testLabel'\./,
    ],
    [
      'options beside arrays',
      () => createDataset(arrays, { classes: 3 }),
      /after the arrays .*found 'classes'/,
    ],
    [
      'labels that do not match',
      () => createDataset({ ...arrays, labels: [1] }),
      /as many labels as images \(20\)/,
    ],
  ])('refuses %s', async (_, create, message) => {
    expect(await rejected(create())).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })

  it('reads a folder of images, and is told how', async () => {
    const [folder, root] = [await temporary(), await temporary()]
    const files = ['a', 'b'].flatMap((name) =>
      [1, 2, 3].map((at) => [`${name}/${at}.png`, shade(40 * at, 20, 16)] as const),
    )
    await writeTree(root, Object.fromEntries(files))
    const options = { size: 8, shorter: 10, channels: 1, testFraction: 0.4, mean: 0.5 } as const
    const own = await createDataset(root, options, folder)
    expect(own).toEqual({
      ...{ name: 'own', content: own.content, shape: [8, 8, 1], classes: 2, trainCount: 4, testCount: 2 },
      classNames: ['a', 'b'],
    })
    const spec = datasetSpec({ dataset: own, validation: 0 }, folder)
    expect(await loadDataset(spec, '', folder)).toMatchObject({ normalize: { mean: [0.5], deviation: [1] } })

    await writeFile(join(root, 'a/4.jpg'), 'not an image')
    expect(await rejected(createDataset(root, options, folder))).toMatchObject({ code: 'data-corrupt' })
    const { leftOut } = await createDataset(root, { ...options, broken: 'leave out' }, folder)
    expect(leftOut).toEqual([
      { path: join(root, 'a/4.jpg'), reason: 'it does not begin as JPEG or PNG files do' },
    ])
  })

  it.each<[object, RegExp]>([
    [{ classes: 3 }, /an option of lab\.dataset after a folder of images.*found 'classes'/],
    [{ sise: 64 }, /^Did you mean 'size'\?/],
    [{ size: 4 }, /size to be a whole number .*8.*found 4/],
    [{ shorter: 256 }, /a size beside shorter/],
    [{ size: 64, shorter: 32 }, /shorter to be at least the size of 64, found 32/],
    [{ size: 64, channels: 4 }, /channels to be 3, or 1 for grey, found 4/],
    [{ size: 64, mean: 124 }, /a mean of pixels in \[0, 1\], found 124.*by 255/],
    [{ size: 64, mean: [0.1, 0.2] }, /one for each of 3 channels/],
    [{ testFraction: 1 }, /testFraction to be a fraction between 0 and 1/],
    [{ broken: 'ignore' }, /choice for broken/],
  ])('of a folder refuses the options %o', async (options, message) => {
    const root = await temporary()
    expect(await rejected(createDataset(root, options))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})
