import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readIdx } from '../../src/datasets/idx'
import { thrown } from '../support/thrown'

const file = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6)

describe('reading IDX', () => {
  it('gives shape and bytes, packed or not', () => {
    for (const bytes of [file, gzipSync(file)]) {
      const { shape, data } = readIdx(bytes, 'x')
      expect(shape).toEqual([2, 3])
      expect([...data]).toEqual([1, 2, 3, 4, 5, 6])
    }
  })

  it.each([
    ['another magic', Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0), /begins with two zero bytes, .*found 0x0100080/],
    ['an empty file', new Uint8Array(), /begins with two zero bytes, .*found an empty file/],
    ['a cut magic', file.subarray(0, 3), /begins with two zero bytes, .*found no more than 0x000008/],
    ['another type', Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0), /unsigned bytes .* found type 0x0d/],
    ['a cut header', file.subarray(0, 9), /2 dimensions in 9 bytes/],
    ['cut data', file.subarray(0, 16), /6 bytes of data for the shape \[2, 3\], found 4 bytes/],
    ['data too long', Uint8Array.of(...file, 9), /found 7 bytes/],
    ['cut gzip', gzipSync(file).subarray(0, 20), /a complete gzip file/],
  ])('refuses %s and names the file', (_, bytes, message) => {
    expect(thrown(() => readIdx(bytes, 'train-images'))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(new RegExp(`^train-images: .*${message.source}`)) as string,
    })
  })
})
