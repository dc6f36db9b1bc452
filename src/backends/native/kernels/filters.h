/* Gradients by the filters of a convolution: see ../../wasm/kernels/filters.ts. */
#ifndef TICKETLAB_FILTERS_H
#define TICKETLAB_FILTERS_H

#include "sparse.h"

KERNEL(packPlanes) {
  const float *from = AT(0);
  float *to = AT(1);
  const long width = COUNT(2), channels = COUNT(3), plane = COUNT(4) / 4;
  for (long column = 0; column < width; column++, to += ROW) {
    for (long c = 0; c < channels; c++, from += ROW) memcpy(to + c * plane, from, ROW * 4);
  }
}

/* Filters that four channels are multiplied with at once, as many as registers hold. */
#if WIDTH == 8
#define FILTERS 2
#else
#define FILTERS 6
#endif

/* Adds to four channels of some filters. The lanes of a register are summed over all places before the next ones. */
INLINE void channelsTimes(const int filters, const float *x, long xPlane, const float *dy, long dyPlane,
                          long stride, long across, float *dw, long filter) {
  _Alignas(64) float sums[FILTERS * 4 * LANES];
  for (int part = 0; part < LANES; part += WIDTH) {
    vec all[FILTERS][4];
#pragma GCC unroll 8
    for (int f = 0; f < filters; f++) {
#pragma GCC unroll 4
      for (int c = 0; c < 4; c++) all[f][c] = zero();
    }
    const float *px = x + part, *pd = dy + part;
    for (long j = 0; j < across; j++, px += stride * ROW, pd += ROW) {
#pragma GCC unroll 2
      for (int lane = 0; lane < ROW; lane += LANES) {
        vec pixels[4];
#pragma GCC unroll 4
        for (int c = 0; c < 4; c++) pixels[c] = load(px + c * xPlane + lane);
#pragma GCC unroll 8
        for (int f = 0; f < filters; f++) {
          const vec slope = load(pd + f * dyPlane + lane);
#pragma GCC unroll 4
          for (int c = 0; c < 4; c++) all[f][c] = fused(pixels[c], slope, all[f][c]);
        }
      }
    }
#pragma GCC unroll 8
    for (int f = 0; f < filters; f++) {
#pragma GCC unroll 4
      for (int c = 0; c < 4; c++) store(sums + (f * 4 + c) * LANES + part, all[f][c]);
    }
  }
  for (int f = 0; f < filters; f++) {
    float four[4], *to = dw + f * filter;
    fold4(sums + f * 4 * LANES, four);
    for (int c = 0; c < 4; c++) to[c] += four[c];
  }
}

/* Where a filter ends before the fourth channel, the others are zero. */
KERNEL(denseFilterGradient) {
  const float *x = AT(0), *dy = AT(1);
  float *dw = AT(2);
  const Sweep *s = (const Sweep *)AT(3);
  const long xPlane = ((long)(s->across - 1) * s->stride + s->windowWidth) * ROW;
  const long xLine = padded(s->inner) * xPlane, dyPlane = (long)s->across * ROW, filter = s->filter / 4;
  for (long row = 0; row < s->windowHeight; row++) {
    for (long c = 0; c < s->inner; c += 4) {
      const float *px = x + row * xLine + c * xPlane;
      for (long o = 0; o < s->outer;) {
        const long rest = s->outer - o;
        float *out = dw + o * filter + row * s->windowWidth * s->inner + c;
        const float *pd = dy + o * dyPlane;
        for (long column = 0; column < s->windowWidth; column++, out += s->inner) {
          const float *from = px + column * ROW;
          if (FILTERS == 6 && rest >= 6) {
            channelsTimes(FILTERS, from, xPlane, pd, dyPlane, s->stride, s->across, out, filter);
          } else if (rest >= 2) {
            channelsTimes(2, from, xPlane, pd, dyPlane, s->stride, s->across, out, filter);
          } else {
            channelsTimes(1, from, xPlane, pd, dyPlane, s->stride, s->across, out, filter);
          }
        }
        o += FILTERS == 6 && rest >= 6 ? 6 : rest >= 2 ? 2 : 1;
      }
    }
  }
}

KERNEL(sparseFilterGradient) {
  const uint32_t *offsets = WORDS_AT(3), *starts = WORDS_AT(4);
  const Sweep *s = (const Sweep *)AT(5);
  const long from = COUNT(6), places = COUNT(7) - from;
  const long plane = (long)s->across * ROW, step = (long)s->stride * ROW;
  const long taps = (long)s->windowHeight * s->windowWidth;
  const float *x = AT(0) + from * step, *dy = AT(1) + from * ROW;
  float *gradients = AT(2);
  _Alignas(64) float sums[4 * LANES];
  for (long o = 0; o < s->outer; o++, dy += plane) {
    const long end = starts[(o + 1) * taps];
    for (long p = starts[o * taps]; p < end; p += 4) {
      vec four[4][PARTS];
      const float *px[4];
#pragma GCC unroll 4
      for (int n = 0; n < 4; n++) {
        px[n] = offset(x, offsets[p + n]);
#pragma GCC unroll 4
        for (int part = 0; part < PARTS; part++) four[n][part] = zero();
      }
      const float *pd = dy;
      for (long j = 0; j < places; j++, pd += ROW) {
#pragma GCC unroll 8
        for (int lane = 0; lane < ROW; lane += WIDTH) {
          const vec slope = load(pd + lane);
          const int part = lane % LANES / WIDTH;
#pragma GCC unroll 4
          for (int n = 0; n < 4; n++) four[n][part] = fused(load(px[n] + lane), slope, four[n][part]);
        }
#pragma GCC unroll 4
        for (int n = 0; n < 4; n++) px[n] += step;
      }
#pragma GCC unroll 4
      for (int n = 0; n < 4; n++) {
#pragma GCC unroll 4
        for (int part = 0; part < PARTS; part++) store(sums + n * LANES + part * WIDTH, four[n][part]);
      }
      float found[4];
      fold4(sums, found);
      /* Only the filter's own: the next one's weights saw another filter's slopes. */
      for (long n = 0; n < least(4, end - p); n++) gradients[p + n] += found[n];
    }
  }
}

#endif
