import { ROW } from './layout'
import { Sweep } from './sweep'

/*
 * Pooling of one tile. A sweep's `outer` is its `inner`, the channels.
 */

/** The pixels of place (i, j), from the first to before the last: rows in `top` and `bottom`, columns likewise. */
// @ts-ignore: decorator
@inline
function least(at: i32, stride: i32, border: i32): i32 {
  return max(0, at * stride - border)
}

// @ts-ignore: decorator
@inline
function beyond(at: i32, stride: i32, border: i32, window: i32, extent: i32): i32 {
  return min(extent, at * stride - border + window)
}

export function maxPool(x: usize, y: usize, s: Sweep): void {
  const channels = <usize>s.inner * ROW
  for (let i = 0; i < s.down; i++) {
    const top = least(i, s.stride, s.top)
    const bottom = beyond(i, s.stride, s.top, s.windowHeight, s.height)
    for (let j = 0; j < s.across; j++) {
      const left = least(j, s.stride, s.left)
      const right = beyond(j, s.stride, s.left, s.windowWidth, s.width)
      for (let at: usize = 0; at < channels; at += 16) {
        let largest = f32x4.splat(-Infinity)
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            largest = f32x4.max(largest, v128.load(x + <usize>(row * s.width + column) * channels + at))
          }
        }
        v128.store(y + at, largest)
      }
      y += channels
    }
  }
}

/** dx, zero before, gets dy at the first pixel of each window that is as large as y. */
export function maxPoolGradient(x: usize, y: usize, dy: usize, dx: usize, s: Sweep): void {
  const channels = <usize>s.inner * ROW
  for (let i = 0; i < s.down; i++) {
    const top = least(i, s.stride, s.top)
    const bottom = beyond(i, s.stride, s.top, s.windowHeight, s.height)
    for (let j = 0; j < s.across; j++) {
      const left = least(j, s.stride, s.left)
      const right = beyond(j, s.stride, s.left, s.windowWidth, s.width)
      for (let at: usize = 0; at < channels; at += 16) {
        const largest = v128.load(y + at)
        let gradient = v128.load(dy + at)
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            const pixel = <usize>(row * s.width + column) * channels + at
            const hit = f32x4.eq(v128.load(x + pixel), largest)
            v128.store(dx + pixel, f32x4.add(v128.load(dx + pixel), v128.and(gradient, hit)))
            gradient = v128.andnot(gradient, hit)
          }
        }
      }
      y += channels
      dy += channels
    }
  }
}

/** t at the first pixel of each window that is as large as y. */
export function maxPoolTangent(x: usize, y: usize, t: usize, out: usize, s: Sweep): void {
  const channels = <usize>s.inner * ROW
  for (let i = 0; i < s.down; i++) {
    const top = least(i, s.stride, s.top)
    const bottom = beyond(i, s.stride, s.top, s.windowHeight, s.height)
    for (let j = 0; j < s.across; j++) {
      const left = least(j, s.stride, s.left)
      const right = beyond(j, s.stride, s.left, s.windowWidth, s.width)
      for (let at: usize = 0; at < channels; at += 16) {
        const largest = v128.load(y + at)
        let found = f32x4.splat(0)
        let result = f32x4.splat(0)
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            const pixel = <usize>(row * s.width + column) * channels + at
            const first = v128.andnot(f32x4.eq(v128.load(x + pixel), largest), found)
            result = v128.or(result, v128.and(v128.load(t + pixel), first))
            found = v128.or(found, first)
          }
        }
        v128.store(out + at, result)
      }
      y += channels
      out += channels
    }
  }
}

export function averagePool(x: usize, y: usize, s: Sweep): void {
  const channels = <usize>s.inner * ROW
  for (let i = 0; i < s.down; i++) {
    const top = least(i, s.stride, s.top)
    const bottom = beyond(i, s.stride, s.top, s.windowHeight, s.height)
    for (let j = 0; j < s.across; j++) {
      const left = least(j, s.stride, s.left)
      const right = beyond(j, s.stride, s.left, s.windowWidth, s.width)
      const count = f32x4.splat(<f32>((bottom - top) * (right - left)))
      for (let at: usize = 0; at < channels; at += 16) {
        let sum = f32x4.splat(0)
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            sum = f32x4.add(sum, v128.load(x + <usize>(row * s.width + column) * channels + at))
          }
        }
        v128.store(y + at, f32x4.div(sum, count))
      }
      y += channels
    }
  }
}

/** dx, zero before, gets dy in equal parts at the pixels of each window. */
export function averagePoolGradient(dy: usize, dx: usize, s: Sweep): void {
  const channels = <usize>s.inner * ROW
  for (let i = 0; i < s.down; i++) {
    const top = least(i, s.stride, s.top)
    const bottom = beyond(i, s.stride, s.top, s.windowHeight, s.height)
    for (let j = 0; j < s.across; j++) {
      const left = least(j, s.stride, s.left)
      const right = beyond(j, s.stride, s.left, s.windowWidth, s.width)
      const count = f32x4.splat(<f32>((bottom - top) * (right - left)))
      for (let at: usize = 0; at < channels; at += 16) {
        const part = f32x4.div(v128.load(dy + at), count)
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            const pixel = dx + <usize>(row * s.width + column) * channels + at
            v128.store(pixel, f32x4.add(v128.load(pixel), part))
          }
        }
      }
      dy += channels
    }
  }
}
