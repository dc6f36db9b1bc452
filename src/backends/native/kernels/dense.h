/* Products of dense matrices. */
#ifndef TICKETLAB_DENSE_H
#define TICKETLAB_DENSE_H

#include "registers.h"

/* What a tile of registers takes of one matrix: so many registers side by side. */
#if WIDTH == 4
#define SIDE 4
#else
#define SIDE 2
#endif
#define STRIP (SIDE * WIDTH)

/* Two matrices whose product is summed term by term; strides are floats. */
typedef struct {
  /* A term is a strip of numbers here, and one number for each row there. */
  const float *strip, *scalar;
  /* From a term to the next, and from a line of `count` terms to the next. */
  long stripStep, stripLine, scalarStep, scalarLine;
  /* From a row to the next. */
  long scalarRow;
  long lines, count;
} Terms;

/* to[row][strip] = the sum of all terms, or itself with them; a number is always summed in the order of the terms. */
INLINE void tile(const int rows, const Terms *terms, float *to, long toRow, int more) {
  vec sums[12][SIDE];
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int s = 0; s < SIDE; s++) sums[r][s] = more ? load(to + r * toRow + s * WIDTH) : zero();
  }
  const float *strip = terms->strip;
  const float *scalar = terms->scalar;
  const long row = terms->scalarRow, step = terms->scalarStep;
  for (long line = 0; line < terms->lines; line++) {
    const float *x = strip;
    /* One pointer for every three rows: the others are reached from it. */
    const float *p0 = scalar, *p1 = p0 + 3 * row, *p2 = p1 + 3 * row, *p3 = p2 + 3 * row;
    for (long k = 0; k < terms->count; k++) {
      vec v[SIDE];
#pragma GCC unroll 4
      for (int s = 0; s < SIDE; s++) v[s] = load(x + s * WIDTH);
#pragma GCC unroll 12
      for (int r = 0; r < rows; r++) {
        const float *p = r < 3 ? p0 : r < 6 ? p1 : r < 9 ? p2 : p3;
        vec w = splat(p[r % 3 * row]);
#pragma GCC unroll 4
        for (int s = 0; s < SIDE; s++) sums[r][s] = fused(v[s], w, sums[r][s]);
      }
      x += terms->stripStep;
      p0 += step;
      p1 += step;
      p2 += step;
      p3 += step;
    }
    strip += terms->stripLine;
    scalar += terms->scalarLine;
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int s = 0; s < SIDE; s++) store(to + r * toRow + s * WIDTH, sums[r][s]);
  }
}

/* The same for any number of rows, as many at once as registers hold. */
static void tiles(Terms terms, long rows, float *to, long toRow, int more) {
#if WIDTH == 16
  /* 16 rows are faster as 8 and 8 than as 12 and 4. */
  for (; rows >= 12 && rows != 16; rows -= 12) {
    tile(12, &terms, to, toRow, more);
    terms.scalar += 12 * terms.scalarRow;
    to += 12 * toRow;
  }
  for (; rows >= 8; rows -= 8) {
    tile(8, &terms, to, toRow, more);
    terms.scalar += 8 * terms.scalarRow;
    to += 8 * toRow;
  }
#else
  for (; rows >= 6 && rows != 8; rows -= 6) {
    tile(6, &terms, to, toRow, more);
    terms.scalar += 6 * terms.scalarRow;
    to += 6 * toRow;
  }
#endif
  for (; rows >= 4; rows -= 4) {
    tile(4, &terms, to, toRow, more);
    terms.scalar += 4 * terms.scalarRow;
    to += 4 * toRow;
  }
  for (; rows > 0; rows--) {
    tile(1, &terms, to, toRow, more);
    terms.scalar += terms.scalarRow;
    to += toRow;
  }
}

KERNEL(denseMultiply) {
  const float *x = AT(0), *w = AT(1);
  float *y = AT(2);
  const long count = COUNT(3), inner = COUNT(4), outer = COUNT(5);
  const long innerStride = COUNT(6), outerStride = COUNT(7);
  for (long t = 0; t < count; t++) {
    for (long lane = 0; lane < ROW; lane += STRIP) {
      Terms terms = {.strip = x + lane, .scalar = w, .stripStep = ROW, .scalarStep = innerStride,
                     .scalarRow = outerStride, .lines = 1, .count = inner};
      tiles(terms, outer, y + lane, ROW, 0);
    }
    x += inner * ROW;
    y += outer * ROW;
  }
}

/* to[column][row] = from[row][column], 4 numbers by 4; strides are floats. */
INLINE void transpose4(const float *from, long fromRow, float *to, long toRow) {
#if WIDTH >= 8
  __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + fromRow);
  __m128 c = _mm_loadu_ps(from + 2 * fromRow), d = _mm_loadu_ps(from + 3 * fromRow);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(to, a);
  _mm_storeu_ps(to + toRow, b);
  _mm_storeu_ps(to + 2 * toRow, c);
  _mm_storeu_ps(to + 3 * toRow, d);
#else
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) to[j * toRow + i] = from[i * fromRow + j];
  }
#endif
}

/* Tiles of examples that are summed before moving on, so that a strip of their inputs stays in the first cache. */
#define TILES_AT_ONCE 6

/*
 * Sums over examples need no folding where inputs are side by side: a strip of them is transposed first.
 */
KERNEL(denseWeightGradient) {
  const float *x = AT(0), *dy = AT(1);
  float *dw = AT(2);
  const long count = COUNT(3), inputs = COUNT(4), units = COUNT(5);
  _Alignas(64) float strip[TILES_AT_ONCE * ROW * STRIP];
  _Alignas(64) float rest[STRIP];
  for (long first = 0; first < count; first += TILES_AT_ONCE) {
    const long group = least(TILES_AT_ONCE, count - first);
    for (long from = 0; from < inputs; from += STRIP) {
      const long width = least(STRIP, inputs - from);
      if (width < STRIP) memset(strip, 0, sizeof strip);
      for (long t = 0; t < group; t++) {
        const float *rows = x + ((first + t) * inputs + from) * ROW;
        float *columns = strip + t * ROW * STRIP;
        for (long i = 0; i < width; i += 4) {
          for (long e = 0; e < ROW; e += 4) transpose4(rows + i * ROW + e, ROW, columns + e * STRIP + i, STRIP);
        }
      }
      Terms terms = {.strip = strip, .scalar = dy + first * units * ROW, .stripStep = STRIP,
                     .stripLine = ROW * STRIP, .scalarStep = 1, .scalarLine = units * ROW,
                     .scalarRow = ROW, .lines = group, .count = ROW};
      if (width == STRIP) {
        tiles(terms, units, dw + from, inputs, first > 0);
        continue;
      }
      for (long u = 0; u < units; u++) {
        float *to = dw + u * inputs + from;
        memcpy(rest, to, width * 4);
        tile(1, &terms, rest, 0, first > 0);
        memcpy(to, rest, width * 4);
        terms.scalar += ROW;
      }
    }
  }
}

KERNEL(multiplyMatrices) {
  const float *left = AT(0), *right = AT(1);
  float *c = AT(2);
  const long rows = COUNT(3), inner = COUNT(4), columns = COUNT(5);
  const long leftRow = COUNT(6), leftInner = COUNT(7), rightInner = COUNT(8), rightColumn = COUNT(9);
  for (long column = 0; column < columns; column++) {
    for (long row = 0; row < rows; row++) {
      float sum = 0;
      for (long k = 0; k < inner; k++) {
        sum = fmaf(left[row * leftRow + k * leftInner], right[k * rightInner + column * rightColumn], sum);
      }
      *c++ = sum;
    }
  }
}

#endif
