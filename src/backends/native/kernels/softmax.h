/* Losses: see ../../wasm/kernels/softmax.ts. */
#ifndef TICKETLAB_SOFTMAX_H
#define TICKETLAB_SOFTMAX_H

#include "registers.h"

#define TINY_PROBABILITY 0x1p-50f

/* exp and log are our own: those of C differ between libraries. e^x for x <= 0, and 0 below -87. */
INLINE vec exponential(vec x) {
  const vec n = nearest(x * splat(1.4426950408889634f));
  vec r = fused(n, splat(-0.693145751953125f), x);
  r = fused(n, splat(-1.4286068203094173e-6f), r);
  vec sum = splat(1.0f / 5040);
  sum = fused(sum, r, splat(1.0f / 720));
  sum = fused(sum, r, splat(1.0f / 120));
  sum = fused(sum, r, splat(1.0f / 24));
  sum = fused(sum, r, splat(1.0f / 6));
  sum = fused(sum, r, splat(0.5f));
  sum = fused(sum * r, r, r);
  sum = sum + splat(1);
  /* Outside of what can be a power of two, where the result is 0 or not a number in any case. */
  const vec bounded = either(n > splat(-127), n, splat(-127));
  const ivec exponent = (__builtin_convertvector(bounded, ivec) + splatWord(127)) << 23;
  return whereNot(x < splat(-87), sum * (vec)exponent);
}

/* The natural logarithm of a number from 1 up. */
INLINE vec logarithm(vec x) {
  const ivec e = ((ivec)x - splatWord(0x3f3504f3)) >> 23;
  const vec m = (vec)((ivec)x - (e << 23));
  const vec s = (m - splat(1)) / (m + splat(1));
  const vec square = s * s;
  vec sum = splat(1.0f / 9);
  sum = fused(sum, square, splat(1.0f / 7));
  sum = fused(sum, square, splat(1.0f / 5));
  sum = fused(sum, square, splat(1.0f / 3));
  const vec twice = s + s;
  sum = fused(sum * square, twice, twice);
  const vec result = fused(__builtin_convertvector(e, vec), splat(0.6931471805599453f), sum);
  return either(x != x, x, result);
}

INLINE vec oneWhere(ivec mask) { return where(mask, splat(1)); }

KERNEL(softmaxCrossEntropy) {
  const float *logits = AT(0), *labels = AT(1);
  float *losses = AT(2), *residual = AT(3);
  const long tiles = COUNT(4), classes = COUNT(5), all = padded(classes);
  for (long t = 0; t < tiles; t++) {
    for (long lane = 0; lane < ROW; lane += WIDTH) {
      const float *row = logits + lane;
      float *out = residual + lane;
      const ivec label = loadWords(labels + lane);
      vec top = load(row);
      for (long c = 1; c < classes; c++) top = raised(top, load(row + c * ROW));
      vec total = zero(), own = zero();
      for (long c = 0; c < classes; c++) {
        const vec difference = load(row + c * ROW) - top;
        const vec power = exponential(difference);
        store(out + c * ROW, power);
        total = total + power;
        own = either(label == splatWord(c), difference, own);
      }
      for (long c = 0; c < classes; c++) {
        vec p = load(out + c * ROW) / total;
        p = whereNot(p < splat(TINY_PROBABILITY), p);
        store(out + c * ROW, p - oneWhere(label == splatWord(c)));
      }
      for (long c = classes; c < all; c++) store(out + c * ROW, zero());
      store(losses + lane, logarithm(total) - own);
    }
    logits += all * ROW;
    residual += all * ROW;
    labels += ROW;
    losses += ROW;
  }
}

KERNEL(softmaxGradient) {
  const float *residual = AT(0), *labels = AT(1), *g = AT(2);
  float *dz = AT(3);
  const long tiles = COUNT(4), classes = COUNT(5), all = padded(classes);
  for (long t = 0; t < tiles; t++) {
    for (long lane = 0; lane < ROW; lane += WIDTH) {
      const ivec label = loadWords(labels + lane);
      vec total = zero();
      for (long c = 0; c < classes; c++) {
        const long at = c * ROW + lane;
        const vec p = load(residual + at) + oneWhere(label == splatWord(c));
        total = fused(p, load(g + at), total);
      }
      for (long c = 0; c < classes; c++) {
        const long at = c * ROW + lane;
        const vec p = load(residual + at) + oneWhere(label == splatWord(c));
        store(dz + at, p * (load(g + at) - total));
      }
      for (long c = classes; c < all; c++) store(dz + c * ROW + lane, zero());
    }
    residual += all * ROW;
    g += all * ROW;
    dz += all * ROW;
    labels += ROW;
  }
}

KERNEL(correct) {
  const float *logits = AT(0), *labels = AT(1);
  float *y = AT(2);
  const long tiles = COUNT(3), classes = COUNT(4);
  for (long t = 0; t < tiles; t++) {
    for (long lane = 0; lane < ROW; lane += WIDTH) {
      vec top = load(logits + lane);
      ivec best = splatWord(0);
      for (long c = 1; c < classes; c++) {
        const vec value = load(logits + lane + c * ROW);
        const ivec larger = value > top;
        top = either(larger, value, top);
        best = (splatWord(c) & larger) | (best & ~larger);
      }
      store(y + lane, oneWhere(best == loadWords(labels + lane)));
    }
    logits += padded(classes) * ROW;
    labels += ROW;
    y += ROW;
  }
}

#endif
