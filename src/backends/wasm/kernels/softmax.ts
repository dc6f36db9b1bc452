import { ROW } from './layout'

/** Probabilities below 2^-50 are zero: they change nothing, and their products would become denormal and slow. */
const TINY: f32 = 8.881784197001252e-16

/**
 * losses = -log softmax(logits)[label]; residual = softmax(logits) - onehot(label), zero for units that only fill
 * up to a multiple of 4.
 */
export function softmaxCrossEntropy(
  logits: usize,
  labels: usize,
  losses: usize,
  residual: usize,
  tiles: i32,
  classes: i32,
): void {
  const padded = (classes + 3) & ~3
  const tileSize = <usize>padded * ROW
  for (let tile = 0; tile < tiles; tile++) {
    for (let lane: usize = 0; lane < ROW; lane += 16) {
      const row = logits + lane
      const out = residual + lane
      const label = v128.load(labels + lane)
      let largest = v128.load(row)
      for (let c = 1; c < classes; c++) largest = f32x4.max(largest, v128.load(row + <usize>c * ROW))
      let total = f32x4.splat(0)
      let own = f32x4.splat(0)
      for (let c = 0; c < classes; c++) {
        const difference = f32x4.sub(v128.load(row + <usize>c * ROW), largest)
        const power = exponential(difference)
        v128.store(out + <usize>c * ROW, power)
        total = f32x4.add(total, power)
        own = v128.bitselect(difference, own, i32x4.eq(label, i32x4.splat(c)))
      }
      for (let c = 0; c < classes; c++) {
        let p = f32x4.div(v128.load(out + <usize>c * ROW), total)
        p = v128.andnot(p, f32x4.lt(p, f32x4.splat(TINY)))
        const hit = v128.and(f32x4.splat(1), i32x4.eq(label, i32x4.splat(c)))
        v128.store(out + <usize>c * ROW, f32x4.sub(p, hit))
      }
      for (let c = classes; c < padded; c++) v128.store(out + <usize>c * ROW, f32x4.splat(0))
      v128.store(losses + lane, f32x4.sub(logarithm(total), own))
    }
    logits += tileSize
    residual += tileSize
    labels += ROW
    losses += ROW
  }
}

/** dz = p g - p (p . g), p being residual + onehot(label); zero for units that only fill up to a multiple of 4. */
export function softmaxGradient(
  residual: usize,
  labels: usize,
  g: usize,
  dz: usize,
  tiles: i32,
  classes: i32,
): void {
  const padded = (classes + 3) & ~3
  const tileSize = <usize>padded * ROW
  for (let tile = 0; tile < tiles; tile++) {
    for (let lane: usize = 0; lane < ROW; lane += 16) {
      const label = v128.load(labels + lane)
      let total = f32x4.splat(0)
      for (let c = 0; c < classes; c++) {
        const at = <usize>c * ROW + lane
        const product = f32x4.mul(probability(residual + at, label, c), v128.load(g + at))
        total = f32x4.add(total, product)
      }
      for (let c = 0; c < classes; c++) {
        const at = <usize>c * ROW + lane
        const rest = f32x4.sub(v128.load(g + at), total)
        v128.store(dz + at, f32x4.mul(probability(residual + at, label, c), rest))
      }
      for (let c = classes; c < padded; c++) v128.store(dz + <usize>c * ROW + lane, f32x4.splat(0))
    }
    residual += tileSize
    g += tileSize
    dz += tileSize
    labels += ROW
  }
}

// @ts-ignore: decorator
@inline
function probability(residual: usize, label: v128, c: i32): v128 {
  const hit = v128.and(f32x4.splat(1), i32x4.eq(label, i32x4.splat(c)))
  return f32x4.add(v128.load(residual), hit)
}

/** 1 where the label has the largest logit, the first one of equals, otherwise 0. */
export function correct(logits: usize, labels: usize, y: usize, tiles: i32, classes: i32): void {
  const tileSize = <usize>((classes + 3) & ~3) * ROW
  for (let tile = 0; tile < tiles; tile++) {
    for (let lane: usize = 0; lane < ROW; lane += 16) {
      let largest = v128.load(logits + lane)
      let best = i32x4.splat(0)
      for (let c = 1; c < classes; c++) {
        const value = v128.load(logits + lane + <usize>c * ROW)
        const larger = f32x4.gt(value, largest)
        largest = v128.bitselect(value, largest, larger)
        best = v128.bitselect(i32x4.splat(c), best, larger)
      }
      const hit = v128.and(f32x4.splat(1), i32x4.eq(best, v128.load(labels + lane)))
      v128.store(y + lane, hit)
    }
    logits += tileSize
    labels += ROW
    y += ROW
  }
}

/*
 * exp and log are our own because those of JavaScript differ between engines: here every machine gets the same bits.
 * Both reduce their argument by powers of two and sum a series that is exact to about one unit in the last place.
 */

/** e^x for x <= 0, and 0 below -87, where it would be denormal. NaN stays NaN. */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 is split in two so that n times its first part is exact.
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)))
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693145751953125)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(1.4286068203094173e-6)))
  // The Taylor series to r^7 / 7!, whose rest is below 2^-27.
  let sum = f32x4.splat(1.0 / 5040)
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5))
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), r)
  sum = f32x4.add(sum, f32x4.splat(1))
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return v128.andnot(f32x4.mul(sum, exponent), f32x4.lt(x, f32x4.splat(-87)))
}

/** The natural logarithm of a number from 1 up. NaN stays NaN. */
// @ts-ignore: decorator
@inline
function logarithm(x: v128): v128 {
  // x = m 2^e with sqrt(1/2) <= m < sqrt(2), and log m = 2 artanh s, s = (m - 1) / (m + 1).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3))
  const e = i32x4.shr_s(shifted, 23)
  const m = i32x4.sub(x, i32x4.shl(e, 23))
  const s = f32x4.div(f32x4.sub(m, f32x4.splat(1)), f32x4.add(m, f32x4.splat(1)))
  const square = f32x4.mul(s, s)
  let sum = f32x4.splat(1.0 / 9)
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 7))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 5))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 3))
  const twice = f32x4.add(s, s)
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, square), twice), twice)
  const power = f32x4.mul(f32x4.convert_i32x4_s(e), f32x4.splat(0.6931471805599453))
  return v128.or(f32x4.add(sum, power), v128.and(x, f32x4.ne(x, x)))
}
