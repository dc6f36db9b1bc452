import { laneSums, ROW } from './layout'

/** Terms that are summed before moving to other outputs, so that their inputs stay in the first cache. */
const BLOCK: i32 = 64
/** Tiles that read a weight while it is in the first cache. */
const TILES: i32 = 2
/** Inputs whose gradients are computed before moving to others, for the same reason. */
const GRADIENT_BLOCK: i32 = 64

/**
 * y[t][o] = sum over k of w[o * outerStride + k * innerStride] x[t][k], for 32 examples at a time: the forward
 * product with strides (inputs, 1), the gradient by the inputs with strides (1, inputs).
 * @param inner terms of each sum, a multiple of 4
 * @param outer sums, a multiple of 4
 */
export function denseMultiply(
  x: usize,
  w: usize,
  y: usize,
  tiles: i32,
  inner: i32,
  outer: i32,
  innerStride: i32,
  outerStride: i32,
): void {
  const step = <usize>innerStride << 2
  const next = <usize>outerStride << 2
  const xTile = <usize>inner * ROW
  const yTile = <usize>outer * ROW
  for (let tile = 0; tile < tiles; tile += TILES) {
    const group = min(TILES, tiles - tile)
    for (let from = 0; from < inner; from += BLOCK) {
      const count = min(BLOCK, inner - from)
      for (let o = 0; o < outer; o += 2) {
        const w0 = w + <usize>from * step + <usize>o * next
        let px = x + <usize>from * ROW
        let py = y + <usize>o * ROW
        for (let t = 0; t < group; t++) {
          half(px, w0, w0 + next, py, count, step, from > 0)
          half(px + 64, w0, w0 + next, py + 64, count, step, from > 0)
          px += xTile
          py += yTile
        }
      }
    }
    x += TILES * xTile
    y += TILES * yTile
  }
}

/** Two outputs of 16 examples. */
// @ts-ignore: decorator
@inline
function half(px: usize, p: usize, q: usize, y: usize, count: i32, step: usize, more: bool): void {
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let b0 = a0
  let b1 = a0
  let b2 = a0
  let b3 = a0
  if (more) {
    a0 = v128.load(y)
    a1 = v128.load(y, 16)
    a2 = v128.load(y, 32)
    a3 = v128.load(y, 48)
    b0 = v128.load(y, 128)
    b1 = v128.load(y, 144)
    b2 = v128.load(y, 160)
    b3 = v128.load(y, 176)
  }
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
    p += step
    q += step
    px += ROW
  }
  v128.store(y, a0)
  v128.store(y, a1, 16)
  v128.store(y, a2, 32)
  v128.store(y, a3, 48)
  v128.store(y, b0, 128)
  v128.store(y, b1, 144)
  v128.store(y, b2, 160)
  v128.store(y, b3, 176)
}

/** dw[u][i] = sum over examples of x[i] dy[u]. */
export function denseWeightGradient(
  x: usize,
  dy: usize,
  dw: usize,
  tiles: i32,
  inputs: i32,
  units: i32,
): void {
  const xTile = <usize>inputs * ROW
  const dyTile = <usize>units * ROW
  const row = <usize>inputs << 2
  for (let from = 0; from < inputs; from += GRADIENT_BLOCK) {
    const to = min(from + GRADIENT_BLOCK, inputs)
    for (let u = 0; u < units; u += 2) {
      for (let i = from; i < to; i += 4) {
        let a0 = f32x4.splat(0)
        let a1 = a0
        let a2 = a0
        let a3 = a0
        let b0 = a0
        let b1 = a0
        let b2 = a0
        let b3 = a0
        let px = x + <usize>i * ROW
        let pd = dy + <usize>u * ROW
        for (let tile = 0; tile < tiles; tile++) {
          for (let lane = 0; lane < 8; lane++) {
            const p = v128.load(pd)
            const q = v128.load(pd, 128)
            const x0 = v128.load(px)
            a0 = f32x4.add(a0, f32x4.mul(x0, p))
            b0 = f32x4.add(b0, f32x4.mul(x0, q))
            const x1 = v128.load(px, 128)
            a1 = f32x4.add(a1, f32x4.mul(x1, p))
            b1 = f32x4.add(b1, f32x4.mul(x1, q))
            const x2 = v128.load(px, 256)
            a2 = f32x4.add(a2, f32x4.mul(x2, p))
            b2 = f32x4.add(b2, f32x4.mul(x2, q))
            const x3 = v128.load(px, 384)
            a3 = f32x4.add(a3, f32x4.mul(x3, p))
            b3 = f32x4.add(b3, f32x4.mul(x3, q))
            px += 16
            pd += 16
          }
          px += xTile - ROW
          pd += dyTile - ROW
        }
        const out = dw + <usize>u * row + (<usize>i << 2)
        v128.store(out, laneSums(a0, a1, a2, a3))
        v128.store(out + row, laneSums(b0, b1, b2, b3))
      }
    }
  }
}

/**
 * c = a b for matrices without a batch, such as a product of two parameters. c lies by columns, `rows` numbers each;
 * strides of a and b are numbers to the next row and to the next term, and to the next term and to the next column.
 */
export function multiplyMatrices(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  aRow: i32,
  aInner: i32,
  bInner: i32,
  bColumn: i32,
): void {
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      let sum: f32 = 0
      for (let k = 0; k < inner; k++) {
        const left = load<f32>(a + (<usize>(row * aRow + k * aInner) << 2))
        sum += left * load<f32>(b + (<usize>(k * bInner + column * bColumn) << 2))
      }
      store<f32>(c, sum)
      c += 4
    }
  }
}
