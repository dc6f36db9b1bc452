import { countText, percentLabel } from '../../support/quantities'
import { sizeOf, type Mask, type Masks } from '../../support/tensor'
import type { MimeBundle } from '../display'
import { pngOf, type IndexedImage } from './png'
import { escaped, tableText } from './table'

/** The largest picture, in pixels: of a larger layer, each pixel is the mean of a square of weights. */
const most = { width: 1024, height: 640 }

/** From none kept to all kept: light grey to dark blue, both readable on any ground. */
const palette = Array.from({ length: 256 }, (_, index) => {
  const mix = (from: number, to: number): number => Math.round(from + ((to - from) * index) / 255)
  return [mix(226, 31), mix(226, 78), mix(226, 140)] as const
})

/** Masks as pictures: a row of pixels for each output unit, a column for each of its inputs; dark where kept. */
export function masksBundle(masks: Masks): MimeBundle {
  const layers = Object.entries(masks).map(([name, mask]) => ({ name, mask, kept: keptOf(mask) }))
  const figures = layers.map(({ name, mask, kept }) => {
    const { width, height, scale, image } = pictureOf(mask)
    const caption =
      `${name}: ${height} × ${width} (units × inputs), ${percentLabel((100 * kept) / mask.data.length)} kept` +
      (scale > 1 ? `; a pixel is ${scale} × ${scale} weights` : '')
    const base64 = Buffer.from(pngOf(image)).toString('base64')
    const zoom = Math.max(1, Math.min(8, Math.floor(320 / Math.max(image.width, image.height))))
    return (
      `<figure style="margin: 8px 0"><figcaption style="margin-bottom: 4px">${escaped(caption)}</figcaption>` +
      `<img alt="${escaped(caption)}" width="${image.width * zoom}" ` +
      `style="max-width: 100%; image-rendering: pixelated" src="data:image/png;base64,${base64}"></figure>`
    )
  })
  const table = tableText({
    header: ['layer', 'shape', 'kept', 'of', 'remaining'],
    rows: layers.map(({ name, mask, kept }) => [
      ...[name, mask.shape.join(' × '), countText(kept), countText(mask.data.length)],
      percentLabel((100 * kept) / mask.data.length),
    ]),
  })
  return { 'text/html': figures.join('\n'), 'text/plain': table }
}

function keptOf({ data }: Mask): number {
  let kept = 0
  for (const value of data) kept += value
  return kept
}

interface Picture {
  /** Inputs and units. */
  readonly width: number
  readonly height: number
  /** Side of the square of weights that one pixel is the mean of. */
  readonly scale: number
  readonly image: IndexedImage
}

function pictureOf({ shape, data }: Mask): Picture {
  const height = shape.at(-1) ?? 1
  const width = sizeOf(shape.slice(0, -1))
  const scale = Math.max(1, Math.ceil(width / most.width), Math.ceil(height / most.height))
  const [columns, rows] = [Math.ceil(width / scale), Math.ceil(height / scale)]
  const sums = new Float64Array(columns * rows)
  const counts = new Float64Array(columns * rows)
  for (let input = 0; input < width; input++) {
    for (let unit = 0; unit < height; unit++) {
      const at = Math.floor(unit / scale) * columns + Math.floor(input / scale)
      sums[at]! += data[input * height + unit]!
      counts[at]! += 1
    }
  }
  const pixels = Uint8Array.from(sums, (sum, at) => Math.round((255 * sum) / counts[at]!))
  return { width, height, scale, image: { width: columns, height: rows, pixels, palette } }
}
