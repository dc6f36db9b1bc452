/* Updates of optimizers: see ../../wasm/kernels/updates.ts, also for why tiny numbers become 0. */
#ifndef TICKETLAB_UPDATES_H
#define TICKETLAB_UPDATES_H

#include "registers.h"

#define TINY_GRADIENT 0x1p-50f
#define TINY_AVERAGE 0x1p-70f
#define TINY_SQUARE 0x1p-100f

INLINE vec flushed(vec x, float tiny) { return whereNot(magnitude(x) < splat(tiny), x); }

INLINE vec slopeAt(long at, const float *g, vec w, const float *mask, float decay) {
  vec slope = load(g + at);
  if (decay != 0) slope = fused(w, splat(decay), slope);
  if (mask) slope = where(loadWords(mask + at), slope);
  return flushed(slope, TINY_GRADIENT);
}

KERNEL(sgd) {
  float *w = AT(0);
  const float *g = AT(1), *mask = AT(2);
  const float decay = REAL(3);
  const vec rate = splat(REAL(4));
  const long count = COUNT(5) / 4;
  for (long at = 0; at < count; at += WIDTH) {
    const vec w0 = load(w + at);
    store(w + at, w0 - rate * slopeAt(at, g, w0, mask, decay));
  }
}

KERNEL(momentum) {
  float *w = AT(0), *velocity = AT(4);
  const float *g = AT(1), *mask = AT(2);
  const float decay = REAL(3);
  const vec rate = splat(REAL(5)), factor = splat(REAL(6));
  const int nesterov = a[7] != 0;
  const long count = COUNT(8) / 4;
  for (long at = 0; at < count; at += WIDTH) {
    const vec w0 = load(w + at);
    const vec slope = slopeAt(at, g, w0, mask, decay);
    const vec speed = flushed(fused(load(velocity + at), factor, slope), TINY_AVERAGE);
    store(velocity + at, speed);
    store(w + at, w0 - rate * (nesterov ? fused(speed, factor, slope) : speed));
  }
}

KERNEL(adam) {
  float *w = AT(0), *m = AT(4), *v = AT(5);
  const float *g = AT(1), *mask = AT(2);
  const float decay = REAL(3);
  const vec rate = splat(REAL(6)), epsilon = splat(REAL(7)), first = splat(REAL(8)), second = splat(REAL(9));
  const long count = COUNT(10) / 4;
  for (long at = 0; at < count; at += WIDTH) {
    const vec w0 = load(w + at);
    const vec slope = slopeAt(at, g, w0, mask, decay);
    const vec m0 = load(m + at), v0 = load(v + at);
    const vec m1 = flushed(fused(slope - m0, first, m0), TINY_AVERAGE);
    const vec v1 = flushed(fused(fused(slope, slope, -v0), second, v0), TINY_SQUARE);
    store(m + at, m1);
    store(v + at, v1);
    store(w + at, w0 - rate * m1 / (root(v1) + epsilon));
  }
}

#endif
