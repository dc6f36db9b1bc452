/*
 * Optimizer updates of `bytes` (a multiple of 16) of parameters: w, their gradients g, and what the rule keeps.
 * Gradients and averages that are too small to change a weight are set to zero: WebAssembly has no flush-to-zero, and
 * a converged network would compute with denormal numbers, many times slower. The thresholds leave room for the
 * products that are made of a number.
 */

/** 2^-50, for gradients: the square of anything larger is a normal number. */
const TINY_GRADIENT: f32 = 8.881784197001252e-16
/** 2^-70, for averages of gradients. */
const TINY_AVERAGE: f32 = 8.470329472543003e-22
/** 2^-100, for averages of squares. */
const TINY_SQUARE: f32 = 7.888609052210118e-31

// @ts-ignore: decorator
@inline
function flushed(x: v128, tiny: f32): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(tiny)))
}

/**
 * The gradient that a rule sees: g + decay w where the mask is not 0, otherwise 0; tiny ones are 0. `mask` may be 0:
 * no mask.
 */
// @ts-ignore: decorator
@inline
function slopeAt(at: usize, g: usize, w: v128, mask: usize, decay: f32): v128 {
  let slope = v128.load(g + at)
  if (decay != 0) slope = f32x4.add(slope, f32x4.mul(w, f32x4.splat(decay)))
  if (mask) slope = v128.and(slope, v128.load(mask + at))
  return flushed(slope, TINY_GRADIENT)
}

/** w -= rate g */
export function sgd(w: usize, g: usize, mask: usize, decay: f32, rate: f32, bytes: usize): void {
  const r = f32x4.splat(rate)
  for (let at: usize = 0; at < bytes; at += 16) {
    const w0 = v128.load(w + at)
    v128.store(w + at, f32x4.sub(w0, f32x4.mul(r, slopeAt(at, g, w0, mask, decay))))
  }
}

/** velocity = momentum velocity + g; w -= rate velocity, or with nesterov w -= rate (g + momentum velocity) */
export function momentum(
  w: usize,
  g: usize,
  mask: usize,
  decay: f32,
  velocity: usize,
  rate: f32,
  factor: f32,
  nesterov: bool,
  bytes: usize,
): void {
  const r = f32x4.splat(rate)
  const f = f32x4.splat(factor)
  for (let at: usize = 0; at < bytes; at += 16) {
    const w0 = v128.load(w + at)
    const slope = slopeAt(at, g, w0, mask, decay)
    const speed = flushed(f32x4.add(f32x4.mul(v128.load(velocity + at), f), slope), TINY_AVERAGE)
    v128.store(velocity + at, speed)
    const move = nesterov ? f32x4.add(slope, f32x4.mul(speed, f)) : speed
    v128.store(w + at, f32x4.sub(w0, f32x4.mul(r, move)))
  }
}

/** m += rest1 (g - m); v += rest2 (g g - v); w -= rate m / (sqrt(v) + epsilon), where a rest is 1 - beta */
export function adam(
  w: usize,
  g: usize,
  mask: usize,
  decay: f32,
  m: usize,
  v: usize,
  rate: f32,
  epsilon: f32,
  rest1: f32,
  rest2: f32,
  bytes: usize,
): void {
  const r = f32x4.splat(rate)
  const e = f32x4.splat(epsilon)
  const first = f32x4.splat(rest1)
  const second = f32x4.splat(rest2)
  for (let at: usize = 0; at < bytes; at += 16) {
    const w0 = v128.load(w + at)
    const slope = slopeAt(at, g, w0, mask, decay)
    const m0 = v128.load(m + at)
    const v0 = v128.load(v + at)
    const m1 = flushed(f32x4.add(m0, f32x4.mul(f32x4.sub(slope, m0), first)), TINY_AVERAGE)
    const v1 = flushed(
      f32x4.add(v0, f32x4.mul(f32x4.sub(f32x4.mul(slope, slope), v0), second)),
      TINY_SQUARE,
    )
    v128.store(m + at, m1)
    v128.store(v + at, v1)
    const move = f32x4.div(f32x4.mul(r, m1), f32x4.add(f32x4.sqrt(v1), e))
    v128.store(w + at, f32x4.sub(w0, move))
  }
}
