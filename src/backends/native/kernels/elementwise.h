/* What is done to numbers one by one, and sums over examples or units: see ../../wasm/kernels/elementwise.ts. */
#ifndef TICKETLAB_ELEMENTWISE_H
#define TICKETLAB_ELEMENTWISE_H

#include "registers.h"

KERNEL(relu) {
  const float *x = AT(0);
  float *y = AT(1);
  const long count = COUNT(2) / 4;
  for (long at = 0; at < count; at += WIDTH) store(y + at, raised(load(x + at), zero()));
}

KERNEL(reluGradient) {
  const float *dy = AT(0), *y = AT(1);
  float *dx = AT(2);
  const long count = COUNT(3) / 4;
  for (long at = 0; at < count; at += WIDTH) store(dx + at, where(load(y + at) > zero(), load(dy + at)));
}

KERNEL(add) {
  const float *x = AT(0), *y = AT(1);
  float *z = AT(2);
  const long count = COUNT(3) / 4;
  for (long at = 0; at < count; at += WIDTH) store(z + at, load(x + at) + load(y + at));
}

KERNEL(multiply) {
  const float *x = AT(0), *y = AT(1);
  float *z = AT(2);
  const long count = COUNT(3) / 4;
  for (long at = 0; at < count; at += WIDTH) store(z + at, load(x + at) * load(y + at));
}

KERNEL(clear) {
  char *from = memory + (size_t)a[0];
  memset(from, 0, (size_t)a[1]);
}

KERNEL(addBias) {
  const float *x = AT(0), *bias = AT(1);
  float *y = AT(2);
  const long tiles = COUNT(3), units = COUNT(4);
  for (long t = 0; t < tiles; t++) {
    for (long unit = 0; unit < units; unit++) {
      const vec b = splat(bias[unit]);
      for (long at = 0; at < ROW; at += WIDTH) store(y + at, load(x + at) + b);
      x += ROW;
      y += ROW;
    }
  }
}

/* Adds 32 examples to sums in 16 lanes. */
INLINE void addLanes(float *sums, const float *x) {
  for (int at = 0; at < LANES; at += WIDTH) {
    store(sums + at, load(sums + at) + (load(x + at) + load(x + LANES + at)));
  }
}

KERNEL(biasGradient) {
  const float *dy = AT(0);
  float *db = AT(1);
  const long tiles = COUNT(2), units = COUNT(3);
  _Alignas(64) float sums[4 * LANES];
  for (long unit = 0; unit < units; unit += 4) {
    memset(sums, 0, sizeof sums);
    for (long t = 0; t < tiles; t++) {
      for (int i = 0; i < 4; i++) addLanes(sums + i * LANES, dy + (t * units + unit + i) * ROW);
    }
    fold4(sums, db + unit);
  }
}

KERNEL(scaleRows) {
  const float *x = AT(0), *factors = AT(1);
  float *y = AT(2);
  const long tiles = COUNT(3), units = COUNT(4);
  for (long t = 0; t < tiles; t++) {
    for (long unit = 0; unit < units; unit++) {
      for (long at = 0; at < ROW; at += WIDTH) store(y + at, load(x + at) * load(factors + at));
      x += ROW;
      y += ROW;
    }
    factors += ROW;
  }
}

KERNEL(rowDot) {
  const float *x = AT(0), *y = AT(1);
  float *z = AT(2);
  const long tiles = COUNT(3), units = COUNT(4);
  for (long t = 0; t < tiles; t++) {
    for (long lane = 0; lane < ROW; lane += WIDTH) {
      vec sum = zero();
      for (long unit = 0; unit < units; unit++) {
        sum = fused(load(x + unit * ROW + lane), load(y + unit * ROW + lane), sum);
      }
      store(z + lane, sum);
    }
    x += units * ROW;
    y += units * ROW;
    z += ROW;
  }
}

KERNEL(mean) {
  const float *x = AT(0);
  const long count = COUNT(2);
  double sum = 0;
  for (long i = 0; i < count; i++) sum += (double)x[i];
  *AT(1) = (float)(sum / (double)count);
}

KERNEL(spread) {
  float *y = AT(1);
  const long tiles = COUNT(2), count = COUNT(3);
  const float share = *AT(0) / (float)count;
  for (long i = 0; i < tiles * ROW; i++) y[i] = i < count ? share : 0;
}

#endif
