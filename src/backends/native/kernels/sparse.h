/* Products of sparse matrices: see ../../wasm/kernels/sparse.ts. */
#ifndef TICKETLAB_SPARSE_H
#define TICKETLAB_SPARSE_H

#include "registers.h"

/* Registers of one unit of a tile. */
#define UNIT (ROW / WIDTH)
/* Tiles that are computed together, where there are as many registers. */
#define TOGETHER (WIDTH == 16 ? 2 : 1)

INLINE const float *offset(const float *x, uint32_t bytes) { return (const float *)((const char *)x + bytes); }

/* Every other value of a row is summed by itself, for sums that need not wait for each other. */
INLINE void sparseRow(const int group, const float *x, long xTile, const float *values, const uint32_t *offsets,
                      long p, long end, float *y, long yTile) {
  vec even[2 * UNIT], odd[2 * UNIT];
#pragma GCC unroll 16
  for (int i = 0; i < group * UNIT; i++) even[i] = odd[i] = zero();
  for (; p + 1 < end; p += 2) {
    const vec v = splat(values[p]), w = splat(values[p + 1]);
    const float *a = offset(x, offsets[p]), *b = offset(x, offsets[p + 1]);
#pragma GCC unroll 16
    for (int i = 0; i < group * UNIT; i++) {
      const long at = i / UNIT * xTile + i % UNIT * WIDTH;
      even[i] = fused(load(a + at), v, even[i]);
      odd[i] = fused(load(b + at), w, odd[i]);
    }
  }
  if (p < end) {
    const vec v = splat(values[p]);
    const float *a = offset(x, offsets[p]);
#pragma GCC unroll 16
    for (int i = 0; i < group * UNIT; i++) {
      even[i] = fused(load(a + i / UNIT * xTile + i % UNIT * WIDTH), v, even[i]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < group * UNIT; i++) store(y + i / UNIT * yTile + i % UNIT * WIDTH, even[i] + odd[i]);
}

KERNEL(sparseMultiply) {
  const float *x = AT(0), *values = AT(1);
  const uint32_t *offsets = WORDS_AT(2), *starts = WORDS_AT(3);
  float *y = AT(4);
  const long count = COUNT(5), columns = COUNT(6), rows = COUNT(7);
  const long xTile = columns * ROW, yTile = rows * ROW;
  for (long t = 0; t < count;) {
    if (TOGETHER == 2 && count - t >= 2) {
      for (long row = 0; row < rows; row++) {
        sparseRow(TOGETHER, x, xTile, values, offsets, starts[row], starts[row + 1], y + row * ROW, yTile);
      }
      t += 2;
      x += 2 * xTile;
      y += 2 * yTile;
    } else {
      for (long row = 0; row < rows; row++) {
        sparseRow(1, x, xTile, values, offsets, starts[row], starts[row + 1], y + row * ROW, yTile);
      }
      t++;
      x += xTile;
      y += yTile;
    }
  }
}

#if WIDTH == 16
/* The gradients of 16 values of a row. */
INLINE void sixteenGradients(const float *x, long xTile, const float *dy, long dyTile, long count,
                             const uint32_t *offsets, float *to) {
  vec sums[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) sums[i] = zero();
  for (long t = 0; t < count; t++, x += xTile, dy += dyTile) {
    const vec low = load(dy), high = load(dy + WIDTH);
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      const float *from = offset(x, offsets[i]);
      sums[i] = fused(load(from), low, sums[i]);
      sums[i] = fused(load(from + WIDTH), high, sums[i]);
    }
  }
  fold16(sums, to);
}
#endif

/* Four at a time: where a row ends before the fourth, the rest is overwritten by the next row's. */
KERNEL(sparseWeightGradient) {
  const float *x = AT(0), *dy = AT(1);
  float *gradients = AT(2);
  const uint32_t *offsets = WORDS_AT(3), *starts = WORDS_AT(4);
  const long count = COUNT(5), columns = COUNT(6), rows = COUNT(7);
  const long xTile = columns * ROW, dyTile = rows * ROW;
  _Alignas(64) float sums[4 * LANES];
  for (long row = 0; row < rows; row++, dy += ROW) {
    const long end = starts[row + 1];
    long p = starts[row];
#if WIDTH == 16
    for (; p + 12 < end; p += 16) sixteenGradients(x, xTile, dy, dyTile, count, offsets + p, gradients + p);
#endif
    for (; p < end; p += 4) {
      vec four[4][PARTS];
      const float *from[4];
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) {
        from[i] = offset(x, offsets[p + i]);
#pragma GCC unroll 4
        for (int part = 0; part < PARTS; part++) four[i][part] = zero();
      }
      const float *d = dy;
      for (long t = 0; t < count; t++, d += dyTile) {
#pragma GCC unroll 8
        for (int lane = 0; lane < ROW; lane += WIDTH) {
          const vec slope = load(d + lane);
          const int part = lane % LANES / WIDTH;
#pragma GCC unroll 4
          for (int i = 0; i < 4; i++) four[i][part] = fused(load(from[i] + lane), slope, four[i][part]);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) from[i] += xTile;
      }
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) {
#pragma GCC unroll 4
        for (int part = 0; part < PARTS; part++) store(sums + i * LANES + part * WIDTH, four[i][part]);
      }
      fold4(sums, gradients + p);
    }
  }
}

KERNEL(reorder) {
  const float *from = AT(0);
  const uint32_t *order = WORDS_AT(1);
  float *to = AT(2);
  const long count = COUNT(3);
  for (long p = 0; p < count; p++) to[p] = from[order[p]];
}

#endif
