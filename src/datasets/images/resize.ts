import type { Pixels } from './pixels'

/** How images are brought to one size. */
export interface Fit {
  /** Pixels of the height and of the width that they get. */
  readonly size: number
  /** Pixels of the shorter side before what is beyond the middle is cut off; at least `size`. */
  readonly shorter: number
}

/**
 * The middle of an image whose shorter side was brought to `shorter` pixels, as torchvision's `Resize` and `CenterCrop` make it
 * of Pillow's images: each pixel is the mean of those below a triangle, which gets as wide as pixels are apart where the image
 * shrinks (antialiased bilinear). The longer side is rounded down, the place of the middle to the nearest even number.
 */
export function fitted(pixels: Pixels, { size, shorter }: Fit): Pixels {
  const { width, height, channels } = pixels
  const short = Math.min(width, height)
  const scaled = (side: number): number => (side === short ? shorter : Math.floor((shorter * side) / short))
  const [left, top] = [scaled(width), scaled(height)].map((side) => halfToEven((side - size) / 2))
  // Only what is kept is computed; rows first, as Pillow does, since bytes are rounded in between.
  const across = along(width, scaled(width), left!, size)
  const rows = resampled(pixels.data, { outer: height, inner: channels, length: width }, across)
  const down = along(height, scaled(height), top!, size)
  const data = resampled(rows, { outer: 1, inner: size * channels, length: height }, down)
  return { width: size, height: size, channels, data }
}

function halfToEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}

/** Which pixels of a line each new one is made of, and with which weights, in parts of 2^22. */
interface Line {
  readonly first: Int32Array
  /** `most` for each new pixel; those that it does not need are 0. */
  readonly weights: Int32Array
  readonly most: number
}

/** Weights are whole numbers, as in Pillow, so that sums do not depend on their order; these bits are behind the point. */
const precision = 22

const lines = new Map<string, Line>()

/** New pixels `from` to `from + count` of a line of `before` pixels that is brought to `after`. */
function along(before: number, after: number, from: number, count: number): Line {
  const key = [before, after, from, count].join()
  const known = lines.get(key)
  if (known) return known
  const scale = before / after
  const reach = Math.max(scale, 1)
  const most = Math.ceil(reach) * 2 + 1
  const [first, weights] = [new Int32Array(count), new Int32Array(count * most)]
  for (let at = 0; at < count; at++) {
    const centre = (from + at + 0.5) * scale
    const begin = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.min(before, Math.floor(centre + reach + 0.5))
    const shares = Array.from({ length: end - begin }, (_, index) =>
      Math.max(0, 1 - Math.abs((begin + index - centre + 0.5) / reach)),
    )
    const sum = shares.reduce((all, share) => all + share, 0)
    first[at] = begin
    shares.forEach((share, index) => {
      weights[at * most + index] = Math.floor((share / sum) * 2 ** precision + 0.5)
    })
  }
  const line = { first, weights, most }
  // Folders of photos have a few sizes, and some have as many as images.
  if (lines.size >= 256) lines.clear()
  lines.set(key, line)
  return line
}

/** Applies a line to the middle axis of bytes `[outer, length, inner]`. */
function resampled(
  from: Uint8Array,
  { outer, inner, length }: { readonly outer: number; readonly inner: number; readonly length: number },
  { first, weights, most }: Line,
): Uint8Array {
  const count = first.length
  const to = new Uint8ClampedArray(outer * count * inner)
  const half = 1 << (precision - 1)
  for (let row = 0; row < outer; row++) {
    for (let at = 0; at < count; at++) {
      const begin = (row * length + first[at]!) * inner
      const needed = Math.min(most, length - first[at]!)
      for (let i = 0; i < inner; i++) {
        let sum = half
        for (let index = 0; index < needed; index++) {
          sum += from[begin + index * inner + i]! * weights[at * most + index]!
        }
        to[(row * count + at) * inner + i] = sum >> precision
      }
    }
  }
  return new Uint8Array(to.buffer)
}
