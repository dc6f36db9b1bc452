import { deflateSync } from 'node:zlib'
import { crc32 } from '../../support/crc32'

/** An image of at most 256 colours. */
export interface IndexedImage {
  readonly width: number
  readonly height: number
  /** A colour of the palette for every pixel, row by row. */
  readonly pixels: Uint8Array
  /** Red, green, blue, 0 to 255. */
  readonly palette: readonly (readonly [number, number, number])[]
}

/** The bytes of a PNG file (ISO 15948): one palette, eight bits per pixel, no filter. */
export function pngOf({ width, height, pixels, palette }: IndexedImage): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const lines = Buffer.alloc(height * (width + 1))
  for (let row = 0; row < height; row++) {
    lines.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1)
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
