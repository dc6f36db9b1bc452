import { expect, test } from 'vitest'
import { crc32, crc32c } from '../../src/support/crc32'

test.each([
  ['', 0],
  ['123456789', 0xcbf43926],
  ['The quick brown fox jumps over the lazy dog', 0x414fa339],
])('the CRC-32 of "%s" is the published one', (text, sum) => {
  expect(crc32(Buffer.from(text))).toBe(sum)
})

// RFC 3720, appendix B.4, and the usual check of catalogues of CRCs.
test.each([
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['32 bytes of zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['32 incrementing bytes', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
])('the CRC-32C of %s is the published one', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum)
})
