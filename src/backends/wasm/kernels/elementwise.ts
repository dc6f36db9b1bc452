import { laneSums, ROW } from './layout'

/** Numbers are given by their bytes, a multiple of 16. */
export function relu(x: usize, y: usize, bytes: usize): void {
  const zero = f32x4.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    // pmax and not max: a NaN must stay one, so that a diverged training is found out.
    v128.store(y + at, f32x4.pmax(v128.load(x + at), zero))
  }
}

/** dx = dy where y > 0, otherwise 0. */
export function reluGradient(dy: usize, y: usize, dx: usize, bytes: usize): void {
  const zero = f32x4.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(dx + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zero)))
  }
}

export function add(x: usize, y: usize, z: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(z + at, f32x4.add(v128.load(x + at), v128.load(y + at)))
  }
}

export function addBias(x: usize, bias: usize, y: usize, tiles: i32, units: i32): void {
  for (let tile = 0; tile < tiles; tile++) {
    for (let unit = 0; unit < units; unit++) {
      const b = v128.load32_splat(bias + ((<usize>unit) << 2))
      for (let at: usize = 0; at < ROW; at += 16) {
        v128.store(y + at, f32x4.add(v128.load(x + at), b))
      }
      x += ROW
      y += ROW
    }
  }
}

/** db[u] = sum over examples of dy[u]. */
export function biasGradient(dy: usize, db: usize, tiles: i32, units: i32): void {
  const tileSize = <usize>units * ROW
  for (let unit = 0; unit < units; unit += 4) {
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let p = dy
    for (let tile = 0; tile < tiles; tile++) {
      for (let at: usize = 0; at < ROW; at += 16) {
        a0 = f32x4.add(a0, v128.load(p + at))
        a1 = f32x4.add(a1, v128.load(p + at, 128))
        a2 = f32x4.add(a2, v128.load(p + at, 256))
        a3 = f32x4.add(a3, v128.load(p + at, 384))
      }
      p += tileSize
    }
    v128.store(db, laneSums(a0, a1, a2, a3))
    db += 16
    dy += 4 * ROW
  }
}

/** Every example's numbers times the example's factor. */
export function scaleRows(x: usize, factors: usize, y: usize, tiles: i32, units: i32): void {
  for (let tile = 0; tile < tiles; tile++) {
    for (let unit = 0; unit < units; unit++) {
      for (let at: usize = 0; at < ROW; at += 16) {
        v128.store(y + at, f32x4.mul(v128.load(x + at), v128.load(factors + at)))
      }
      x += ROW
      y += ROW
    }
    factors += ROW
  }
}

/** y[example] = the sum over units of a b. */
export function rowDot(a: usize, b: usize, y: usize, tiles: i32, units: i32): void {
  for (let tile = 0; tile < tiles; tile++) {
    for (let lane: usize = 0; lane < ROW; lane += 16) {
      let sum = f32x4.splat(0)
      for (let unit = 0; unit < units; unit++) {
        const at = <usize>unit * ROW + lane
        sum = f32x4.add(sum, f32x4.mul(v128.load(a + at), v128.load(b + at)))
      }
      v128.store(y + lane, sum)
    }
    a += <usize>units * ROW
    b += <usize>units * ROW
    y += ROW
  }
}

/** A scalar: the mean of the first `count` numbers, summed one after the other in double precision. */
export function mean(x: usize, y: usize, count: i32): void {
  let sum: f64 = 0
  for (let i = 0; i < count; i++) sum += <f64>load<f32>(x + ((<usize>i) << 2))
  store<f32>(y, <f32>(sum / <f64>count))
}

/** A scalar divided by `count`, for each of `count` examples; 0 for those that only fill the last tile. */
export function spread(x: usize, y: usize, tiles: i32, count: i32): void {
  const share = load<f32>(x) / <f32>count
  for (let i = 0; i < tiles * 32; i++) store<f32>(y + ((<usize>i) << 2), i < count ? share : 0)
}
