import { expect, test } from 'vitest'
import { packBits, unpackBits } from '../../src/support/bits'

test.each([0, 1, 7, 8, 9, 1001])('%i zeros and ones come back from an eighth of the bytes', (length) => {
  const ones = Uint8Array.from({ length }, (_, at) => ((at * at) % 3) % 2)
  const bits = packBits(ones)
  expect(bits).toHaveLength(Math.ceil(length / 8))
  expect(unpackBits(bits, length)).toEqual(ones)
})

test('the first is in the lowest bit, as in numpy.unpackbits(bits, bitorder="little")', () => {
  expect([...packBits(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 1))]).toEqual([129, 1])
})

test('other numbers of bytes are refused', () => {
  expect(() => unpackBits(new Uint8Array(2), 17)).toThrow(/17 bits take 3 bytes, and there are 2/)
})
