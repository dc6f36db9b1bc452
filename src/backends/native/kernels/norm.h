/* Batch norm: see ../../wasm/kernels/norm.ts. */
#ifndef TICKETLAB_NORM_H
#define TICKETLAB_NORM_H

#include "registers.h"

/* Lanes that double sums are kept in, eight for each channel, before they become two. */
#define SUMS 8
/* Channels whose sums are kept at once, in the first cache. */
#define CHANNELS_AT_ONCE 64

/* Adds eight lanes to the two that stay between calls. */
INLINE void foldDoubles(double *to, const double *lanes) {
  for (int lane = 0; lane < 2; lane++) {
    to[lane] += (lanes[lane] + lanes[lane + 4]) + (lanes[lane + 2] + lanes[lane + 6]);
  }
}

INLINE dvec wide(const float *x, long at) { return widened(*(const hvec_at *)(x + at)); }

/* A number where its lane counts, otherwise 0. */
INLINE dvec wideWhere(const float *x, const float *lanes, long at) {
  typedef int32_t hivec __attribute__((vector_size(4 * HALF)));
  typedef int32_t hivec_at __attribute__((vector_size(4 * HALF), aligned(4), may_alias));
  const hivec bits = *(const hivec_at *)(x + at) & *(const hivec_at *)(lanes + at);
  return widened((hvec)bits);
}

INLINE void addDoubles(double *sums, dvec v) { storeDoubles(sums, loadDoubles(sums) + v); }

/* Goes over the numbers of a tile, with `c` the channel among those from `first` on. */
#define FOR_EACH_CHANNEL(positions, channels, first)                                            \
  for (long position = 0; position < positions; position++)                                     \
    for (long c = 0, number = (position * channels + first) * ROW;                              \
         c < least(CHANNELS_AT_ONCE, channels - first); c++, number += ROW)

KERNEL(moments) {
  const float *x = AT(0), *lanes = AT(1);
  double *sums = (double *)AT(2);
  const long positions = COUNT(3), channels = COUNT(4);
  for (long first = 0; first < channels; first += CHANNELS_AT_ONCE) {
    _Alignas(64) double kept[CHANNELS_AT_ONCE][2][SUMS];
    memset(kept, 0, sizeof kept);
    FOR_EACH_CHANNEL(positions, channels, first) {
      for (int lane = 0; lane < ROW; lane += HALF) {
        const dvec v = wideWhere(x + number, lanes, lane);
        addDoubles(kept[c][0] + lane % SUMS, v);
        addDoubles(kept[c][1] + lane % SUMS, v * v);
      }
    }
    for (long c = 0; c < least(CHANNELS_AT_ONCE, channels - first); c++) {
      foldDoubles(sums + (first + c) * 4, kept[c][0]);
      foldDoubles(sums + (first + c) * 4 + 2, kept[c][1]);
    }
  }
}

INLINE double total(const double *sum) { return sum[0] + sum[1]; }

KERNEL(finishMoments) {
  const double *sums = (const double *)AT(0);
  float *mean = AT(1), *variance = AT(2);
  const long channels = COUNT(3);
  const double count = a[4];
  for (long c = 0; c < channels; c++, sums += 4) {
    const double m = total(sums) / count, v = total(sums + 2) / count - m * m;
    mean[c] = (float)m;
    /* What is not a number stays that. */
    variance[c] = (float)(v < 0 ? 0 : v);
  }
}

KERNEL(normFactors) {
  const float *variance = AT(0), *scale = AT(1);
  const double epsilon = a[2];
  float *factors = AT(3);
  const long channels = COUNT(4);
  for (long c = 0; c < channels; c++) {
    factors[c] = (float)((double)scale[c] / sqrt((double)variance[c] + epsilon));
  }
}

KERNEL(normalize) {
  const float *x = AT(0), *mean = AT(1), *factors = AT(2), *offset = AT(3);
  float *y = AT(4);
  const long positions = COUNT(5), channels = COUNT(6);
  const vec floor = splat(a[7] != 0 ? 0 : -INFINITY);
  for (long position = 0; position < positions; position++) {
    for (long c = 0; c < channels; c++, x += ROW, y += ROW) {
      const vec m = splat(mean[c]), f = splat(factors[c]), o = splat(offset[c]);
      for (long at = 0; at < ROW; at += WIDTH) store(y + at, raised(fused(load(x + at) - m, f, o), floor));
    }
  }
}

KERNEL(slopeMoments) {
  const float *x = AT(0), *dy = AT(1), *mean = AT(2), *lanes = AT(3);
  double *sums = (double *)AT(4);
  const long positions = COUNT(5), channels = COUNT(6);
  for (long first = 0; first < channels; first += CHANNELS_AT_ONCE) {
    _Alignas(64) double kept[CHANNELS_AT_ONCE][2][SUMS];
    memset(kept, 0, sizeof kept);
    FOR_EACH_CHANNEL(positions, channels, first) {
      const dvec m = splatDouble(mean[first + c]);
      for (int lane = 0; lane < ROW; lane += HALF) {
        const dvec d = wideWhere(dy + number, lanes, lane);
        addDoubles(kept[c][0] + lane % SUMS, d);
        addDoubles(kept[c][1] + lane % SUMS, d * (wide(x + number, lane) - m));
      }
    }
    for (long c = 0; c < least(CHANNELS_AT_ONCE, channels - first); c++) {
      foldDoubles(sums + (first + c) * 4, kept[c][0]);
      foldDoubles(sums + (first + c) * 4 + 2, kept[c][1]);
    }
  }
}

KERNEL(finishSlopes) {
  const double *sums = (const double *)AT(0);
  const float *variance = AT(1), *scale = AT(2);
  const double epsilon = a[3], count = a[8];
  float *scaleGradient = AT(4), *offsetGradient = AT(5), *coefficients = AT(6);
  const long channels = COUNT(7);
  for (long c = 0; c < channels; c++, sums += 4, coefficients += 4) {
    const double square = (double)variance[c] + epsilon, deviation = sqrt(square);
    const double slopes = total(sums), products = total(sums + 2), factor = (double)scale[c] / deviation;
    offsetGradient[c] = (float)slopes;
    scaleGradient[c] = (float)(products / deviation);
    coefficients[0] = (float)factor;
    coefficients[1] = (float)(factor * slopes / count);
    coefficients[2] = (float)(factor * products / (count * square));
  }
}

KERNEL(normGradient) {
  const float *x = AT(0), *dy = AT(1), *mean = AT(2), *coefficients = AT(3), *lanes = AT(4);
  float *dx = AT(5);
  const long positions = COUNT(6), channels = COUNT(7);
  for (long position = 0; position < positions; position++) {
    const float *k = coefficients;
    for (long channel = 0; channel < channels; channel++, k += 4, x += ROW, dy += ROW, dx += ROW) {
      const vec m = splat(mean[channel]), f = splat(k[0]), b = splat(k[1]), c = splat(k[2]);
      for (long at = 0; at < ROW; at += WIDTH) {
        const vec shared = fused(c, load(x + at) - m, b);
        store(dx + at, where(loadWords(lanes + at), fused(f, load(dy + at), -shared)));
      }
    }
  }
}

KERNEL(productMoments) {
  const float *one = AT(0), *other = AT(1), *lanes = AT(2);
  double *sums = (double *)AT(3);
  const long positions = COUNT(4), channels = COUNT(5);
  for (long first = 0; first < channels; first += CHANNELS_AT_ONCE) {
    _Alignas(64) double kept[CHANNELS_AT_ONCE][SUMS];
    memset(kept, 0, sizeof kept);
    FOR_EACH_CHANNEL(positions, channels, first) {
      for (int lane = 0; lane < ROW; lane += HALF) {
        addDoubles(kept[c] + lane % SUMS, wideWhere(one + number, lanes, lane) * wide(other + number, lane));
      }
    }
    for (long c = 0; c < least(CHANNELS_AT_ONCE, channels - first); c++) {
      foldDoubles(sums + (first + c) * 4, kept[c]);
    }
  }
}

KERNEL(finishCurvature) {
  const double *slopes = (const double *)AT(0), *gradients = (const double *)AT(1);
  const double *products = (const double *)AT(2);
  const float *variance = AT(3), *scale = AT(4);
  const double epsilon = a[5], count = a[9];
  float *scaleGradient = AT(6), *coefficients = AT(7);
  const long channels = COUNT(8);
  for (long c = 0; c < channels; c++, slopes += 4, gradients += 4, products += 4, coefficients += 4) {
    const double square = (double)variance[c] + epsilon, deviation = sqrt(square);
    const double meanA = total(slopes) / count, meanU = total(gradients) / count;
    const double alongA = total(slopes + 2) / count / deviation;
    const double alongU = total(gradients + 2) / count / deviation;
    const double both = total(products) / count - meanA * meanU, factor = -(double)scale[c] / square;
    scaleGradient[c] = (float)(count * (both - alongA * alongU) / deviation);
    coefficients[0] = (float)(factor * (both - 3 * alongA * alongU) / deviation);
    coefficients[1] = (float)(factor * alongA);
    coefficients[2] = (float)(factor * alongU);
    coefficients[3] = (float)(-factor * (alongA * meanU + alongU * meanA));
  }
}

KERNEL(normCurvature) {
  const float *x = AT(0), *one = AT(1), *other = AT(2), *mean = AT(3), *coefficients = AT(4), *lanes = AT(5);
  float *dx = AT(6);
  const long positions = COUNT(7), channels = COUNT(8);
  for (long position = 0; position < positions; position++) {
    const float *q = coefficients;
    for (long c = 0; c < channels; c++, q += 4, x += ROW, one += ROW, other += ROW, dx += ROW) {
      const vec middle = splat(mean[c]), k = splat(q[0]), l = splat(q[1]), m = splat(q[2]), n = splat(q[3]);
      for (long at = 0; at < ROW; at += WIDTH) {
        const vec ofSlopes = fused(m, load(one + at), fused(l, load(other + at), n));
        store(dx + at, where(loadWords(lanes + at), fused(k, load(x + at) - middle, ofSlopes)));
      }
    }
  }
}

KERNEL(follow) {
  float *running = AT(0);
  const float *value = AT(1);
  const double decay = a[2], factor = a[3];
  const long count = COUNT(4);
  for (long i = 0; i < count; i++) {
    running[i] = (float)(decay * (double)running[i] + (1 - decay) * factor * (double)value[i]);
  }
}

#endif
