import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/support/safetensors'
import { thrown } from './thrown'

const weights = { shape: [2, 3], data: Float32Array.of(1.5, -0, Number.MIN_VALUE, NaN, 1e38, -Infinity) }
const mask = { shape: [3], data: Uint8Array.of(1, 0, 1) }

/** A file with this header, followed by `size` bytes of numbers. */
function fileWith(header: unknown, size: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, Buffer.alloc(size)])
}

describe('safetensors', () => {
  it('keeps every bit, and the metadata', () => {
    const bytes = encodeSafetensors({ 'dense/weights': weights, mask }, { step: '7' })
    const { tensors, metadata } = decodeSafetensors(bytes, 'a.safetensors')
    expect(tensors).toEqual({ 'dense/weights': weights, mask })
    expect(Object.is(tensors['dense/weights']!.data[1], -0)).toBe(true)
    expect(metadata).toEqual({ step: '7' })
  })

  it('is laid out as the format says, so that other programs read it', () => {
    const bytes = Buffer.from(encodeSafetensors({ mask, a: { shape: [1], data: Float32Array.of(1) } }))
    const length = Number(bytes.readBigUInt64LE(0))
    expect(length % 8).toBe(0)
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
      mask: { dtype: 'U8', shape: [3], data_offsets: [4, 7] },
    })
    expect(bytes.readFloatLE(8 + length)).toBe(1)
    expect([...bytes.subarray(8 + length + 4)]).toEqual([1, 0, 1])
  })

  it('gives equal bytes for equal content, in whatever order it was made', () => {
    expect(encodeSafetensors({ weights, mask })).toEqual(encodeSafetensors({ mask, weights }))
  })

  it("gives numbers of their own from anywhere in a Buffer, where Node's slices would be views", () => {
    const tensors = {
      a: { shape: [3], data: Uint8Array.of(1, 0, 1) },
      b: { shape: [2], data: Float32Array.of(1.5, -2) },
    }
    const file = Buffer.concat([Buffer.from('x'), encodeSafetensors(tensors)]).subarray(1)
    const read = decodeSafetensors(file, 'file').tensors
    file.fill(0)
    expect(read).toEqual(tensors)
  })

  it('is cut short nowhere without an error', () => {
    const bytes = encodeSafetensors({ weights, mask })
    for (let length = 0; length < bytes.length; length++) {
      expect(thrown(() => decodeSafetensors(bytes.subarray(0, length), 'cut.safetensors'))).toMatchObject({
        code: 'data-corrupt',
        message: expect.stringContaining('cut.safetensors') as string,
      })
    }
  })

  it.each([
    ['text for a header', fileWith('not JSON', 0), 'JSON header'],
    [
      'a type that we do not write',
      fileWith({ a: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } }, 8),
      'F32',
    ],
    [
      'a size unlike the shape',
      fileWith({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, 8),
      '12 bytes',
    ],
    [
      'numbers of no tensor',
      fileWith({ a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] } }, 5),
      'found 5',
    ],
    ['a gap', fileWith({ a: { dtype: 'U8', shape: [2], data_offsets: [1, 3] } }, 3), 'start at byte 0'],
    [
      'numbers of two tensors',
      fileWith(
        {
          a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
          b: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
        },
        3,
      ),
      'start at byte 2',
    ],
    ['a negative extent', fileWith({ a: { dtype: 'U8', shape: [-1], data_offsets: [0, 0] } }, 0), 'shape'],
  ])('refuses %s', (_, bytes, expected) => {
    expect(thrown(() => decodeSafetensors(bytes, 'bad.safetensors'))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining(expected) as string,
    })
  })
})
