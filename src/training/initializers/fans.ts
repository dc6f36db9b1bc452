import type { RandomStream } from '../../support/random'
import { sizeOf } from '../../support/tensor'

/** How many weights lead to one output, and how many from one input, a convolution's window included. */
export function fansOf(shape: readonly number[]): { readonly in: number; readonly out: number } {
  const window = sizeOf(shape.slice(0, -2))
  return { in: window * shape.at(-2)!, out: window * shape.at(-1)! }
}

/** Independent normal numbers. */
export function normals(shape: readonly number[], deviation: number, stream: RandomStream): Float32Array {
  const data = new Float32Array(sizeOf(shape))
  for (let i = 0; i < data.length; i++) data[i] = deviation * stream.normal()
  return data
}
