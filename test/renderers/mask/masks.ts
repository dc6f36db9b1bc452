import { permutation, randomStream } from '../../../src/support/random'

/** Masks of `length` weights, each nested in the one before and with a fifth less. */
export function nestedMasks(length: number, levels: number, seed = 1): readonly Uint8Array[] {
  const order = permutation(length, randomStream(seed, 'masks'))
  return Array.from({ length: levels }, (_, index) => {
    const mask = new Uint8Array(length)
    for (const at of order.subarray(0, Math.round(length * 0.8 ** (index + 1)))) mask[at] = 1
    return mask
  })
}

/** Numbers between -1 and 1. */
export function someWeights(length: number, seed = 1): Float32Array {
  const stream = randomStream(seed, 'weights')
  return Float32Array.from({ length }, () => 2 * stream.uniform() - 1)
}
