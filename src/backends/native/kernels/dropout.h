/* Dropout: see ../../wasm/kernels/dropout.ts. */
#ifndef TICKETLAB_DROPOUT_H
#define TICKETLAB_DROPOUT_H

#include "registers.h"

INLINE uint32_t mixed(uint32_t x) {
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return x ^ x >> 16;
}

INLINE uvec mixedAll(uvec x) {
  x = (x ^ x >> 16) * (uvec)splatWord((int32_t)0x85ebca6b);
  x = (x ^ x >> 13) * (uvec)splatWord((int32_t)0xc2b2ae35);
  return x ^ x >> 16;
}

KERNEL(dropout) {
  const float *x = AT(0);
  const uint32_t *seed = WORDS_AT(1);
  const uint32_t stream = (uint32_t)COUNT(2);
  const double rate = seed[1] ? a[3] : 0;
  float *kept = AT(4), *y = AT(5);
  const long tile = COUNT(6), units = COUNT(7), all = COUNT(8);
  const ivec threshold = splatWord((int32_t)(rate * 16777216));
  const vec factor = splat((float)(1 / (1 - rate)));
  const uvec key = (uvec)splatWord((int32_t)mixed(mixed(seed[0]) + stream));
  uvec steps;
  for (int i = 0; i < WIDTH; i++) steps[i] = (uint32_t)i * (uint32_t)units;
  for (long unit = 0; unit < all; unit++) {
    for (long lane = 0; lane < ROW; lane += WIDTH) {
      const uint32_t first = (uint32_t)((tile * ROW + lane) * units + unit);
      const uvec bits = mixedAll(mixedAll(steps + (uvec)splatWord((int32_t)(first + 1))) + key);
      const vec k = unit < units ? where((ivec)(bits >> 8) >= threshold, factor) : zero();
      store(kept + lane, k);
      store(y + lane, load(x + lane) * k);
    }
    x += ROW;
    kept += ROW;
    y += ROW;
  }
}

#endif
