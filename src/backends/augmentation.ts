import type { Augmentation } from './program'

/** The augmentation, unless there is none, or none that changes anything. */
export function effective(augmentation: Augmentation | undefined): Augmentation | undefined {
  return augmentation && variantCount(augmentation) > 1 ? augmentation : undefined
}

/** How many variants of an image there are (see {@link Augmentation}). */
export function variantCount({ flip, crop }: Augmentation): number {
  const side = 2 * crop + 1
  return (flip ? 2 : 1) * side * side
}

/**
 * For every variant and pixel, row-major, which pixel of the original it shows; the number of pixels where it is black.
 * @param size height and width
 * @returns `[rows, height * width]`
 */
export function sourcePixels(
  augmentation: Augmentation,
  [height, width]: readonly [number, number],
): { table: Int32Array; rows: number } {
  const { crop } = augmentation
  const side = 2 * crop + 1
  const rows = variantCount(augmentation)
  const table = new Int32Array(rows * height * width)
  for (let index = 0; index < table.length; index++) {
    const variant = Math.floor(index / (height * width))
    const pixel = index % (height * width)
    const across = variant % side
    const down = Math.floor(variant / side) % side
    const flipped = variant >= side * side
    const y = Math.floor(pixel / width) + down - crop
    const x = (flipped ? width - 1 - (pixel % width) : pixel % width) + across - crop
    const inside = y >= 0 && y < height && x >= 0 && x < width
    table[index] = inside ? y * width + x : height * width
  }
  return { table, rows }
}
