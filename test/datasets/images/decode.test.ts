import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode as encodePng } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { withChannels } from '../../../src/datasets/images/pixels'
import { decodeImage } from '../../../src/datasets/images/read'
import { fitted } from '../../../src/datasets/images/resize'
import { python, pythonObstacle } from '../../support/python'
import { rejected } from '../../support/thrown'
import { temporaryFolders } from '../small'
import { jpeg, png, shade } from './files'

const folderOf = temporaryFolders()

describe('an image', () => {
  it('has the pixels that Pillow finds, turned upright, and the same after it is brought to one size', async ({
    skip,
  }) => {
    const obstacle = await pythonObstacle('PIL, numpy')
    skip(obstacle !== undefined, obstacle)
    const folder = await folderOf()
    const program = fileURLToPath(new URL('pillow.py', import.meta.url))
    const found = JSON.parse(await python(program, folder)) as Record<string, [number, number]>
    expect(Object.keys(found).length).toBe(21)
    for (const [name, [width, height]] of Object.entries(found)) {
      const file = (end = '') => readFile(join(folder, `${name}${end}`))
      const pixels = await decodeImage(await file())
      expect([pixels.width, pixels.height], name).toEqual([width, height])
      const colours = withChannels(pixels, 3)
      // Inks are decoded by jpeg-js, whose cosines are rounded otherwise than those of libjpeg.
      const tolerance = name === 'inks.jpg' ? 2 : 0
      const most = (one: Uint8Array, other: Uint8Array): number => {
        expect(one.length, name).toBe(other.length)
        return one.reduce((worst, value, at) => Math.max(worst, Math.abs(value - other[at]!)), 0)
      }
      expect(most(colours.data, await file('.whole')), name).toBeLessThanOrEqual(tolerance)
      expect(most(withChannels(colours, 1).data, await file('.luma')), name).toBeLessThanOrEqual(tolerance)
      const small = fitted(colours, { size: 64, shorter: 72 })
      expect(most(small.data, await file('.fitted')), name).toBeLessThanOrEqual(tolerance)
    }
  })

  it.each<[string, Buffer, number, readonly number[]]>([
    [
      'one bit of grey',
      png({ width: 10, depth: 1, rows: [[0b10110011, 0b01000000]] }),
      1,
      [1, 0, 1, 1, 0, 0, 1, 1, 0, 1].map((bit) => 255 * bit),
    ],
    [
      'two bits of grey',
      png({ width: 5, depth: 2, rows: [[0b00011011, 0b11000000]] }),
      1,
      [0, 85, 170, 255, 255],
    ],
    ['four bits of grey', png({ width: 3, depth: 4, rows: [[0x0f, 0x70]] }), 1, [0, 255, 119]],
    ['sixteen bits of grey', png({ width: 2, depth: 16, rows: [[0x12, 0xff, 0xfe, 0x01]] }), 1, [0x12, 0xfe]],
    [
      'sixteen bits of colours and alpha',
      png({ width: 1, depth: 16, type: 6, rows: [[1, 99, 2, 99, 3, 99, 4, 99]] }),
      3,
      [1, 2, 3],
    ],
    ['grey and alpha', png({ width: 2, type: 4, rows: [[7, 0, 8, 255]] }), 1, [7, 8]],
    [
      'four bits of a palette',
      png({ width: 3, depth: 4, type: 3, palette: [1, 2, 3, 4, 5, 6, 7, 8, 9], rows: [[0x20, 0x10]] }),
      3,
      [7, 8, 9, 1, 2, 3, 4, 5, 6],
    ],
    [
      'interlaced rows',
      Buffer.from(
        encodePng(
          { width: 3, height: 3, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) },
          { interlace: 'Adam7' },
        ),
      ),
      1,
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ],
  ])('of PNG may have %s', async (_, bytes, channels, expected) => {
    const image = await decodeImage(bytes)
    expect([image.channels, [...image.data]]).toEqual([channels, expected])
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing in it', Buffer.alloc(0), /the file is empty/],
    ['text in it', Buffer.from('<html>not found</html>'), /does not begin as JPEG or PNG files do/],
    ['another format', Buffer.from('GIF89a plus something'), /a GIF file, not JPEG or PNG/],
    ['half of a JPEG image', jpeg([200, 10, 10], 64).subarray(0, 700), /Premature end of JPEG file/],
    ['the beginning of a JPEG file', jpeg([9, 9, 9]).subarray(0, 40), /ends before its image begins/],
    ['half of a PNG image', shade(9, 40).subarray(0, 50), /./],
    [
      'a bit of a PNG image changed',
      Buffer.from(shade(9, 40).map((byte, at) => (at === 45 ? byte ^ 4 : byte))),
      /CRC mismatch|crc/i,
    ],
    [
      'more pixels than there is room for',
      png({ width: 2 ** 31 - 1, rows: [[0]] }),
      /2147483647 by 1 pixels, more than the 100 million/,
    ],
    [
      'an index that the palette does not have',
      png({ width: 1, type: 3, palette: [1, 2, 3], rows: [[5]] }),
      /palette|index|colou?r/i,
    ],
  ])('that has %s is refused with the reason, and the next one is read', async (_, bytes, reason) => {
    expect(await rejected(decodeImage(bytes))).toMatchObject({
      name: 'BrokenImage',
      message: expect.stringMatching(reason) as string,
    })
    const next = await decodeImage(jpeg([200, 100, 50]))
    expect([next.width, next.height]).toEqual([16, 16])
    for (const [channel, value] of [200, 100, 50].entries())
      expect(Math.abs(next.data[channel]! - value)).toBeLessThan(3)
  })

  it('leaves nothing of browsers behind, which cells would find', async () => {
    await decodeImage(jpeg([1, 2, 3]))
    expect('ImageData' in globalThis).toBe(false)
  })
})

describe('bringing images to one size', () => {
  const ramp = (width: number, height: number) => ({
    ...{ width, height, channels: 1 as const },
    data: Uint8Array.from({ length: width * height }, (_, at) => at % width),
  })

  it('leaves those of that size as they are', () => {
    expect(fitted(ramp(9, 9), { size: 9, shorter: 9 })).toEqual(ramp(9, 9))
  })

  it('keeps the middle of the longer side', () => {
    expect([...fitted(ramp(12, 8), { size: 8, shorter: 8 }).data.subarray(0, 8)]).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9,
    ])
  })

  it('is a triangle as wide as two new pixels where it shrinks: a ramp stays one', () => {
    const { data } = fitted(ramp(200, 200), { size: 50, shorter: 50 })
    // New pixel i has its centre at 4 i + 2, where a ramp of pixel centres is 4 i + 1.5, but for the ends.
    const row = [...data.subarray(100, 150)]
    expect(row.slice(1, -1)).toEqual(Array.from({ length: 48 }, (_, i) => 4 * (i + 1) + 2))
  })
})
