import { laneSums, ROW } from './layout'

/*
 * A sparse matrix is `starts[rows + 1]`, and for each of its values, row by row, the byte offset of its column in a
 * tile (column * 128). The lists of offsets, values and gradients have room for 4 more.
 */

/** y[t][r] = sum over the values of row r of value times x[t][column]. */
export function sparseMultiply(
  x: usize,
  values: usize,
  offsets: usize,
  starts: usize,
  y: usize,
  tiles: i32,
  columns: i32,
  rows: i32,
): void {
  for (let tile = 0; tile < tiles; tile++) {
    let p: usize = load<u32>(starts) << 2
    for (let row = 0; row < rows; row++) {
      const end: usize = load<u32>(starts + ((<usize>(row + 1)) << 2)) << 2
      let a0 = f32x4.splat(0)
      let a1 = a0
      let a2 = a0
      let a3 = a0
      let a4 = a0
      let a5 = a0
      let a6 = a0
      let a7 = a0
      for (; p + 4 < end; p += 8) {
        const v = v128.load32_splat(values + p)
        const w = v128.load32_splat(values + p, 4)
        const pv = x + <usize>load<u32>(offsets + p)
        const pw = x + <usize>load<u32>(offsets + p, 4)
        a0 = f32x4.add(a0, f32x4.mul(v128.load(pv), v))
        a1 = f32x4.add(a1, f32x4.mul(v128.load(pv, 16), v))
        a2 = f32x4.add(a2, f32x4.mul(v128.load(pv, 32), v))
        a3 = f32x4.add(a3, f32x4.mul(v128.load(pv, 48), v))
        a4 = f32x4.add(a4, f32x4.mul(v128.load(pv, 64), v))
        a5 = f32x4.add(a5, f32x4.mul(v128.load(pv, 80), v))
        a6 = f32x4.add(a6, f32x4.mul(v128.load(pv, 96), v))
        a7 = f32x4.add(a7, f32x4.mul(v128.load(pv, 112), v))
        a0 = f32x4.add(a0, f32x4.mul(v128.load(pw), w))
        a1 = f32x4.add(a1, f32x4.mul(v128.load(pw, 16), w))
        a2 = f32x4.add(a2, f32x4.mul(v128.load(pw, 32), w))
        a3 = f32x4.add(a3, f32x4.mul(v128.load(pw, 48), w))
        a4 = f32x4.add(a4, f32x4.mul(v128.load(pw, 64), w))
        a5 = f32x4.add(a5, f32x4.mul(v128.load(pw, 80), w))
        a6 = f32x4.add(a6, f32x4.mul(v128.load(pw, 96), w))
        a7 = f32x4.add(a7, f32x4.mul(v128.load(pw, 112), w))
      }
      if (p < end) {
        const w = v128.load32_splat(values + p)
        const px = x + <usize>load<u32>(offsets + p)
        a0 = f32x4.add(a0, f32x4.mul(v128.load(px), w))
        a1 = f32x4.add(a1, f32x4.mul(v128.load(px, 16), w))
        a2 = f32x4.add(a2, f32x4.mul(v128.load(px, 32), w))
        a3 = f32x4.add(a3, f32x4.mul(v128.load(px, 48), w))
        a4 = f32x4.add(a4, f32x4.mul(v128.load(px, 64), w))
        a5 = f32x4.add(a5, f32x4.mul(v128.load(px, 80), w))
        a6 = f32x4.add(a6, f32x4.mul(v128.load(px, 96), w))
        a7 = f32x4.add(a7, f32x4.mul(v128.load(px, 112), w))
        p += 4
      }
      v128.store(y, a0)
      v128.store(y, a1, 16)
      v128.store(y, a2, 32)
      v128.store(y, a3, 48)
      v128.store(y, a4, 64)
      v128.store(y, a5, 80)
      v128.store(y, a6, 96)
      v128.store(y, a7, 112)
      y += ROW
    }
    x += <usize>columns * ROW
  }
}

/**
 * gradients[p] = sum over examples of x[column of p] dy[row of p]. Four at a time: where a row ends before the fourth,
 * the rest is overwritten by the next row's.
 */
export function sparseWeightGradient(
  x: usize,
  dy: usize,
  gradients: usize,
  offsets: usize,
  starts: usize,
  tiles: i32,
  columns: i32,
  rows: i32,
): void {
  const xTile = <usize>columns * ROW
  const dyTile = <usize>rows * ROW
  for (let row = 0; row < rows; row++) {
    const end: usize = load<u32>(starts + ((<usize>(row + 1)) << 2)) << 2
    for (let p: usize = load<u32>(starts + ((<usize>row) << 2)) << 2; p < end; p += 16) {
      let a0 = f32x4.splat(0)
      let a1 = a0
      let a2 = a0
      let a3 = a0
      let p0 = x + <usize>load<u32>(offsets + p)
      let p1 = x + <usize>load<u32>(offsets + p, 4)
      let p2 = x + <usize>load<u32>(offsets + p, 8)
      let p3 = x + <usize>load<u32>(offsets + p, 12)
      let pd = dy
      for (let tile = 0; tile < tiles; tile++) {
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
        p0 += xTile
        p1 += xTile
        p2 += xTile
        p3 += xTile
        pd += dyTile
      }
      v128.store(gradients + p, laneSums(a0, a1, a2, a3))
    }
    dy += ROW
  }
}

/** to[p] = from[order[p]]: a matrix's values in the order of its transpose. */
export function reorder(from: usize, order: usize, to: usize, count: i32): void {
  for (let p = 0; p < count; p++) {
    store<f32>(to, load<f32>(from + ((<usize>load<u32>(order)) << 2)))
    order += 4
    to += 4
  }
}
