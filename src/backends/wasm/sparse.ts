import type { Mask } from '../../support/tensor'
import { padded, rowBytes } from './layout'
import type { Machine, Pointer } from './memory'

/**
 * A layer is computed sparsely below this share of its weights. Found with `bench/density.ts` and fixed, because the
 * two ways sum in different orders: it is part of the arithmetic.
 */
export const sparseBelow = 0.5

/** The surviving weights of a masked parameter `[rows, columns]`, in the order of columns and then of rows. */
export interface Survivors {
  readonly count: number
  /** For each survivor, its place in the row-major parameter. */
  readonly places: Uint32Array
  /** The matrix by columns, for the forward product and the gradient of the survivors. */
  readonly byColumn: SparseMatrix
  /** The transpose, for the gradient by the input, with the place of each of its values among the survivors. */
  readonly byRow: SparseMatrix & { readonly order: Pointer; readonly values: Pointer }
}

/** Where kernels find the positions of a sparse matrix. */
export interface SparseMatrix {
  readonly offsets: Pointer
  readonly starts: Pointer
}

/** Lists the survivors of a mask in the machine's memory. */
export function listSurvivors(machine: Machine, { shape, data }: Mask): Survivors {
  const [rows, columns] = shape as [number, number]
  const places = Uint32Array.from(survivorsByColumn(data, rows, columns))
  const count = places.length
  const row = places.map((place) => Math.floor(place / columns))
  const column = places.map((place) => place % columns)
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  order.sort((one, other) => row[one]! - row[other]! || column[one]! - column[other]!)
  const put = (numbers: Uint32Array): Pointer => {
    const pointer = machine.allocate(numbers.byteLength)
    machine.integers(pointer, numbers.length).set(numbers)
    return pointer
  }
  return {
    count,
    places,
    byColumn: {
      offsets: put(row.map((index) => index * rowBytes)),
      starts: put(startsOf(column, columns)),
    },
    byRow: {
      offsets: put(order.map((index) => column[index]! * rowBytes)),
      starts: put(startsOf(row, rows)),
      order: put(order),
      values: machine.allocate(count * 4),
    },
  }
}

function* survivorsByColumn(mask: Uint8Array, rows: number, columns: number): Generator<number> {
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      if (mask[row * columns + column]) yield row * columns + column
    }
  }
}

/** Where each line begins in a list sorted by lines; those that only fill up to a multiple of 4 are empty. */
function startsOf(lines: Uint32Array, count: number): Uint32Array {
  const starts = new Uint32Array(padded(count) + 1)
  for (const line of lines) starts[line + 1]!++
  for (let line = 0; line < padded(count); line++) starts[line + 1]! += starts[line]!
  return starts
}
