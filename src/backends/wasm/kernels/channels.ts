import { laneSums, ROW } from './layout'

/*
 * Values of one tile as `[positions][channels][32]`; what belongs to a channel is done alike at every position.
 */

/** y = x + bias[channel], or max(that, 0). */
export function addChannels(
  x: usize,
  bias: usize,
  y: usize,
  positions: i32,
  channels: i32,
  relu: bool,
): void {
  const least = f32x4.splat(relu ? 0 : -Infinity)
  for (let position = 0; position < positions; position++) {
    for (let c = 0; c < channels; c++) {
      const b = v128.load32_splat(bias + (<usize>c << 2))
      for (let at: usize = 0; at < ROW; at += 16) {
        v128.store(y + at, f32x4.pmax(f32x4.add(v128.load(x + at), b), least))
      }
      x += ROW
      y += ROW
    }
  }
}

/** Adds to sums[c], four numbers each, those of all positions, examples 0, 4, 8, ... in the first of the four. */
export function channelSums(x: usize, sums: usize, positions: i32, channels: i32): void {
  for (let position = 0; position < positions; position++) {
    for (let c = 0; c < channels; c++) {
      const a = f32x4.add(v128.load(x), v128.load(x, 16))
      const b = f32x4.add(v128.load(x, 32), v128.load(x, 48))
      const d = f32x4.add(v128.load(x, 64), v128.load(x, 80))
      const e = f32x4.add(v128.load(x, 96), v128.load(x, 112))
      const at = sums + (<usize>c << 4)
      const sum = f32x4.add(f32x4.add(a, b), f32x4.add(d, e))
      v128.store(at, f32x4.add(v128.load(at), sum))
      x += ROW
    }
  }
}

/** to[c] = the sum of sums[c]'s four numbers, times a factor; `channels` is a multiple of 4. */
export function foldSums(sums: usize, to: usize, channels: i32): void {
  for (let c = 0; c < channels; c += 4) {
    v128.store(
      to,
      laneSums(v128.load(sums), v128.load(sums, 16), v128.load(sums, 32), v128.load(sums, 48)),
    )
    sums += 64
    to += 16
  }
}

/** y[c] = the mean of x[position][c] over positions. */
export function meanOfPositions(x: usize, y: usize, positions: i32, channels: i32): void {
  const row = <usize>channels * ROW
  const count = f32x4.splat(<f32>positions)
  for (let at: usize = 0; at < row; at += 16) {
    let sum = f32x4.splat(0)
    for (let position = 0; position < positions; position++) {
      sum = f32x4.add(sum, v128.load(x + <usize>position * row + at))
    }
    v128.store(y + at, f32x4.div(sum, count))
  }
}

/** dx[position][c] = dy[c] divided by the number of positions. */
export function spreadToPositions(dy: usize, dx: usize, positions: i32, channels: i32): void {
  const row = <usize>channels * ROW
  const count = f32x4.splat(<f32>positions)
  for (let position = 0; position < positions; position++) {
    for (let at: usize = 0; at < row; at += 16) {
      v128.store(dx, f32x4.div(v128.load(dy + at), count))
      dx += 16
    }
  }
}

/** Copies `bytes` bytes of every position, from one value to another with strides of their own. */
export function copyChannels(
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
  positions: i32,
  bytes: usize,
): void {
  for (let position = 0; position < positions; position++) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at))
    from += fromStride
    to += toStride
  }
}

export function multiply(x: usize, y: usize, z: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(z + at, f32x4.mul(v128.load(x + at), v128.load(y + at)))
  }
}

export function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes)
}
