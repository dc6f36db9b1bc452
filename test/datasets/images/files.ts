import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { encode } from 'jpeg-js'
import { crc32 } from '../../../src/support/crc32'

/** What a PNG file is made of (ISO/IEC 15948): rows of samples, already packed into bytes. */
export interface PngParts {
  readonly width: number
  readonly rows: readonly (readonly number[])[]
  readonly depth?: number
  /** 0 grey, 2 colours, 3 palette, 4 grey and alpha, 6 colours and alpha. */
  readonly type?: number
  readonly palette?: readonly number[]
}

/** The bytes of a PNG file without filters. */
export function png({ width, rows, depth = 8, type = 0, palette }: PngParts): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(rows.length, 4)
  head.set([depth, type, 0, 0, 0], 8)
  const data = deflateSync(Buffer.concat(rows.map((row) => Buffer.from([0, ...row]))))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    ...(palette ? [chunk('PLTE', Buffer.from(palette))] : []),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A grey PNG image of one shade. */
export const shade = (value: number, width = 2, height = width): Buffer =>
  png({ width, rows: Array.from({ length: height }, () => Array<number>(width).fill(value)) })

/** A JPEG image of one colour, which is nearly the one that was asked for. */
export function jpeg(colour: readonly [number, number, number], width = 16, height = width): Buffer {
  const data = Buffer.alloc(width * height * 4, Buffer.from([...colour, 255]))
  return encode({ width, height, data }, 95).data
}

/** Writes files, named by their paths in `folder`. */
export async function writeTree(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
}
