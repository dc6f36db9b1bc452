import type { Shape } from '../primitives'

/*
 * How values lie in memory (see ../wasm/kernels/layout.ts). A value of a batch: tiles of 32 examples, `[tiles][units][32]`,
 * where the units of images are `[height][width][channels]`. Another value of two axes [rows, columns]:
 * `[columns][rows]`, so that dense weights are `[units][inputs]`, and filters `[filters][height][width][channels]`.
 * Units, rows and columns are padded with zeros to multiples of 4; height, width and channels are not.
 */

export const tileSize = 32
/** Bytes of one unit of a tile. */
export const rowBytes = tileSize * 4

export function padded(extent: number): number {
  return Math.ceil(extent / 4) * 4
}

export function tilesOf(examples: number): number {
  return Math.ceil(examples / tileSize)
}

export function isBatch(shape: Shape): boolean {
  return shape[0] === 'batch'
}

/** Numbers of one example of a value of a batch, not padded. */
export function unitsOf(shape: Shape): number {
  return (shape.slice(1) as number[]).reduce((product, extent) => product * extent, 1)
}

/** Bytes of a value, padding included. */
export function bytesOf(shape: Shape, tiles: number): number {
  if (isBatch(shape)) return shape.length === 1 ? tiles * rowBytes : tiles * padded(unitsOf(shape)) * rowBytes
  return placesOf(shape as readonly number[]) * 4
}

/** Numbers that a value without a batch takes, padding included. */
export function placesOf(shape: readonly number[]): number {
  const [rows, columns] = matrixOf(shape)
  if (shape.length < 2) return padded(columns)
  return padded(rows) * padded(columns)
}

/**
 * Rows and columns of a value without a batch: filters `[height, width, channels, filters]` lie like a matrix with a
 * column for each filter, a scalar and a vector like a row.
 */
export function matrixOf(shape: readonly number[]): readonly [rows: number, columns: number] {
  const columns = shape.at(-1) ?? 1
  return [shape.slice(0, -1).reduce((product, extent) => product * extent, 1), columns]
}

/** Puts row-major numbers where they belong; the padding is left as it is. */
export function pack<T extends Float32Array | Uint32Array>(
  from: ArrayLike<number>,
  shape: readonly number[],
  to: T,
): T {
  forEachBlock(shape, (width, columns, row, lastRow, column, lastColumn) => {
    for (let c = column; c < lastColumn; c++) {
      for (let r = row; r < lastRow; r++) to[c * width + r] = from[r * columns + c]!
    }
  })
  return to
}

/** Row-major numbers of a packed value. */
export function unpack(from: Float32Array, shape: readonly number[]): Float32Array {
  const to = new Float32Array(shape.reduce((product, extent) => product * extent, 1))
  forEachBlock(shape, (width, columns, row, lastRow, column, lastColumn) => {
    for (let r = row; r < lastRow; r++) {
      for (let c = column; c < lastColumn; c++) to[r * columns + c] = from[c * width + r]!
    }
  })
  return to
}

/** Rows and columns that are transposed at a time, so that both sides stay in the first cache. */
const block = 32

/** @param use gets how far apart columns lie, the number of columns, and the rows and columns of a block */
function forEachBlock(
  shape: readonly number[],
  use: (...of: [number, number, number, number, number, number]) => void,
): void {
  const [rows, columns] = matrixOf(shape)
  const width = shape.length < 2 ? 1 : padded(rows)
  for (let row = 0; row < rows; row += block) {
    for (let column = 0; column < columns; column += block) {
      const [lastRow, lastColumn] = [Math.min(row + block, rows), Math.min(column + block, columns)]
      use(width, columns, row, lastRow, column, lastColumn)
    }
  }
}
