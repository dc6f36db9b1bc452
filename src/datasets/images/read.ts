import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { badInput, TicketLabError } from '../../support/errors'
import type { ImageWriter } from '../streamed'
import type { ImageFile } from './folder'
import { decodeJpeg } from './jpeg'
import { BrokenImage, withChannels, type Pixels } from './pixels'
import { decodePng } from './png'
import { fitted, type Fit } from './resize'

/** A file that is no image that can be used. */
export interface Broken {
  /** The file, from the root of the disk. */
  readonly path: string
  /** Why it cannot be used. */
  readonly reason: string
}

/** How images are read. */
export interface Reading {
  /** Absent, all images must have one size. */
  readonly fit?: Fit | undefined
  readonly channels: 1 | 3
}

/** Decodes a JPEG or PNG file, told by its first bytes, whatever it is called. @throws BrokenImage with the reason */
export async function decodeImage(bytes: Uint8Array): Promise<Pixels> {
  const begins = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (begins.startsWith('\xff\xd8\xff')) return decodeJpeg(bytes)
  if (begins.startsWith('\x89PNG\r\n\x1a\n')) return decodePng(bytes)
  if (bytes.length === 0) throw new BrokenImage('the file is empty')
  const known: readonly (readonly [string, (text: string) => boolean])[] = [
    ['GIF', (text) => text.startsWith('GIF8')],
    ['WebP', (text) => text.startsWith('RIFF') && text.endsWith('WEBP')],
    ['BMP', (text) => text.startsWith('BM')],
    ['TIFF', (text) => text.startsWith('II*\0') || text.startsWith('MM\0*')],
  ]
  const other = known.find(([, is]) => is(begins))
  throw new BrokenImage(
    other ? `it is a ${other[0]} file, not JPEG or PNG` : 'it does not begin as JPEG or PNG files do',
  )
}

/**
 * Decodes images one by one, brings them to one size and appends them to a file.
 * @param shape of all images, once it is known; the first one has it where none is asked for
 * @param onImage called after each, with how many are done; what it throws ends the reading
 * @returns the labels of those that were appended, and the others with their reasons
 * @throws TicketLabError `bad-input` where images differ in size and none is asked for; `disk-full`
 */
export async function readImages(
  files: readonly ImageFile[],
  { fit, channels }: Reading,
  writer: ImageWriter,
  first: { shape?: readonly number[]; path?: string },
  onImage: (done: number) => Promise<void>,
): Promise<{ readonly labels: readonly number[]; readonly broken: readonly Broken[] }> {
  const labels: number[] = []
  const broken: Broken[] = []
  for (const [index, { path, label }] of files.entries()) {
    try {
      const decoded = withChannels(await decodeImage(await readFile(path)), channels)
      const pixels = fit ? fitted(decoded, fit) : decoded
      const shape = [pixels.height, pixels.width, channels]
      first.shape ??= shape
      first.path ??= path
      if (shape.join() !== first.shape.join()) throw differ(first.path, first.shape, path, shape)
      await writer.append(pixels.data)
      labels.push(label)
    } catch (error) {
      if (error instanceof TicketLabError) throw error
      broken.push({ path, reason: reasonOf(error) })
    }
    await onImage(index + 1)
  }
  return { labels, broken }
}

function reasonOf(error: unknown): string {
  if (error instanceof BrokenImage) return error.message
  // What the system says of a file that cannot be read; anything else is a fault of ours.
  if (error instanceof Error && 'syscall' in error) return error.message
  throw error
}

function differ(
  one: string,
  its: readonly number[],
  other: string,
  shape: readonly number[],
): TicketLabError {
  const extent = ([height, width]: readonly number[]) => `${width}x${height} pixels`
  return badInput(
    'images of one size, or the size to bring them to',
    `${extent(its)} in ${one}, and ${extent(shape)} in ${other}`,
    'For example { size: 64 } after the folder: the shorter side is brought to 64 pixels, and the middle is kept.',
  )
}

/** Files named one by one in an error. */
const mostNamed = 20

/** The error that names the images that cannot be used: all are counted, the first ones told. */
export function brokenImages(root: string, broken: readonly Broken[], all: number): TicketLabError {
  const lines = broken.slice(0, mostNamed).map(({ path, reason }) => `\n  ${relative(root, path)}: ${reason}`)
  const more = broken.length > mostNamed ? `\n  and ${broken.length - mostNamed} more` : ''
  const they = broken.length === 1 ? '1 is not' : `${broken.length} are not`
  return new TicketLabError(
    'data-corrupt',
    `Expected ${all} images in ${root}, of which ${they}. Replace or remove them, or leave them out with ` +
      `{ broken: 'leave out' } after the folder.${lines.join('')}${more}`,
  )
}
