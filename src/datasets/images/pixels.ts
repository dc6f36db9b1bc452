/** A decoded image. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** 1, or 3 for red, green and blue. */
  readonly channels: 1 | 3
  /** `height * width * channels` bytes, row-major, channels innermost. */
  readonly data: Uint8Array
}

/** Pixels of one image at most: what decoding it takes stays in the hundreds of megabytes. */
export const mostPixels = 100_000_000

/** Why a file is no image that can be used; its message is told beside the file's name. */
export class BrokenImage extends Error {
  override readonly name = 'BrokenImage'
}

/** @throws BrokenImage for an image that nothing has room for, or that has no pixels */
export function checkExtent(width: number, height: number): void {
  if (width < 1 || height < 1) throw new BrokenImage(`it has ${width} by ${height} pixels`)
  if (width * height <= mostPixels) return
  throw new BrokenImage(
    `it has ${width} by ${height} pixels, more than the ${mostPixels / 1e6} million that are read`,
  )
}

/**
 * The same image with one channel or three. Grey of colours is their luma (ITU-R BT.601), rounded as Pillow rounds it.
 */
export function withChannels(pixels: Pixels, channels: 1 | 3): Pixels {
  if (pixels.channels === channels) return pixels
  const { width, height, data: from } = pixels
  const data = new Uint8Array(width * height * channels)
  if (channels === 3) {
    for (let i = 0; i < from.length; i++) data.fill(from[i]!, 3 * i, 3 * i + 3)
  } else {
    for (let i = 0; i < data.length; i++) {
      // 0.299, 0.587 and 0.114 in parts of 2^16.
      data[i] = (19_595 * from[3 * i]! + 38_470 * from[3 * i + 1]! + 7_471 * from[3 * i + 2]! + 32_768) >> 16
    }
  }
  return { width, height, channels, data }
}
