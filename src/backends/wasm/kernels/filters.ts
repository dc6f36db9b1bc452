import { laneSums, ROW } from './layout'
import { Sweep } from './sweep'

/*
 * Gradients by the filters of a convolution. For a sum over places, numbers of one channel should follow each other:
 * rows of pixels are put into planes, `[row][channel][column][32]`, with columns of zeros for the border at the sides
 * and rows of zeros for those above and below, so that every weight sums over the same places.
 */

/** to[c][column] = from[column][c] of one row of pixels, for `width` columns. */
export function packPlanes(from: usize, to: usize, width: i32, channels: i32, plane: usize): void {
  for (let column = 0; column < width; column++) {
    let out = to
    for (let c = 0; c < channels; c++) {
      v128.store(out, v128.load(from))
      v128.store(out, v128.load(from, 16), 16)
      v128.store(out, v128.load(from, 32), 32)
      v128.store(out, v128.load(from, 48), 48)
      v128.store(out, v128.load(from, 64), 64)
      v128.store(out, v128.load(from, 80), 80)
      v128.store(out, v128.load(from, 96), 96)
      v128.store(out, v128.load(from, 112), 112)
      from += ROW
      out += plane
    }
    to += ROW
  }
}

/**
 * Adds to dw[o][dy][dx][c] the sum over one row of places, and 32 examples, of x[pixel][c] dy[place][o].
 * @param x planes of the rows of a window, channels filled up to a multiple of 4 with zeros
 * @param dy planes of one row of places, channels filled up to an even number with zeros
 */
export function denseFilterGradient(x: usize, dy: usize, dw: usize, s: Sweep): void {
  const xPlane = <usize>((s.across - 1) * s.stride + s.windowWidth) * ROW
  const xLine = <usize>((s.inner + 3) & ~3) * xPlane
  const dyPlane = <usize>s.across * ROW
  for (let row = 0; row < s.windowHeight; row++) {
    for (let c = 0; c < s.inner; c += 4) {
      const px = x + <usize>row * xLine + <usize>c * xPlane
      for (let o = 0; o < s.outer; o += 2) {
        const pd = dy + <usize>o * dyPlane
        const next = o + 1 < s.outer ? <usize>s.filter : 0
        let out = dw + <usize>(o * s.filter) + (<usize>(row * s.windowWidth * s.inner + c) << 2)
        for (let column = 0; column < s.windowWidth; column++) {
          products(px + <usize>column * ROW, pd, xPlane, dyPlane, s.stride, s.across, out, next)
          out += <usize>s.inner << 2
        }
      }
    }
  }
}

/** Four channels, two filters. Where a filter ends before the fourth, the rest of the channels is zero. */
function products(
  px: usize,
  pd: usize,
  xPlane: usize,
  dyPlane: usize,
  stride: i32,
  across: i32,
  out: usize,
  next: usize,
): void {
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let b0 = a0
  let b1 = a0
  let b2 = a0
  let b3 = a0
  const skip = <usize>(stride - 1) * ROW
  // With stride 1, all of a row is one run.
  const runs = skip ? across : 1
  const end: usize = (skip ? 1 : across) * (<i32>ROW)
  const px1 = px + xPlane
  const px2 = px1 + xPlane
  const px3 = px2 + xPlane
  const pd1 = pd + dyPlane
  let dx: usize = 0
  let at: usize = 0
  for (let run = 0; run < runs; run++) {
    const stop = at + end
    for (; at < stop; at += 16) {
      const p = v128.load(pd + at)
      const q = v128.load(pd1 + at)
      const ax = at + dx
      const x0 = v128.load(px + ax)
      a0 = f32x4.add(a0, f32x4.mul(x0, p))
      b0 = f32x4.add(b0, f32x4.mul(x0, q))
      const x1 = v128.load(px1 + ax)
      a1 = f32x4.add(a1, f32x4.mul(x1, p))
      b1 = f32x4.add(b1, f32x4.mul(x1, q))
      const x2 = v128.load(px2 + ax)
      a2 = f32x4.add(a2, f32x4.mul(x2, p))
      b2 = f32x4.add(b2, f32x4.mul(x2, q))
      const x3 = v128.load(px3 + ax)
      a3 = f32x4.add(a3, f32x4.mul(x3, p))
      b3 = f32x4.add(b3, f32x4.mul(x3, q))
    }
    dx += skip
  }
  v128.store(out, f32x4.add(v128.load(out), laneSums(a0, a1, a2, a3)))
  v128.store(out + next, f32x4.add(v128.load(out + next), laneSums(b0, b1, b2, b3)))
}

/**
 * The same at surviving weights only: adds to gradients[p], for places `from <= j < to` of a row. `offsets` are bytes
 * from the first plane to the first number that a weight is multiplied by; `starts` is where each filter begins.
 */
export function sparseFilterGradient(
  x: usize,
  dy: usize,
  gradients: usize,
  offsets: usize,
  starts: usize,
  s: Sweep,
  from: i32,
  to: i32,
): void {
  const plane = <usize>s.across * ROW
  const step = <usize>s.stride * ROW
  x += <usize>from * step
  dy += <usize>from * ROW
  for (let o = 0; o < s.outer; o++) {
    const filter = <usize>(o * s.windowHeight * s.windowWidth) << 2
    const next = <usize>(s.windowHeight * s.windowWidth) << 2
    const end: usize = load<u32>(starts + filter + next) << 2
    for (let p: usize = load<u32>(starts + filter) << 2; p < end; p += 16) {
      four(x, dy, gradients + p, offsets + p, to - from, step, <i32>((end - p) >> 2))
    }
    dy += plane
  }
}

/** Four weights of one filter, of which only the first `count` may be its own. */
function four(x: usize, pd: usize, out: usize, offsets: usize, places: i32, step: usize, count: i32): void {
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let p0 = x + <usize>load<u32>(offsets)
  let p1 = x + <usize>load<u32>(offsets, 4)
  let p2 = x + <usize>load<u32>(offsets, 8)
  let p3 = x + <usize>load<u32>(offsets, 12)
  for (let j = 0; j < places; j++) {
    let d = v128.load(pd)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3), d))
    d = v128.load(pd, 16)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0, 16), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1, 16), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2, 16), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3, 16), d))
    d = v128.load(pd, 32)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0, 32), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1, 32), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2, 32), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3, 32), d))
    d = v128.load(pd, 48)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0, 48), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1, 48), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2, 48), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3, 48), d))
    d = v128.load(pd, 64)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0, 64), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1, 64), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2, 64), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3, 64), d))
    d = v128.load(pd, 80)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0, 80), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1, 80), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2, 80), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3, 80), d))
    d = v128.load(pd, 96)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0, 96), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1, 96), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2, 96), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3, 96), d))
    d = v128.load(pd, 112)
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p0, 112), d))
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p1, 112), d))
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p2, 112), d))
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p3, 112), d))
    p0 += step
    p1 += step
    p2 += step
    p3 += step
    pd += ROW
  }
  const own = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
  v128.store(out, f32x4.add(v128.load(out), v128.and(laneSums(a0, a1, a2, a3), own)))
}
