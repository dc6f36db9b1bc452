import { describe, expect, it } from 'vitest'
import { ownExamples, type OwnArrays } from '../../src/datasets/own'
import { thrown } from '../support/thrown'

const arrays: OwnArrays = {
  images: Uint8Array.from([1, 2, 3, 4, 5, 6]),
  labels: [0, 2, 1],
  testImages: Uint8Array.from([7, 8]),
  testLabels: [1],
  shape: [1, 2],
}

describe('a dataset of arrays', () => {
  it('has one channel, no scaling, and as many classes as there are labels, unless told', () => {
    const { shape, classes, normalize, train, test } = ownExamples(arrays)
    expect({ shape, classes, normalize }).toEqual({
      shape: [1, 2, 1],
      classes: 3,
      normalize: { mean: [0], deviation: [1] },
    })
    expect([train.count, [...train.images], [...train.labels]]).toEqual([3, [1, 2, 3, 4, 5, 6], [0, 2, 1]])
    expect([test.count, [...test.images], [...test.labels]]).toEqual([1, [7, 8], [1]])
    const told = ownExamples({ ...arrays, shape: [1, 1, 2], classes: 5, mean: [0.1, 0.2], deviation: 0.5 })
    expect(told).toMatchObject({ classes: 5, normalize: { mean: [0.1, 0.2], deviation: [0.5] } })
  })

  it('takes lists, one array per image, and labels of any whole type', () => {
    const expected = ownExamples(arrays)
    const forms: Partial<OwnArrays>[] = [
      { images: [1, 2, 3, 4, 5, 6], labels: Int32Array.of(0, 2, 1) },
      { images: [[1, 2], Uint8Array.of(3, 4), [5, 6]], labels: BigInt64Array.of(0n, 2n, 1n) },
      { images: Uint8ClampedArray.of(1, 2, 3, 4, 5, 6), labels: Float64Array.of(0, 2, 1) },
    ]
    for (const form of forms) expect(ownExamples({ ...arrays, ...form })).toEqual(expected)
  })

  it.each<[string, object, string]>([
    ['no images', { images: undefined }, 'images as an array of pixels, found none'],
    ['a name for images', { images: 'train' }, "images as an array of pixels, found 'train'"],
    [
      'images of numbers in [0, 1]',
      { images: Float32Array.of(0, 0.5, 1, 1, 1, 1) },
      'whole numbers from 0 to 255 in images, found 0.5 at index 1 in lab.dataset. Pixels are bytes (uint8); from',
    ],
    ['not a number', { images: [1, 2, 3, NaN, 5, 6] }, 'in images, found NaN at index 3'],
    ['a pixel above 255', { testImages: [7, 256] }, 'in testImages, found 256 at index 1'],
    [
      'a pixel below 0',
      {
        images: [
          [1, 2],
          [3, -4],
          [5, 6],
        ],
      },
      'in images[1], found -4 at index 1',
    ],
    ['a cut image', { images: [1, 2, 3] }, 'images of 2 bytes for the shape [1, 2, 1], found 3 bytes'],
    ['an image of another size', { images: [[1, 2], [3], [5, 6]] }, '2 bytes in images[1], found 1'],
    ['too few labels', { labels: [0, 2] }, 'as many labels as images (3), found 2 labels'],
    ['too many test labels', { testLabels: [0, 2] }, 'as many testLabels as testImages (1), found 2 labels'],
    ['a label beyond the classes', { classes: 2 }, 'labels from 0 to 1 for 2 classes, found 2 at index 1'],
    ['a negative label', { labels: [0, -1, 1] }, 'in labels, found -1 at index 1'],
    ['half a label', { labels: [0, 0.5, 1] }, 'in labels, found 0.5 at index 1'],
    ['a label as text', { labels: ['cat', 0, 0] }, "in labels, found 'cat' at index 0"],
    ['one class', { labels: [0, 0, 0], testLabels: [0] }, 'between 2 and 256 classes, found 1'],
    ['no shape', { shape: undefined }, 'the shape of one image as [height, width, channels], found none'],
    ['a shape of one number', { shape: [2] }, 'found [2]'],
    [
      'a long list for a shape',
      { shape: Array.from({ length: 1e6 }, () => 1) },
      '[1, 1, 1, 1, 1, ...] of 1000000',
    ],
    ['big integers for a mean', { mean: [5n] as never }, 'found [5n]'],
    [
      'channels first',
      { images: new Uint8Array(90), labels: [0], shape: [3, 5, 6] },
      'found [3, 5, 6], which is [channels, height, width] where images have one channel or three in lab.dataset. Put the channels last',
    ],
    [
      'a shape that does not fit',
      { shape: [1, 1] },
      'as many labels as images (6), found 3 labels in lab.dataset. There are 6 bytes of images, 1 for each',
    ],
    ['no test images', { testImages: [], testLabels: [] }, 'at least one of testImages, found none'],
    ['means of other channels', { mean: [1, 2, 3] }, 'mean as one number, or one for each of 1 channels'],
    ['a deviation of 0', { deviation: 0 }, 'a deviation above 0, found 0'],
  ])('refuses %s', (_, changes, message) => {
    expect(thrown(() => ownExamples({ ...arrays, ...changes }))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('labels that do not begin at 0 or leave numbers out', () => {
  const from = (labels: number[], testLabels: number[], more: object = {}) => ({
    ...{ images: new Uint8Array(2 * labels.length), labels, shape: [1, 2] },
    ...{ testImages: new Uint8Array(2 * testLabels.length), testLabels, ...more },
  })

  it('are asked about instead of making empty classes', () => {
    expect(() => ownExamples(from([1, 2, 3], [3]))).toThrow(
      'labels from 0 to 2 for the 3 classes that there are, found none that is 0, and labels up to 3',
    )
    expect(() => ownExamples(from([0, 1, 7], [1]))).toThrow(/none that is 2, .*\{ labels: 'renumber' \}/)
    expect(ownExamples(from([0, 1], [2])).classes).toBe(3)
  })

  it('are counted from 0 in their order on request, and the arrays stay what they were', () => {
    const own = Uint8Array.from([9, 4, 9])
    const { classes, train, test } = ownExamples({ ...from([9, 4, 9], [6]), labels: own }, 'renumber')
    expect({ classes, train: [...train.labels], test: [...test.labels] }).toEqual({
      ...{ classes: 3, train: [2, 0, 2], test: [1] },
    })
    expect([...own]).toEqual([9, 4, 9])
  })

  it('stay on request, or where the number of classes is told', () => {
    expect(ownExamples(from([1, 2], [2]), 'as they are').classes).toBe(3)
    expect(ownExamples(from([1, 2], [2], { classes: 4 })).classes).toBe(4)
  })
})

it('images of floats get the advice that is right for how far they go', () => {
  const images = (values: number[]) => () =>
    ownExamples({ images: values, labels: [0, 1], testImages: [0, 0], testLabels: [0, 1], shape: [1, 1] })
  expect(images([0.5, 1])).toThrow('Math.round(255 * p)')
  expect(images([127.5, 255])).toThrow('Math.round(p)')
})
