import type { Shape } from '../primitives'

/*
 * How values lie in memory (see kernels/layout.ts). A value of a batch: tiles of 32 examples, `[tiles][units][32]`.
 * Another value of two axes [rows, columns]: `[columns][rows]`, so that dense weights are `[units][inputs]`. Units,
 * rows and columns are padded with zeros to multiples of 4.
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
  if (shape.length > 2) throw new RangeError(`No layout for the shape [${shape.join(', ')}].`)
  return shape.reduce((product, extent) => product * padded(extent), shape.length === 0 ? 4 : 1)
}

/** Puts row-major numbers where they belong; the padding is left as it is. */
export function pack<T extends Float32Array | Uint32Array>(
  from: ArrayLike<number>,
  shape: readonly number[],
  to: T,
): T {
  forEachPlace(shape, (index, place) => {
    to[place] = from[index]!
  })
  return to
}

/** Row-major numbers of a packed value. */
export function unpack(from: Float32Array, shape: readonly number[]): Float32Array {
  const to = new Float32Array(shape.reduce((product, extent) => product * extent, 1))
  forEachPlace(shape, (index, place) => {
    to[index] = from[place]!
  })
  return to
}

function forEachPlace(shape: readonly number[], use: (index: number, place: number) => void): void {
  const rows = shape.length === 2 ? shape[0]! : 1
  const columns = shape.at(-1) ?? 1
  const width = shape.length === 2 ? padded(rows) : 1
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) use(row * columns + column, column * width + row)
  }
}
