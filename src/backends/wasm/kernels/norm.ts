import { ROW } from './layout'

/*
 * Batch norm. A tile is `[positions][channels][32]`. Sums over a batch are kept in double precision, in a fixed order:
 * four numbers for each channel, two of each of two sums. `lanes` are 32 masks, 0 for examples that only fill a tile.
 */

/** Adds the sums of x and of its squares. */
export function moments(x: usize, lanes: usize, sums: usize, positions: i32, channels: i32): void {
  for (let position = 0; position < positions; position++) {
    for (let c = 0; c < channels; c++) {
      const at = sums + (<usize>c << 5)
      let sum = v128.load(at)
      let squares = v128.load(at, 16)
      for (let lane: usize = 0; lane < ROW; lane += 16) {
        const v = v128.and(v128.load(x + lane), v128.load(lanes + lane))
        const low = f64x2.promote_low_f32x4(v)
        const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
        sum = f64x2.add(sum, f64x2.add(low, high))
        squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)))
      }
      v128.store(at, sum)
      v128.store(at, squares, 16)
      x += ROW
    }
  }
}

// @ts-ignore: decorator
@inline
function total(sum: usize): f64 {
  return load<f64>(sum) + load<f64>(sum, 8)
}

/** The mean and the population variance of `count` numbers of each channel. */
export function finishMoments(sums: usize, mean: usize, variance: usize, channels: i32, count: f64): void {
  for (let c = 0; c < channels; c++) {
    const m = total(sums) / count
    store<f32>(mean, <f32>m)
    store<f32>(variance, <f32>Math.max(total(sums + 16) / count - m * m, 0))
    sums += 32
    mean += 4
    variance += 4
  }
}

/** factors = scale / sqrt(variance + epsilon) */
export function normFactors(
  variance: usize,
  scale: usize,
  epsilon: f64,
  factors: usize,
  channels: i32,
): void {
  for (let at: usize = 0; at < <usize>channels << 2; at += 4) {
    const deviation = Math.sqrt(<f64>load<f32>(variance + at) + epsilon)
    store<f32>(factors + at, <f32>(<f64>load<f32>(scale + at) / deviation))
  }
}

/** y = (x - mean) factor + offset, or max(that, 0). */
export function normalize(
  x: usize,
  mean: usize,
  factors: usize,
  offset: usize,
  y: usize,
  positions: i32,
  channels: i32,
  relu: bool,
): void {
  const least = f32x4.splat(relu ? 0 : -Infinity)
  for (let position = 0; position < positions; position++) {
    for (let c: usize = 0; c < <usize>channels << 2; c += 4) {
      const m = v128.load32_splat(mean + c)
      const f = v128.load32_splat(factors + c)
      const o = v128.load32_splat(offset + c)
      for (let at: usize = 0; at < ROW; at += 16) {
        const centred = f32x4.sub(v128.load(x + at), m)
        v128.store(y + at, f32x4.pmax(f32x4.add(f32x4.mul(centred, f), o), least))
      }
      x += ROW
      y += ROW
    }
  }
}

/** Adds the sums of dy and of dy (x - mean). */
export function slopeMoments(
  x: usize,
  dy: usize,
  mean: usize,
  lanes: usize,
  sums: usize,
  positions: i32,
  channels: i32,
): void {
  for (let position = 0; position < positions; position++) {
    for (let c = 0; c < channels; c++) {
      const m = f64x2.splat(<f64>load<f32>(mean + (<usize>c << 2)))
      const at = sums + (<usize>c << 5)
      let sum = v128.load(at)
      let products = v128.load(at, 16)
      for (let lane: usize = 0; lane < ROW; lane += 16) {
        const v = v128.load(x + lane)
        const d = v128.and(v128.load(dy + lane), v128.load(lanes + lane))
        const low = f64x2.promote_low_f32x4(d)
        const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(d, d, 2, 3, 2, 3))
        const lowX = f64x2.sub(f64x2.promote_low_f32x4(v), m)
        const highX = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)), m)
        sum = f64x2.add(sum, f64x2.add(low, high))
        products = f64x2.add(products, f64x2.add(f64x2.mul(low, lowX), f64x2.mul(high, highX)))
      }
      v128.store(at, sum)
      v128.store(at, products, 16)
      x += ROW
      dy += ROW
    }
  }
}

/**
 * The gradients by scale and offset, and for each channel three coefficients: dx = a dy - b - c (x - mean), with
 * a = scale / deviation, b = a mean(dy) and c = a mean(dy (x - mean)) / (variance + epsilon).
 */
export function finishSlopes(
  sums: usize,
  variance: usize,
  scale: usize,
  epsilon: f64,
  scaleGradient: usize,
  offsetGradient: usize,
  coefficients: usize,
  channels: i32,
  count: f64,
): void {
  for (let at: usize = 0; at < <usize>channels << 2; at += 4) {
    const square = <f64>load<f32>(variance + at) + epsilon
    const deviation = Math.sqrt(square)
    const slopes = total(sums)
    const products = total(sums + 16)
    const a = <f64>load<f32>(scale + at) / deviation
    store<f32>(offsetGradient + at, <f32>slopes)
    store<f32>(scaleGradient + at, <f32>(products / deviation))
    store<f32>(coefficients, <f32>a)
    store<f32>(coefficients, <f32>((a * slopes) / count), 4)
    store<f32>(coefficients, <f32>((a * products) / (count * square)), 8)
    coefficients += 16
    sums += 32
  }
}

/** dx = a dy - b - c (x - mean); 0 for examples that only fill a tile. */
export function normGradient(
  x: usize,
  dy: usize,
  mean: usize,
  coefficients: usize,
  lanes: usize,
  dx: usize,
  positions: i32,
  channels: i32,
): void {
  for (let position = 0; position < positions; position++) {
    let k = coefficients
    for (let channel = 0; channel < channels; channel++) {
      const m = v128.load32_splat(mean + (<usize>channel << 2))
      const a = v128.load32_splat(k)
      const b = v128.load32_splat(k, 4)
      const c = v128.load32_splat(k, 8)
      for (let at: usize = 0; at < ROW; at += 16) {
        const shared = f32x4.add(b, f32x4.mul(c, f32x4.sub(v128.load(x + at), m)))
        const slope = f32x4.sub(f32x4.mul(a, v128.load(dy + at)), shared)
        v128.store(dx + at, v128.and(slope, v128.load(lanes + at)))
      }
      k += 16
      x += ROW
      dy += ROW
      dx += ROW
    }
  }
}

/** Adds the sums of a u, in the first two of the four numbers of each channel. */
export function productMoments(
  a: usize,
  u: usize,
  lanes: usize,
  sums: usize,
  positions: i32,
  channels: i32,
): void {
  for (let position = 0; position < positions; position++) {
    for (let c = 0; c < channels; c++) {
      const at = sums + (<usize>c << 5)
      let sum = v128.load(at)
      for (let lane: usize = 0; lane < ROW; lane += 16) {
        const s = v128.and(v128.load(a + lane), v128.load(lanes + lane))
        const t = v128.load(u + lane)
        const low = f64x2.mul(f64x2.promote_low_f32x4(s), f64x2.promote_low_f32x4(t))
        const highS = f64x2.promote_low_f32x4(v128.shuffle<f32>(s, s, 2, 3, 2, 3))
        const highT = f64x2.promote_low_f32x4(v128.shuffle<f32>(t, t, 2, 3, 2, 3))
        sum = f64x2.add(sum, f64x2.add(low, f64x2.mul(highS, highT)))
      }
      v128.store(at, sum)
      a += ROW
      u += ROW
    }
  }
}

/**
 * The derivative by the scale of u . (what batchNormGradient makes of a), and for each channel four coefficients of that
 * by the input: dx = k (x - mean) + l u + m a + n.
 * @param slopes sums of a and of a (x - mean)
 * @param gradients sums of u and of u (x - mean)
 * @param products sums of a u
 */
export function finishCurvature(
  slopes: usize,
  gradients: usize,
  products: usize,
  variance: usize,
  scale: usize,
  epsilon: f64,
  scaleGradient: usize,
  coefficients: usize,
  channels: i32,
  count: f64,
): void {
  for (let at: usize = 0; at < <usize>channels << 2; at += 4) {
    const square = <f64>load<f32>(variance + at) + epsilon
    const deviation = Math.sqrt(square)
    const meanA = total(slopes) / count
    const meanU = total(gradients) / count
    const alongA = total(slopes + 16) / count / deviation
    const alongU = total(gradients + 16) / count / deviation
    const both = total(products) / count - meanA * meanU
    const factor = -(<f64>load<f32>(scale + at)) / square
    store<f32>(scaleGradient + at, <f32>((count * (both - alongA * alongU)) / deviation))
    store<f32>(coefficients, <f32>((factor * (both - 3 * alongA * alongU)) / deviation))
    store<f32>(coefficients, <f32>(factor * alongA), 4)
    store<f32>(coefficients, <f32>(factor * alongU), 8)
    store<f32>(coefficients, <f32>(-factor * (alongA * meanU + alongU * meanA)), 12)
    coefficients += 16
    slopes += 32
    gradients += 32
    products += 32
  }
}

/** dx = k (x - mean) + l u + m a + n; 0 for examples that only fill a tile. */
export function normCurvature(
  x: usize,
  a: usize,
  u: usize,
  mean: usize,
  coefficients: usize,
  lanes: usize,
  dx: usize,
  positions: i32,
  channels: i32,
): void {
  for (let position = 0; position < positions; position++) {
    let q = coefficients
    for (let channel = 0; channel < channels; channel++) {
      const middle = v128.load32_splat(mean + (<usize>channel << 2))
      const k = v128.load32_splat(q)
      const l = v128.load32_splat(q, 4)
      const m = v128.load32_splat(q, 8)
      const n = v128.load32_splat(q, 12)
      for (let at: usize = 0; at < ROW; at += 16) {
        const ofInput = f32x4.mul(k, f32x4.sub(v128.load(x + at), middle))
        const ofSlopes = f32x4.add(f32x4.mul(l, v128.load(u + at)), f32x4.mul(m, v128.load(a + at)))
        const sum = f32x4.add(f32x4.add(ofInput, n), ofSlopes)
        v128.store(dx + at, v128.and(sum, v128.load(lanes + at)))
      }
      q += 16
      x += ROW
      a += ROW
      u += ROW
      dx += ROW
    }
  }
}

/** running = decay running + (1 - decay) factor value */
export function follow(running: usize, value: usize, decay: f64, factor: f64, count: i32): void {
  for (let at: usize = 0; at < <usize>count << 2; at += 4) {
    const fresh = (1 - decay) * factor * <f64>load<f32>(value + at)
    store<f32>(running + at, <f32>(decay * <f64>load<f32>(running + at) + fresh))
  }
}
