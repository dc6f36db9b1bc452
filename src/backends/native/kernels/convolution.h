/* Convolutions, row by row: see ../../wasm/kernels/convolution.ts. */
#ifndef TICKETLAB_CONVOLUTION_H
#define TICKETLAB_CONVOLUTION_H

#include "dense.h"
#include "sparse.h"

/* Bias and relu of one place, while it is in the first cache. */
INLINE void finish(float *y, const float *bias, int relu, long outer) {
  const vec floor = splat(relu ? 0 : -INFINITY);
  for (long o = 0; o < outer; o++, y += ROW) {
    const vec b = bias ? splat(bias[o]) : zero();
    for (long at = 0; at < ROW; at += WIDTH) store(y + at, raised(load(y + at) + b, floor));
  }
}

/* The part of a window, from the first to before the last line or column, that lies on the image. */
typedef struct {
  long first, last;
} Range;

INLINE Range seen(long before, long window, long extent) {
  const long first = largest(0, -before);
  return (Range){first, largest(first, least(window, extent - before))};
}

KERNEL(denseConvolve) {
  const Sweep *s = (const Sweep *)AT(5);
  const long i = COUNT(6), line = (long)s->width * s->inner * ROW, run = (long)s->windowWidth * s->inner;
  const long above = (long)i * s->stride - s->top;
  const Range lines = seen(above, s->windowHeight, s->height);
  const float *x = AT(0) + (above + lines.first) * line, *w = AT(1) + lines.first * run, *bias = AT(3);
  float *y = AT(2) + (s->start + (long)i * s->line) / 4;
  const int relu = a[4] != 0;
  for (long j = 0; j < s->across; j++, y += s->step / 4) {
    const long before = j * s->stride - s->left;
    const Range columns = seen(before, s->windowWidth, s->width);
    for (long lane = 0; lane < ROW; lane += STRIP) {
      Terms terms = {.strip = x + (before + columns.first) * s->inner * ROW + lane,
                     .stripStep = ROW,
                     .stripLine = line,
                     .scalar = w + columns.first * s->inner,
                     .scalarStep = 1,
                     .scalarLine = run,
                     .scalarRow = s->filter / 4,
                     .lines = lines.last - lines.first,
                     .count = (columns.last - columns.first) * s->inner};
      tiles(terms, s->outer, y + lane, ROW, 0);
    }
    if (bias || relu) finish(y, bias, relu, s->outer);
  }
}

/* Places that are computed together, where all of the window is on the image. */
#if WIDTH == 16
#define PLACES 4
#else
#define PLACES 2
#endif

/* What survives of the filters at some places that see the same part of them: `reach` taps in each of `lines`. */
INLINE void survivors(const int places, const float *x, long xStep, const float *values, const uint32_t *offsets,
                      const uint32_t *starts, long reach, long lines, float *y, long yStep, const float *bias,
                      int relu, const Sweep *s) {
  const vec floor = splat(relu ? 0 : -INFINITY);
  for (long o = 0; o < s->outer; o++, y += ROW) {
    vec sums[PLACES * UNIT];
#pragma GCC unroll 16
    for (int n = 0; n < places * UNIT; n++) sums[n] = zero();
    const uint32_t *at = starts + o * s->windowHeight * s->windowWidth;
    for (long l = 0; l < lines; l++, at += s->windowWidth) {
      const long end = at[reach];
      for (long p = at[0]; p < end; p++) {
        const vec v = splat(values[p]);
        const float *from = offset(x, offsets[p]);
#pragma GCC unroll 16
        for (int n = 0; n < places * UNIT; n++) {
          sums[n] = fused(load(from + n / UNIT * xStep + n % UNIT * WIDTH), v, sums[n]);
        }
      }
    }
    const vec b = bias ? splat(bias[o]) : zero();
#pragma GCC unroll 16
    for (int n = 0; n < places * UNIT; n++) {
      store(y + n / UNIT * yStep + n % UNIT * WIDTH, raised(sums[n] + b, floor));
    }
  }
}

KERNEL(sparseConvolve) {
  const Sweep *s = (const Sweep *)AT(7);
  const float *values = AT(1), *bias = AT(5);
  const uint32_t *offsets = WORDS_AT(2), *starts = WORDS_AT(3);
  const int relu = a[6] != 0;
  const long i = COUNT(8), above = i * s->stride - s->top;
  const Range lines = seen(above, s->windowHeight, s->height);
  const long xStep = (long)s->stride * s->inner * ROW, yStep = s->step / 4;
  const float *x = AT(0) + above * s->width * s->inner * ROW;
  float *y = AT(4) + (s->start + (long)i * s->line) / 4;
  for (long j = 0; j < s->across;) {
    const long before = j * s->stride - s->left;
    const Range columns = seen(before, s->windowWidth, s->width);
    const int whole = columns.last - columns.first == s->windowWidth;
    /* Without a border at its sides, the lines of a window follow each other in the list. */
    const long count = whole ? 1 : lines.last - lines.first;
    const uint32_t *begin = starts + lines.first * s->windowWidth + columns.first;
    const uint32_t *end = starts + (whole ? lines.last - 1 : lines.first) * s->windowWidth + columns.last;
    const long reach = lines.last > lines.first ? end - begin : 0;
    const float *px = x + before * s->inner * ROW;
    float *py = y + j * yStep;
    const long farthest = before + (PLACES - 1) * s->stride + s->windowWidth;
    if (whole && j + PLACES <= s->across && farthest <= s->width) {
      survivors(PLACES, px, xStep, values, offsets, begin, reach, count, py, yStep, bias, relu, s);
      j += PLACES;
    } else {
      survivors(1, px, xStep, values, offsets, begin, reach, count, py, yStep, bias, relu, s);
      j++;
    }
  }
}

#endif
