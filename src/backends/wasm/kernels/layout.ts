/*
 * Values of a batch are kept in tiles of 32 examples, `[tiles][units][32]`: one unit's values for four examples fill
 * a register, and the examples of a tile fill the registers that WebAssembly engines have. Units are padded with
 * zeros to a multiple of 4, so that no kernel needs a rest loop. Weights are `[units][inputs]`.
 */

/** Bytes from one unit of a tile to the next. */
export const ROW: usize = 128

/** The sums of the lanes of four registers. The order of additions is fixed: (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
export function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  // Pairs of halves: lanes 0 and 1 plus lanes 2 and 3.
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7))
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7))
}
