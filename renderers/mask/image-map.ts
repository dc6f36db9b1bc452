import { placesAlong } from '../../src/backends/windows'
import type { MaskImage } from './messages'

/** Numbers of weights per pixel, row-major. */
export interface PixelCounts {
  readonly kept: Uint32Array
  /** How many there are without a mask; a convolution's windows go less often over pixels at the edge. */
  readonly all: Uint32Array
}

/**
 * How many weights look at each pixel of the image, all channels and units together. A weight of a convolution counts once
 * for every place of its window from which it sees the pixel.
 * @param shape `[pixels * channels, units]`, or with windows `[height, width, channels, filters]`
 * @param mask 1 where kept
 */
export function weightsPerPixel(image: MaskImage, shape: readonly number[], mask: Uint8Array): PixelCounts {
  // What each input has: of a dense layer, a pixel's channels; of a convolution, a place in its window.
  const cells = image.windows ? shape[0]! * shape[1]! : image.height * image.width
  const size = mask.length / cells
  const kept = new Uint32Array(cells)
  for (let cell = 0; cell < cells; cell++) {
    let sum = 0
    for (let at = cell * size; at < (cell + 1) * size; at++) sum += mask[at]!
    kept[cell] = sum
  }
  const all = new Uint32Array(cells).fill(size)
  return image.windows ? { kept: slid(image, kept), all: slid(image, all) } : { kept, all }
}

/** What a window brings to each pixel, from all the places where it stops. */
function slid({ height, width, windows }: MaskImage, inWindow: Uint32Array): Uint32Array {
  const { window, stride } = windows!
  const [high, wide] = window
  const down = placesAlong(height, 0, windows!)
  const across = placesAlong(width, 1, windows!)
  const counts = new Uint32Array(height * width)
  for (let row = 0; row < down.count; row++) {
    for (let column = 0; column < across.count; column++) {
      for (let v = 0; v < high; v++) {
        const y = row * stride - down.before + v
        if (y < 0 || y >= height) continue
        for (let u = 0; u < wide; u++) {
          const x = column * stride - across.before + u
          if (x >= 0 && x < width) counts[y * width + x]! += inWindow[v * wide + u]!
        }
      }
    }
  }
  return counts
}
