import { ROW } from './layout'

/**
 * Puts examples where a network reads them: x[t][i] = byte i of each of the tile's examples times scales[i] plus
 * shifts[i]. Pixels that only fill up to a multiple of 4 have scale and shift 0.
 * @param width bytes of an example
 * @param indices of the examples, 32 for every tile
 */
export function gatherImages(
  images: usize,
  width: i32,
  indices: usize,
  scales: usize,
  shifts: usize,
  x: usize,
  tiles: i32,
): void {
  const padded = (width + 3) & ~3
  for (let tile = 0; tile < tiles; tile++) {
    for (let lane: usize = 0; lane < ROW; lane += 16) {
      let p0 = images + <usize>load<u32>(indices) * <usize>width
      let p1 = images + <usize>load<u32>(indices, 4) * <usize>width
      let p2 = images + <usize>load<u32>(indices, 8) * <usize>width
      let p3 = images + <usize>load<u32>(indices, 12) * <usize>width
      let out = x + lane
      for (let i: usize = 0; i < <usize>padded; i += 4) {
        // Four pixels of four examples, transposed.
        let bytes = v128.load32_zero(p0)
        bytes = v128.load_lane<u32>(p1, bytes, 1)
        bytes = v128.load_lane<u32>(p2, bytes, 2)
        bytes = v128.load_lane<u32>(p3, bytes, 3)
        bytes = i8x16.shuffle(bytes, bytes, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
        const low = i16x8.extend_low_i8x16_u(bytes)
        const high = i16x8.extend_high_i8x16_u(bytes)
        const at = i << 2
        pixel(out, i32x4.extend_low_i16x8_u(low), scales + at, shifts + at)
        pixel(out + ROW, i32x4.extend_high_i16x8_u(low), scales + at + 4, shifts + at + 4)
        pixel(out + 2 * ROW, i32x4.extend_low_i16x8_u(high), scales + at + 8, shifts + at + 8)
        pixel(out + 3 * ROW, i32x4.extend_high_i16x8_u(high), scales + at + 12, shifts + at + 12)
        p0 += 4
        p1 += 4
        p2 += 4
        p3 += 4
        out += 4 * ROW
      }
      indices += 16
    }
    x += <usize>padded * ROW
  }
}

// @ts-ignore: decorator
@inline
function pixel(out: usize, bytes: v128, scale: usize, shift: usize): void {
  const scaled = f32x4.mul(f32x4.convert_i32x4_u(bytes), v128.load32_splat(scale))
  v128.store(out, f32x4.add(scaled, v128.load32_splat(shift)))
}

/** The class of every example, as 32-bit integers. */
export function gatherLabels(labels: usize, indices: usize, y: usize, tiles: i32): void {
  for (let i: usize = 0; i < <usize>tiles * 32; i++) {
    store<u32>(y + (i << 2), <u32>load<u8>(labels + <usize>load<u32>(indices + (i << 2))))
  }
}

/**
 * The same for images `[height][width][channels]` that are mirrored and moved, one variant for each example (see
 * `Augmentation`); outside of the original, bytes are 0.
 * @param crop by how many pixels an image is moved at most
 */
export function gatherVariants(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  crop: i32,
  indices: usize,
  variants: usize,
  scales: usize,
  shifts: usize,
  x: usize,
  tiles: i32,
): void {
  const size = height * width * channels
  const padded = (size + 3) & ~3
  const side = 2 * crop + 1
  for (let example = 0; example < tiles * 32; example++) {
    const image = images + <usize>load<u32>(indices) * <usize>size
    const variant = load<i32>(variants)
    const across = (variant % side) - crop
    const down = ((variant / side) % side) - crop
    const flip = variant / (side * side)
    let out = x + <usize>(example >> 5) * <usize>padded * ROW + (<usize>(example & 31) << 2)
    let at: usize = 0
    for (let row = 0; row < height; row++) {
      const fromRow = row + down
      for (let column = 0; column < width; column++) {
        const fromColumn = (flip ? width - 1 - column : column) + across
        const inside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width
        const pixel = image + <usize>((fromRow * width + fromColumn) * channels)
        for (let c = 0; c < channels; c++) {
          const byte: f32 = inside ? <f32>load<u8>(pixel + <usize>c) : 0
          store<f32>(out, byte * load<f32>(scales + at) + load<f32>(shifts + at))
          at += 4
          out += ROW
        }
      }
    }
    for (let rest = size; rest < padded; rest++) {
      store<f32>(out, 0)
      out += ROW
    }
    indices += 4
    variants += 4
  }
}
