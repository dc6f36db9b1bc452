import type { Mask } from '../../support/tensor'
import { matrixOf, padded, rowBytes } from './layout'
import type { Machine, Pointer } from './machine'
import type { Phase, Sweep } from './sweeps'

/**
 * A layer is computed sparsely below this share of its weights. Found with `npm run bench`, for dense layers as
 * for convolutions, and fixed, because the two ways sum in different orders: it is part of the arithmetic.
 */
export const sparseBelow = 0.5

/** The surviving weights of a masked parameter, as a matrix, in the order of columns and then of rows. */
export interface Survivors {
  readonly count: number
  /** For each survivor, its place in the row-major parameter. */
  readonly places: Uint32Array
  readonly rows: Uint32Array
  readonly columns: Uint32Array
  /** The survivors in the order of rows and then of columns. */
  readonly byRow: Uint32Array
}

/** Where kernels find the positions of a sparse matrix, or of sparse filters. */
export interface SparseMatrix {
  readonly offsets: Pointer
  readonly starts: Pointer
}

/** A matrix whose values are some of the survivors in another order; `values` is room for them. */
export interface Reordered extends SparseMatrix {
  readonly count: number
  readonly order: Pointer
  readonly values: Pointer
}

/** Lists the survivors of a mask. */
export function listSurvivors({ shape, data }: Mask): Survivors {
  const [height, width] = matrixOf(shape)
  const next = new Uint32Array(width + 1)
  for (let place = 0; place < data.length; place++) if (data[place]) next[(place % width) + 1]!++
  for (let column = 0; column < width; column++) next[column + 1]! += next[column]!
  const count = next[width]!
  const lists = Array.from({ length: 4 }, () => new Uint32Array(count))
  const [places, rows, columns, byRow] = lists as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]
  let found = 0
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const place = row * width + column
      if (!data[place]) continue
      const index = next[column]!++
      places[index] = place
      rows[index] = row
      columns[index] = column
      byRow[found++] = index
    }
  }
  return { count, places, rows, columns, byRow }
}

/** A matrix `[rows, columns]` by columns, for the forward product and the gradient of the survivors. */
export function byColumn(machine: Machine, { rows, columns }: Survivors, count: number): SparseMatrix {
  return {
    offsets: put(
      machine,
      rows.map((row) => row * rowBytes),
    ),
    starts: put(machine, startsOf(columns, padded(count))),
  }
}

/** Its transpose, for the gradient by the input. */
export function byRow(
  machine: Machine,
  { count, rows, columns, byRow: order }: Survivors,
  lines: number,
): Reordered {
  return {
    count,
    offsets: put(
      machine,
      order.map((index) => columns[index]! * rowBytes),
    ),
    starts: put(machine, startsOf(rows, padded(lines))),
    order: put(machine, order),
    values: machine.allocate(count * 4),
  }
}

/**
 * Filters `[windowHeight, windowWidth, inner, outer]` for a convolution, and for the gradient by them.
 * @param strides bytes from a line of a window to the next, from a column and from a channel
 */
export function filtersOf(
  machine: Machine,
  { rows, columns }: Survivors,
  sweep: Sweep,
  strides: readonly [line: number, column: number, channel: number],
): SparseMatrix {
  const { windowHeight, windowWidth, inner, outer } = sweep
  const offsets = rows.map((row) => {
    const tap = Math.floor(row / inner)
    const [line, column] = [Math.floor(tap / windowWidth), tap % windowWidth]
    return line * strides[0] + column * strides[1] + (row % inner) * strides[2]
  })
  const taps = windowHeight * windowWidth
  const lines = rows.map((row, index) => columns[index]! * taps + Math.floor(row / inner))
  return { offsets: put(machine, offsets), starts: put(machine, startsOf(lines, outer * taps)) }
}

/** The part of the filters that a phase of the gradient by the input sees, upside down. */
export function filtersOfPhase(
  machine: Machine,
  { rows, columns }: Survivors,
  forward: Sweep,
  { sweep, lines, columns: across }: Phase,
): Reordered {
  const { windowHeight, windowWidth, inner, outer, width } = sweep
  const taps = windowHeight * windowWidth
  // Where each weight would be in a list of all: by channel, line, column and filter. 0 where there is none.
  const all = new Uint32Array(outer * taps * inner)
  let count = 0
  for (let index = 0; index < rows.length; index++) {
    const tap = Math.floor(rows[index]! / forward.inner)
    const line = lines.indexOf(Math.floor(tap / forward.windowWidth))
    const column = across.indexOf(tap % forward.windowWidth)
    if (line < 0 || column < 0) continue
    const channel = rows[index]! % forward.inner
    all[(channel * taps + line * windowWidth + column) * inner + columns[index]!] = index + 1
    count++
  }
  const lists = Array.from({ length: 3 }, () => new Uint32Array(count))
  const [order, offsets, lineOf] = lists as [Uint32Array, Uint32Array, Uint32Array]
  let found = 0
  for (let place = 0; place < all.length; place++) {
    if (all[place] === 0) continue
    const tap = Math.floor(place / inner) % taps
    const pixel = Math.floor(tap / windowWidth) * width + (tap % windowWidth)
    order[found] = all[place]! - 1
    offsets[found] = (pixel * inner + (place % inner)) * rowBytes
    lineOf[found++] = Math.floor(place / inner)
  }
  return {
    count,
    offsets: put(machine, offsets),
    starts: put(machine, startsOf(lineOf, outer * taps)),
    order: put(machine, order),
    values: machine.allocate(count * 4),
  }
}

/** Copies a list into the machine's memory. */
export function put(machine: Machine, numbers: Uint32Array): Pointer {
  const pointer = machine.allocate(numbers.byteLength)
  machine.integers(pointer, numbers.length).set(numbers)
  return pointer
}

/** Where each of `count` lines begins in a list that is sorted by lines, and where the last one ends. */
function startsOf(lines: Uint32Array, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1)
  for (const line of lines) starts[line + 1]!++
  for (let line = 0; line < count; line++) starts[line + 1]! += starts[line]!
  return starts
}
