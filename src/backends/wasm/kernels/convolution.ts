import { ROW } from './layout'
import { Sweep } from './sweep'

/** Terms that are summed before moving to other filters, so that their inputs stay in the first cache. */
const BLOCK: i32 = 192

/**
 * Row i of y[t][place][o] = sum over the window of w[o][dy][dx][c] x[t][pixel][c], for the 32 examples of a tile. The
 * terms of a sum are added in the order of dy, dx and c.
 * @param bias added to the sums, one for each filter; 0 for none
 * @param relu whether max(y, 0) is what is written
 */
export function denseConvolve(
  x: usize,
  w: usize,
  y: usize,
  bias: usize,
  relu: bool,
  s: Sweep,
  i: i32,
): void {
  const line = <usize>(s.width * s.inner) * ROW
  const run = s.windowWidth * s.inner
  const above = i * s.stride - s.top
  const first = max(0, -above)
  const lines = max(0, min(s.windowHeight, s.height - above) - first)
  x += <usize>(above + first) * line
  w += <usize>(first * run) << 2
  y += s.start + i * s.line
  for (let j = 0; j < s.across; j++) {
    const before = j * s.stride - s.left
    const from = max(0, -before)
    const count = max(0, min(s.windowWidth, s.width - before) - from) * s.inner
    const px = x + <usize>((before + from) * s.inner) * ROW
    const pw = w + (<usize>(from * s.inner) << 2)
    if (lines * count <= BLOCK) {
      filters(px, pw, y, s, lines, count, line, <usize>run << 2, false)
    } else {
      for (let dy = 0; dy < lines; dy++) {
        for (let k = 0; k < count; k += BLOCK) {
          const at = pw + (<usize>(dy * run + k) << 2)
          const pixels = px + <usize>dy * line + <usize>k * ROW
          filters(pixels, at, y, s, 1, min(BLOCK, count - k), 0, 0, dy > 0 || k > 0)
        }
      }
    }
    if (bias || relu) finish(y, bias, relu, s.outer)
    y += s.step
  }
}

/** Sums, or goes on with sums, over `lines` lines of `count` terms, for all filters. */
function filters(
  x: usize,
  w: usize,
  y: usize,
  s: Sweep,
  lines: i32,
  count: i32,
  xLine: usize,
  wLine: usize,
  more: bool,
): void {
  for (let o = 0; o < s.outer; o += 2) {
    // The last one of an odd number of filters is computed twice.
    const two = o + 1 < s.outer
    const next = two ? <usize>s.filter : 0
    const yNext = two ? ROW : 0
    half(x, w, next, y, yNext, lines, count, xLine, wLine, more)
    half(x + 64, w, next, y + 64, yNext, lines, count, xLine, wLine, more)
    w += 2 * <usize>s.filter
    y += 2 * ROW
  }
}

/** Two filters, 16 examples. */
// @ts-ignore: decorator
@inline
function half(
  x: usize,
  w: usize,
  next: usize,
  y: usize,
  yNext: usize,
  lines: i32,
  count: i32,
  xLine: usize,
  wLine: usize,
  more: bool,
): void {
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let b0 = a0
  let b1 = a0
  let b2 = a0
  let b3 = a0
  const z = y + yNext
  if (more) {
    a0 = v128.load(y)
    a1 = v128.load(y, 16)
    a2 = v128.load(y, 32)
    a3 = v128.load(y, 48)
    b0 = v128.load(z)
    b1 = v128.load(z, 16)
    b2 = v128.load(z, 32)
    b3 = v128.load(z, 48)
  }
  for (let l = 0; l < lines; l++) {
    let px = x
    let p = w
    let q = w + next
    for (let k = 0; k < count; k++) {
      const u = v128.load32_splat(p)
      const v = v128.load32_splat(q)
      const x0 = v128.load(px)
      const x1 = v128.load(px, 16)
      const x2 = v128.load(px, 32)
      const x3 = v128.load(px, 48)
      a0 = f32x4.add(a0, f32x4.mul(x0, u))
      a1 = f32x4.add(a1, f32x4.mul(x1, u))
      a2 = f32x4.add(a2, f32x4.mul(x2, u))
      a3 = f32x4.add(a3, f32x4.mul(x3, u))
      b0 = f32x4.add(b0, f32x4.mul(x0, v))
      b1 = f32x4.add(b1, f32x4.mul(x1, v))
      b2 = f32x4.add(b2, f32x4.mul(x2, v))
      b3 = f32x4.add(b3, f32x4.mul(x3, v))
      p += 4
      q += 4
      px += ROW
    }
    x += xLine
    w += wLine
  }
  v128.store(y, a0)
  v128.store(y, a1, 16)
  v128.store(y, a2, 32)
  v128.store(y, a3, 48)
  v128.store(z, b0)
  v128.store(z, b1, 16)
  v128.store(z, b2, 32)
  v128.store(z, b3, 48)
}

/** Bias and relu of one place, while it is in the first cache. */
function finish(y: usize, bias: usize, relu: bool, outer: i32): void {
  const least = f32x4.splat(relu ? 0 : -Infinity)
  for (let o = 0; o < outer; o++) {
    const b = bias ? v128.load32_splat(bias + (<usize>o << 2)) : f32x4.splat(0)
    for (let at: usize = 0; at < ROW; at += 16) {
      v128.store(y + at, f32x4.pmax(f32x4.add(v128.load(y + at), b), least))
    }
    y += ROW
  }
}

/**
 * The same with filters of which only some weights are left, in the order of o, dy, dx and c: `offsets` are the bytes
 * from the first pixel of a window to the number that a weight is multiplied by; `starts` says where the weights of
 * each [o][dy][dx] begin.
 */
export function sparseConvolve(
  x: usize,
  values: usize,
  offsets: usize,
  starts: usize,
  y: usize,
  bias: usize,
  relu: bool,
  s: Sweep,
  i: i32,
): void {
  const above = i * s.stride - s.top
  const first = max(0, -above)
  const last = max(first, min(s.windowHeight, s.height - above))
  x += <usize>(above * s.width * s.inner) * ROW
  y += s.start + i * s.line
  for (let j = 0; j < s.across; j++) {
    const before = j * s.stride - s.left
    const from = max(0, -before)
    const to = max(from, min(s.windowWidth, s.width - before))
    const px = x + <usize>(before * s.inner) * ROW
    const whole = to - from == s.windowWidth
    // Without a border at its sides, the lines of a window follow each other in the list.
    const lines = whole ? 1 : last - first
    const begin = starts + (<usize>(first * s.windowWidth + from) << 2)
    const end = starts + (<usize>((whole ? last - 1 : first) * s.windowWidth + to) << 2)
    survivors(px, values, offsets, begin, end - begin, y, bias, relu, s, lines)
    y += s.step
  }
}

/** One place. */
function survivors(
  x: usize,
  values: usize,
  offsets: usize,
  starts: usize,
  reach: usize,
  y: usize,
  bias: usize,
  relu: bool,
  s: Sweep,
  lines: i32,
): void {
  const line = <usize>s.windowWidth << 2
  const filter = <usize>(s.windowHeight * s.windowWidth) << 2
  const least = f32x4.splat(relu ? 0 : -Infinity)
  for (let o = 0; o < s.outer; o++) {
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let a4 = a0
    let a5 = a0
    let a6 = a0
    let a7 = a0
    let at = starts
    for (let l = 0; l < lines; l++) {
      const end: usize = load<u32>(at + reach) << 2
      for (let p: usize = load<u32>(at) << 2; p < end; p += 4) {
        const v = v128.load32_splat(values + p)
        const px = x + <usize>load<u32>(offsets + p)
        a0 = f32x4.add(a0, f32x4.mul(v128.load(px), v))
        a1 = f32x4.add(a1, f32x4.mul(v128.load(px, 16), v))
        a2 = f32x4.add(a2, f32x4.mul(v128.load(px, 32), v))
        a3 = f32x4.add(a3, f32x4.mul(v128.load(px, 48), v))
        a4 = f32x4.add(a4, f32x4.mul(v128.load(px, 64), v))
        a5 = f32x4.add(a5, f32x4.mul(v128.load(px, 80), v))
        a6 = f32x4.add(a6, f32x4.mul(v128.load(px, 96), v))
        a7 = f32x4.add(a7, f32x4.mul(v128.load(px, 112), v))
      }
      at += line
    }
    const b = bias ? v128.load32_splat(bias + (<usize>o << 2)) : f32x4.splat(0)
    v128.store(y, f32x4.pmax(f32x4.add(a0, b), least))
    v128.store(y, f32x4.pmax(f32x4.add(a1, b), least), 16)
    v128.store(y, f32x4.pmax(f32x4.add(a2, b), least), 32)
    v128.store(y, f32x4.pmax(f32x4.add(a3, b), least), 48)
    v128.store(y, f32x4.pmax(f32x4.add(a4, b), least), 64)
    v128.store(y, f32x4.pmax(f32x4.add(a5, b), least), 80)
    v128.store(y, f32x4.pmax(f32x4.add(a6, b), least), 96)
    v128.store(y, f32x4.pmax(f32x4.add(a7, b), least), 112)
    starts += filter
    y += ROW
  }
}
