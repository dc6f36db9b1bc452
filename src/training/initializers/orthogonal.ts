import { sizeOf } from '../../support/tensor'
import type { InitializerKind } from './initializer'

/**
 * A random orthogonal matrix (Saxe et al. 2014): of the weights as a matrix `[units, window x inputs]`, the rows are
 * orthonormal, or the columns where there are more rows; uniform over all such matrices.
 */
export const orthogonal: InitializerKind = {
  words: 'orthogonal',
  draw(shape, stream) {
    const units = shape.at(-1)!
    const size = sizeOf(shape)
    const others = size / units
    const isWide = units <= others
    const [count, length] = isWide ? [units, others] : [others, units]
    const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => stream.normal()))
    orthonormalize(vectors)
    const data = new Float32Array(size)
    for (const [index, vector] of vectors.entries()) {
      for (let i = 0; i < length; i++) data[isWide ? i * units + index : index * units + i] = vector[i]!
    }
    return data
  },
}

/**
 * Gram and Schmidt, in place; twice, since what rounding leaves of the first time is gone after the second (Giraud et al.
 * 2005). Of normal vectors that is the Q of a QR decomposition whose R has a positive diagonal, which makes it uniform.
 */
function orthonormalize(vectors: readonly Float64Array[]): void {
  for (const [index, vector] of vectors.entries()) {
    for (let time = 0; time < 2; time++) {
      for (let before = 0; before < index; before++) {
        const other = vectors[before]!
        const part = dot(vector, other)
        for (let i = 0; i < vector.length; i++) vector[i]! -= part * other[i]!
      }
    }
    const norm = Math.sqrt(dot(vector, vector))
    for (let i = 0; i < vector.length; i++) vector[i]! /= norm
  }
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!
  return sum
}
