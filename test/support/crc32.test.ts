import { expect, test } from 'vitest'
import { crc32 } from '../../src/support/crc32'

test.each([
  ['', 0],
  ['123456789', 0xcbf43926],
  ['The quick brown fox jumps over the lazy dog', 0x414fa339],
])('the CRC-32 of "%s" is the published one', (text, sum) => {
  expect(crc32(Buffer.from(text))).toBe(sum)
})
