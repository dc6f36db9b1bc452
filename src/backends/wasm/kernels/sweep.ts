/**
 * How a window sweeps over the pixels of a value `[height][width][inner]` to fill places of another one with `outer`
 * numbers each: place (i, j) sees the pixels from row i * stride - top and column j * stride - left on, without those
 * that do not exist. A convolution is one sweep; its derivative by the input is one for each of stride * stride
 * phases, with the window upside down. Set up by ../sweeps.ts, in this order, 32-bit integers.
 */
// @ts-ignore: decorator
@unmanaged
export class Sweep {
  height: i32
  width: i32
  inner: i32
  down: i32
  across: i32
  outer: i32
  windowHeight: i32
  windowWidth: i32
  stride: i32
  top: i32
  left: i32
  /** Bytes from the beginning of a tile to the first place, from a place to the next, and from a row to the next. */
  start: i32
  step: i32
  line: i32
  /** Bytes of one filter: windowHeight * windowWidth * inner numbers, filled up to a multiple of 4. */
  filter: i32
}
