import { ROW } from './layout'

/*
 * Which numbers are dropped follows from a hash of the step's seed, the layer's stream and the number's index in the
 * batch, row-major, so that neither tiles nor chunks of steps change it.
 */

/** The finalizer of MurmurHash3: every bit of the input changes half of the bits. */
// @ts-ignore: decorator
@inline
function mixed(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(<i32>0x85ebca6b))
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(<i32>0xc2b2ae35))
  return v128.xor(x, i32x4.shr_u(x, 16))
}

/**
 * kept = 0 with probability `rate`, otherwise 1 / (1 - rate); y = x kept. `units` of `padded` are numbers of an
 * example, the rest becomes zero.
 * @param seed where the seed of the step lies; behind it a word that is 0 if nothing is to be dropped
 * @param tile which tile of the batch it is
 */
export function dropout(
  x: usize,
  seed: usize,
  stream: i32,
  rate: f64,
  kept: usize,
  y: usize,
  tile: i32,
  units: i32,
  padded: i32,
): void {
  // A number is dropped where the upper 24 bits of its hash are below this.
  if (!load<i32>(seed, 4)) rate = 0
  const threshold = i32x4.splat(<i32>(rate * 16777216))
  const factor = f32x4.splat(<f32>(1 / (1 - rate)))
  const key = mixed(i32x4.add(mixed(i32x4.splat(load<i32>(seed))), i32x4.splat(stream)))
  const four = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(units))
  for (let unit = 0; unit < padded; unit++) {
    for (let lane = 0; lane < 32; lane += 4) {
      const index = i32x4.add(i32x4.splat((tile * 32 + lane) * units + unit), four)
      const bits = mixed(i32x4.add(mixed(i32x4.add(index, i32x4.splat(1))), key))
      const keep = i32x4.ge_s(i32x4.shr_u(bits, 8), threshold)
      const k = v128.and(factor, unit < units ? keep : i32x4.splat(0))
      const at = <usize>lane << 2
      v128.store(kept + at, k)
      v128.store(y + at, f32x4.mul(v128.load(x + at), k))
    }
    x += ROW
    kept += ROW
    y += ROW
  }
}
