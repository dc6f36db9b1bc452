import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { encode } from 'jpeg-js'
import { crc32 } from '../../../src/support/crc32'
import { randomStream } from '../../../src/support/random'

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

/** 40 images of 12x12 pixels of each of two classes, `lies` and `stands`: stripes in noise, of three colours. */
export function stripedImages(): Readonly<Record<string, Buffer>> {
  const images = ['lies', 'stands'].flatMap((name, label) =>
    Array.from({ length: 40 }, (_, at) => {
      const noise = randomStream(100 * label + at, 'stripes')
      const rows = Array.from({ length: 12 }, (_, y) =>
        Array.from({ length: 36 }, (_, column) => {
          const x = Math.floor(column / 3)
          return 100 * ((label === 0 ? x : y) % 2) + Math.floor(120 * noise.uniform())
        }),
      )
      return [`${name}/${at}.png`, png({ width: 12, type: 2, rows })] as const
    }),
  )
  return Object.fromEntries(images)
}

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
