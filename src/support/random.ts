import { createHash } from 'node:crypto'

/**
 * A stream of random numbers with a name of its own: the same seed and labels give the same numbers on every
 * machine, and streams with different labels do not disturb each other. (xoshiro128**, keyed by SHA-256.)
 */
export interface RandomStream {
  /** A uniform integer in [0, 2^32). */
  uint32(): number
  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number
  /** A uniform integer in [0, bound), without bias; `bound` is at most 2^32. */
  below(bound: number): number
  /** A number from the standard normal distribution. */
  normal(): number
}

/** The stream that belongs to `seed` and `labels`, such as `randomStream(1, 'initialize', 'dense1/weights')`. */
export function randomStream(seed: number, ...labels: readonly (string | number)[]): RandomStream {
  const key = createHash('sha256')
    .update(JSON.stringify([seed, ...labels]))
    .digest()
  let a = key.readInt32LE(0)
  let b = key.readInt32LE(4)
  let c = key.readInt32LE(8)
  let d = key.readInt32LE(12)
  if ((a | b | c | d) === 0) d = 1
  let spare: number | undefined

  function uint32(): number {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }

  function uniform(): number {
    return ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000
  }

  function below(bound: number): number {
    // Numbers past the last whole multiple of `bound` would favour small results.
    const limit = 0x100000000 - (0x100000000 % bound)
    for (;;) {
      const value = uint32()
      if (value < limit) return value % bound
    }
  }

  function normal(): number {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  return { uint32, uniform, below, normal }
}

/** A uniformly random order of the integers 0 .. length-1 (Fisher and Yates). */
export function permutation(length: number, stream: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = stream.below(i + 1)
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
  return order
}

/** `count` different members of `from`, in random order; uniform over all choices. */
export function sample(from: Uint32Array, count: number, stream: RandomStream): Uint32Array {
  const pool = Uint32Array.from(from)
  for (let i = 0; i < count; i++) {
    const j = i + stream.below(pool.length - i)
    const held = pool[i]!
    pool[i] = pool[j]!
    pool[j] = held
  }
  return pool.slice(0, count)
}
