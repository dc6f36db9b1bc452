/* Values of one tile as [positions][channels][32]: see ../../wasm/kernels/channels.ts. */
#ifndef TICKETLAB_CHANNELS_H
#define TICKETLAB_CHANNELS_H

#include "elementwise.h"

KERNEL(addChannels) {
  const float *x = AT(0), *bias = AT(1);
  float *y = AT(2);
  const long positions = COUNT(3), channels = COUNT(4);
  const vec floor = splat(a[5] != 0 ? 0 : -INFINITY);
  for (long position = 0; position < positions; position++) {
    for (long c = 0; c < channels; c++, x += ROW, y += ROW) {
      const vec b = splat(bias[c]);
      for (long at = 0; at < ROW; at += WIDTH) store(y + at, raised(load(x + at) + b, floor));
    }
  }
}

/* Sums of a channel are kept in 16 lanes here, and in four between calls. */
KERNEL(channelSums) {
  const float *x = AT(0);
  float *sums = AT(1);
  const long positions = COUNT(2), channels = COUNT(3);
  for (long c = 0; c < channels; c++) {
    _Alignas(64) float lanes[LANES] = {0};
    for (long position = 0; position < positions; position++) addLanes(lanes, x + (position * channels + c) * ROW);
    for (int lane = 0; lane < 4; lane++) {
      sums[4 * c + lane] += (lanes[lane] + lanes[lane + 8]) + (lanes[lane + 4] + lanes[lane + 12]);
    }
  }
}

KERNEL(foldSums) {
  const float *sums = AT(0);
  float *to = AT(1);
  const long channels = COUNT(2);
  for (long c = 0; c < channels; c++, sums += 4) to[c] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

KERNEL(meanOfPositions) {
  const float *x = AT(0);
  float *y = AT(1);
  const long positions = COUNT(2), row = COUNT(3) * ROW;
  const vec count = splat((float)positions);
  for (long at = 0; at < row; at += WIDTH) {
    vec sum = zero();
    for (long position = 0; position < positions; position++) sum = sum + load(x + position * row + at);
    store(y + at, sum / count);
  }
}

KERNEL(spreadToPositions) {
  const float *dy = AT(0);
  float *dx = AT(1);
  const long positions = COUNT(2), row = COUNT(3) * ROW;
  const vec count = splat((float)positions);
  for (long position = 0; position < positions; position++, dx += row) {
    for (long at = 0; at < row; at += WIDTH) store(dx + at, load(dy + at) / count);
  }
}

KERNEL(copyChannels) {
  const float *from = AT(0);
  float *to = AT(2);
  const long fromStride = COUNT(1) / 4, toStride = COUNT(3) / 4, positions = COUNT(4), bytes = COUNT(5);
  for (long position = 0; position < positions; position++) {
    memcpy(to + position * toStride, from + position * fromStride, bytes);
  }
}

#endif
