/* Pooling of one tile: see ../../wasm/kernels/pools.ts. */
#ifndef TICKETLAB_POOLS_H
#define TICKETLAB_POOLS_H

#include "registers.h"

/* The pixels of a place, from the first to before the last. */
typedef struct {
  long top, bottom, left, right;
} Window;

INLINE Window windowAt(const Sweep *s, long i, long j) {
  const long above = i * s->stride - s->top, before = j * s->stride - s->left;
  return (Window){largest(0, above), least(s->height, above + s->windowHeight), largest(0, before),
                  least(s->width, before + s->windowWidth)};
}

/* Goes over the places, and over a register of the numbers of each. */
#define FOR_EACH_PLACE(s, channels)            \
  const long channels = (long)s->inner * ROW;  \
  for (long i = 0; i < s->down; i++)           \
    for (long j = 0; j < s->across; j++)

#define FOR_EACH_PIXEL(s, w, pixel, channels, at)              \
  for (long row = w.top; row < w.bottom; row++)                \
    for (long pixel = (row * s->width + w.left) * channels + at, \
              beyond = (row * s->width + w.right) * channels;  \
         pixel < beyond; pixel += channels)

KERNEL(maxPool) {
  const float *x = AT(0);
  float *y = AT(1);
  const Sweep *s = (const Sweep *)AT(2);
  FOR_EACH_PLACE(s, channels) {
    const Window w = windowAt(s, i, j);
    for (long at = 0; at < channels; at += WIDTH) {
      vec top = splat(-INFINITY);
      FOR_EACH_PIXEL(s, w, pixel, channels, at) {
        const vec value = load(x + pixel);
        /* What is not a number stays, so that a diverged training is found out. */
        top = either((value > top) | (value != value), value, top);
      }
      store(y + at, top);
    }
    y += channels;
  }
}

KERNEL(maxPoolGradient) {
  const float *x = AT(0), *y = AT(1), *dy = AT(2);
  float *dx = AT(3);
  const Sweep *s = (const Sweep *)AT(4);
  FOR_EACH_PLACE(s, channels) {
    const Window w = windowAt(s, i, j);
    for (long at = 0; at < channels; at += WIDTH) {
      const vec top = load(y + at);
      vec gradient = load(dy + at);
      FOR_EACH_PIXEL(s, w, pixel, channels, at) {
        const ivec hit = load(x + pixel) == top;
        store(dx + pixel, load(dx + pixel) + where(hit, gradient));
        gradient = whereNot(hit, gradient);
      }
    }
    y += channels;
    dy += channels;
  }
}

KERNEL(maxPoolTangent) {
  const float *x = AT(0), *y = AT(1), *t = AT(2);
  float *out = AT(3);
  const Sweep *s = (const Sweep *)AT(4);
  FOR_EACH_PLACE(s, channels) {
    const Window w = windowAt(s, i, j);
    for (long at = 0; at < channels; at += WIDTH) {
      const vec top = load(y + at);
      ivec found = splatWord(0);
      vec result = zero();
      FOR_EACH_PIXEL(s, w, pixel, channels, at) {
        const ivec first = (load(x + pixel) == top) & ~found;
        result = either(first, load(t + pixel), result);
        found |= first;
      }
      store(out + at, result);
    }
    y += channels;
    out += channels;
  }
}

KERNEL(averagePool) {
  const float *x = AT(0);
  float *y = AT(1);
  const Sweep *s = (const Sweep *)AT(2);
  FOR_EACH_PLACE(s, channels) {
    const Window w = windowAt(s, i, j);
    const vec count = splat((float)((w.bottom - w.top) * (w.right - w.left)));
    for (long at = 0; at < channels; at += WIDTH) {
      vec sum = zero();
      FOR_EACH_PIXEL(s, w, pixel, channels, at) sum = sum + load(x + pixel);
      store(y + at, sum / count);
    }
    y += channels;
  }
}

KERNEL(averagePoolGradient) {
  const float *dy = AT(0);
  float *dx = AT(1);
  const Sweep *s = (const Sweep *)AT(2);
  FOR_EACH_PLACE(s, channels) {
    const Window w = windowAt(s, i, j);
    const vec count = splat((float)((w.bottom - w.top) * (w.right - w.left)));
    for (long at = 0; at < channels; at += WIDTH) {
      const vec part = load(dy + at) / count;
      FOR_EACH_PIXEL(s, w, pixel, channels, at) store(dx + pixel, load(dx + pixel) + part);
    }
    dy += channels;
  }
}

#endif
