import { describe, expect, it } from 'vitest'
import { decodePublished } from '../../src/datasets/decode'
import type { PublishedDataset } from '../../src/datasets/published'
import { thrown } from '../support/thrown'
import { cifarFiles, idxFiles, record, smallCifar, smallIdx } from './small'

type Files = Readonly<Record<string, Uint8Array>>
const decode = (published: PublishedDataset, files: Files) =>
  decodePublished(
    published,
    new Map(Object.entries(files).map(([name, bytes]) => [name, { path: `/data/${name}`, bytes }])),
  )

describe('the binary version of CIFAR', () => {
  it('has planes of colours, which become pixels of three channels', () => {
    const { train, test, shape } = decode(smallCifar, cifarFiles)
    expect(shape).toEqual([2, 2, 3])
    expect([train.count, test.count]).toEqual([3, 1])
    const pixels = [10, 20, 30, 11, 21, 31, 12, 22, 32, 13, 23, 33]
    expect([...train.images]).toEqual([...pixels, ...pixels, ...pixels])
  })

  it('has the class in the last of its label bytes', () => {
    expect([...decode(smallCifar, cifarFiles).train.labels]).toEqual([4, 3, 2])
    const one: PublishedDataset = {
      ...smallCifar,
      format: { kind: 'cifar', labelBytes: 1, train: { a: 1 }, test: { b: 1 } },
    }
    const { train, test } = decode(one, { a: Uint8Array.from(record(3)), b: Uint8Array.from(record(0)) })
    expect([...train.labels, ...test.labels]).toEqual([3, 0])
  })

  it.each<[string, Files, RegExp]>([
    [
      'a cut file',
      { 'first.bin': cifarFiles['first.bin']!.subarray(1) },
      /^\/data\/first.bin: expected 28 bytes \(2 records of 14\), found 27 bytes/,
    ],
    [
      'a wrong label byte',
      { 'second.bin': Uint8Array.from(record(0, 5)) },
      /^\/data\/second.bin: expected labels from 0 to 4, found 5 at example 0/,
    ],
  ])('%s is refused', (_, changes, message) => {
    expect(thrown(() => decode(smallCifar, { ...cifarFiles, ...changes }))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('IDX files', () => {
  const small = smallIdx('http://nowhere')

  it('are images and labels', () => {
    const { train, test, classes, normalize } = decode(small, idxFiles)
    expect([...train.images, ...test.images]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...train.labels, ...test.labels]).toEqual([1, 0, 2])
    expect([train.count, test.count]).toEqual([2, 1])
    expect({ classes, normalize }).toEqual({ classes: 3, normalize: { mean: [0], deviation: [1] } })
  })

  it.each<[string, Files, RegExp]>([
    [
      'test images in place of training images',
      { 'images.gz': idxFiles['test-images.gz']! },
      /^\/data\/images.gz: expected the shape \[2, 1, 2\], found \[1, 1, 2\]/,
    ],
    ['labels of other images', { 'labels.gz': idxFiles['test-labels.gz']! }, /labels.gz: expected the shape/],
    [
      'a wrong label',
      { 'test-labels.gz': Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 3) },
      /^\/data\/test-labels.gz: expected labels from 0 to 2, found 3 at example 0/,
    ],
  ])('%s are refused', (_, changes, message) => {
    expect(thrown(() => decode(small, { ...idxFiles, ...changes }))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(message) as string,
    })
  })
})
