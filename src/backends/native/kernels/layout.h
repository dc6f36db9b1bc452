/*
 * How values lie is said in ../../wasm/kernels/layout.ts: tiles of 32 examples, [tiles][units][32]. A kernel gets the
 * memory and its arguments as numbers, those of the kernel of the same name in ../../wasm/kernels, where it is said
 * what each computes. Here it is said how.
 *
 * All instruction sets come to the same bits: an example is always summed in the same order and with fused
 * multiply-adds that are written out (the compiler may make none by itself), and sums over examples are kept in 16
 * lanes however wide registers are, which fold4 adds up.
 */
#ifndef TICKETLAB_LAYOUT_H
#define TICKETLAB_LAYOUT_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Examples of a tile, which are also the floats from one unit to the next. */
#define ROW 32
/* Lanes that a sum over examples is kept in. */
#define LANES 16

#define KERNEL(name) static void name(char *memory, const double *a)
/* An argument: a place in memory, NULL for 0; an integer; a number. */
#define AT(i) ((float *)(a[i] != 0 ? memory + (size_t)a[i] : NULL))
#define BYTES_AT(i) ((uint8_t *)AT(i))
#define WORDS_AT(i) ((const uint32_t *)AT(i))
#define COUNT(i) ((long)a[i])
#define REAL(i) ((float)a[i])

#define INLINE static inline __attribute__((always_inline))

/* How a window sweeps over pixels: see ../../wasm/kernels/sweep.ts. */
typedef struct {
  int32_t height, width, inner, down, across, outer, windowHeight, windowWidth;
  int32_t stride, top, left, start, step, line, filter;
} Sweep;

INLINE long least(long a, long b) { return a < b ? a : b; }
INLINE long largest(long a, long b) { return a > b ? a : b; }
INLINE long padded(long extent) { return (extent + 3) & ~3L; }

#endif
