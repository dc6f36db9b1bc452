import { dataCorrupt } from '../support/errors'
import { sizeOf } from '../support/tensor'

/** How a number of each type is read. Types are called as in safetensors. */
const types = {
  F64: { width: 8, read: (view, at, little) => view.getFloat64(at, little) },
  F32: { width: 4, read: (view, at, little) => view.getFloat32(at, little) },
  F16: { width: 2, read: (view, at, little) => halfOf(view.getUint16(at, little)) },
  BF16: { width: 2, read: (view, at, little) => brainOf(view.getUint16(at, little)) },
  I64: { width: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  I32: { width: 4, read: (view, at, little) => view.getInt32(at, little) },
  I16: { width: 2, read: (view, at, little) => view.getInt16(at, little) },
  I8: { width: 1, read: (view, at) => view.getInt8(at) },
  U8: { width: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { width: 1, read: (view, at) => +(view.getUint8(at) !== 0) },
} as const satisfies Record<string, Reading>

interface Reading {
  /** Bytes. */
  readonly width: number
  readonly read: (view: DataView, at: number, little: boolean) => number
}

/** What the numbers of a checkpoint may be. */
export type NumberType = keyof typeof types

/** Bytes of a number of each type. */
export const widths = Object.fromEntries(
  Object.entries(types).map(([type, { width }]) => [type, width]),
) as Readonly<Record<NumberType, number>>

/** A tensor of a checkpoint, whose numbers are not read yet. */
export interface CheckpointTensor {
  /** As the file has it, dictionaries inside of dictionaries joined by dots. */
  readonly name: string
  readonly shape: readonly number[]
  readonly type: NumberType
  /**
   * Its numbers, row-major, rounded to float32.
   * @throws TicketLabError `data-corrupt`
   */
  readonly read: () => Float32Array
}

/** A tensor without its name. */
export type Numbers = Omit<CheckpointTensor, 'name'>

/** How a tensor lies among the numbers of a storage; counts are of numbers, not of bytes. */
export interface Lying {
  readonly type: NumberType
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
  readonly little: boolean
}

/** Numbers of one tensor, as many as a layer of ours may have. */
const mostNumbers = 2 ** 29 - 2 ** 10

/**
 * The numbers of a tensor, row-major, as float32.
 * @param where named in errors
 * @throws TicketLabError `data-corrupt` when it does not lie inside of `bytes`
 */
export function numbersOf(bytes: Uint8Array, lying: Lying, where: string): Float32Array {
  const { type, shape, strides, offset, little } = lying
  const { width, read } = types[type]
  const size = sizeOf(shape)
  if (size > mostNumbers) throw dataCorrupt(where, `at most ${mostNumbers} numbers`, `${size}`)
  if (size === 0) return new Float32Array(0)
  const last = shape.reduce((sum, extent, axis) => sum + (extent - 1) * strides[axis]!, offset)
  const there = Math.floor(bytes.length / width)
  if (last >= there) throw dataCorrupt(where, `${last + 1} numbers, as its strides need`, `${there}`)
  if (type === 'F32' && little && isRowMajor(lying)) {
    // A copy of its own is aligned.
    return new Float32Array(new Uint8Array(bytes.subarray(4 * offset, 4 * (offset + size))).buffer)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const result = new Float32Array(size)
  let next = 0
  walk(shape, strides, offset, (place) => {
    result[next++] = read(view, place * width, little)
  })
  return result
}

/** The same numbers with the axes in another order: `axes[i]` is which one comes i-th. */
export function permuted(
  data: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = rowMajor(shape)
  const result = new Float32Array(data.length)
  let next = 0
  const pick = (of: readonly number[]): number[] => axes.map((axis) => of[axis]!)
  walk(pick(shape), pick(strides), 0, (place) => {
    result[next++] = data[place]!
  })
  return result
}

/** How far apart neighbours along each axis lie in row-major order. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!
  return strides
}

function isRowMajor({ shape, strides }: Lying): boolean {
  const expected = rowMajor(shape)
  return shape.every((extent, axis) => extent === 1 || strides[axis] === expected[axis])
}

/** Calls `visit` with the place of every number, the last axis innermost. No extent is 0. */
function walk(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  visit: (place: number) => void,
): void {
  const inner = shape.at(-1) ?? 1
  const step = strides.at(-1) ?? 1
  const outer = shape.slice(0, -1)
  const counts = outer.map(() => 0)
  let start = offset
  for (;;) {
    for (let i = 0; i < inner; i++) visit(start + i * step)
    let axis = outer.length - 1
    for (; axis >= 0; axis--) {
      start += strides[axis]!
      if (++counts[axis]! < outer[axis]!) break
      start -= outer[axis]! * strides[axis]!
      counts[axis] = 0
    }
    if (axis < 0) return
  }
}

/** IEEE 754 half precision. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const scratch = new DataView(new ArrayBuffer(4))

/** bfloat16: the upper half of a float32. */
function brainOf(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}
