/* Examples put where a network reads them: see ../../wasm/kernels/examples.ts. */
#ifndef TICKETLAB_EXAMPLES_H
#define TICKETLAB_EXAMPLES_H

#include "registers.h"

/* to[pixel][example] = from[example][pixel] for 16 pixels of 16 examples. */
INLINE void transposeBytes(const uint8_t *const *from, long pixel, uint8_t *to) {
#if WIDTH >= 8
  __m128i a[16], b[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) a[i] = _mm_loadu_si128((const __m128i *)(from[i] + pixel));
  /* Four times, rows i and i + 8 are zipped: each time a pixel's bytes come together from twice as many examples. */
#pragma GCC unroll 4
  for (int round = 0; round < 4; round++) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
      b[2 * i] = _mm_unpacklo_epi8(a[i], a[i + 8]);
      b[2 * i + 1] = _mm_unpackhi_epi8(a[i], a[i + 8]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) a[i] = b[i];
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) _mm_store_si128((__m128i *)(to + 16 * i), a[i]);
#else
  for (int i = 0; i < 16; i++) {
    for (int j = 0; j < 16; j++) to[16 * j + i] = from[i][pixel + j];
  }
#endif
}

/* Examples lie anywhere in a large memory: those of a tile are asked for while the tile before is read. */
INLINE void askFor(const uint8_t *images, const uint32_t *indices, long width) {
  for (long at = 0; at < least(width, 2048); at += 64) {
    for (int i = 0; i < ROW; i++) __builtin_prefetch(images + (size_t)indices[i] * width + at);
  }
}

KERNEL(gatherImages) {
  const uint8_t *images = BYTES_AT(0);
  const long width = COUNT(1), all = padded(width);
  const uint32_t *indices = WORDS_AT(2);
  const float *scales = AT(3), *shifts = AT(4);
  float *x = AT(5);
  const long tiles = COUNT(6);
  _Alignas(64) uint8_t bytes[16 * 16];
  askFor(images, indices, width);
  for (long t = 0; t < tiles; t++, indices += ROW, x += all * ROW) {
    const uint8_t *from[ROW];
    for (int i = 0; i < ROW; i++) from[i] = images + (size_t)indices[i] * width;
    if (t + 1 < tiles) askFor(images, indices + ROW, width);
    for (long pixel = 0; pixel < all; pixel += 16) {
      const long count = least(16, all - pixel);
      for (long lane = 0; lane < ROW; lane += 16) {
        transposeBytes(from + lane, pixel, bytes);
        for (long p = 0; p < count; p++) {
          const vec scale = splat(scales[pixel + p]), shift = splat(shifts[pixel + p]);
          float *out = x + (pixel + p) * ROW + lane;
          for (int at = 0; at < 16; at += WIDTH) {
            store(out + at, fused(ofBytes(bytes + 16 * p + at), scale, shift));
          }
        }
      }
    }
  }
}

KERNEL(gatherLabels) {
  const uint8_t *labels = BYTES_AT(0);
  const uint32_t *indices = WORDS_AT(1);
  uint32_t *y = (uint32_t *)AT(2);
  const long count = COUNT(3) * ROW;
  for (long i = 0; i < count; i++) y[i] = labels[indices[i]];
}

KERNEL(gatherVariants) {
  const uint8_t *images = BYTES_AT(0);
  const long height = COUNT(1), width = COUNT(2), channels = COUNT(3), crop = COUNT(4);
  const uint32_t *indices = WORDS_AT(5);
  const int32_t *variants = (const int32_t *)AT(6);
  const float *scales = AT(7), *shifts = AT(8);
  float *x = AT(9);
  const long tiles = COUNT(10);
  const long size = height * width * channels, all = padded(size), side = 2 * crop + 1;
  for (long example = 0; example < tiles * ROW; example++) {
    const uint8_t *image = images + (size_t)indices[example] * size;
    const long variant = variants[example];
    const long across = variant % side - crop, down = variant / side % side - crop;
    const int flip = variant / (side * side) != 0;
    float *out = x + example / ROW * all * ROW + example % ROW;
    long at = 0;
    for (long row = 0; row < height; row++) {
      const long fromRow = row + down;
      for (long column = 0; column < width; column++) {
        const long fromColumn = (flip ? width - 1 - column : column) + across;
        const int inside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width;
        const uint8_t *pixel = image + (fromRow * width + fromColumn) * channels;
        for (long c = 0; c < channels; c++, at++, out += ROW) {
          *out = fmaf(inside ? (float)pixel[c] : 0, scales[at], shifts[at]);
        }
      }
    }
    for (long rest = size; rest < all; rest++, out += ROW) *out = 0;
  }
}

#endif
