/** Zeros and ones as bits, the first in the lowest bit of the first byte: an eighth of what they take as bytes. */
export function packBits(ones: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(ones.length / 8))
  for (let at = 0; at < ones.length; at++) bits[at >> 3]! |= (ones[at]! & 1) << (at & 7)
  return bits
}

/**
 * The inverse of {@link packBits}.
 * @param length how many zeros and ones there were
 * @throws RangeError where there are not as many bytes as they take
 */
export function unpackBits(bits: Uint8Array, length: number): Uint8Array {
  if (bits.length !== Math.ceil(length / 8)) {
    throw new RangeError(`${length} bits take ${Math.ceil(length / 8)} bytes, and there are ${bits.length}.`)
  }
  const ones = new Uint8Array(length)
  for (let at = 0; at < length; at++) ones[at] = (bits[at >> 3]! >> (at & 7)) & 1
  return ones
}
