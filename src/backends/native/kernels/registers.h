/* The registers of the instruction set that this is compiled for, as vectors of the compiler. */
#ifndef TICKETLAB_REGISTERS_H
#define TICKETLAB_REGISTERS_H

#include "layout.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#define WIDTH 16
#elif defined(__AVX2__)
#include <immintrin.h>
#define WIDTH 8
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#define WIDTH 4
#else
#error "Kernels need AVX-512, AVX2 or NEON."
#endif

/* Registers that hold 16 lanes. */
#define PARTS (LANES / WIDTH)

typedef float vec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t ivec __attribute__((vector_size(4 * WIDTH)));
typedef uint32_t uvec __attribute__((vector_size(4 * WIDTH)));
typedef double dvec __attribute__((vector_size(4 * WIDTH)));
/* As many floats as a register holds doubles. */
#define HALF (WIDTH / 2)
typedef float hvec __attribute__((vector_size(4 * HALF)));
/* The same where they lie in memory. */
typedef float vec_at __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef int32_t ivec_at __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef float hvec_at __attribute__((vector_size(4 * HALF), aligned(4), may_alias));
typedef double dvec_at __attribute__((vector_size(4 * WIDTH), aligned(8), may_alias));

INLINE vec load(const float *p) { return *(const vec_at *)p; }
INLINE void store(float *p, vec v) { *(vec_at *)p = v; }
INLINE ivec loadWords(const void *p) { return *(const ivec_at *)p; }
INLINE dvec loadDoubles(const double *p) { return *(const dvec_at *)p; }
INLINE void storeDoubles(double *p, dvec v) { *(dvec_at *)p = v; }

#if WIDTH == 16
INLINE vec splat(float f) { return (vec)_mm512_set1_ps(f); }
INLINE dvec splatDouble(double d) { return (dvec)_mm512_set1_pd(d); }
INLINE ivec splatWord(int32_t i) { return (ivec)_mm512_set1_epi32(i); }
/* x y + z, rounded once */
INLINE vec fused(vec x, vec y, vec z) { return (vec)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z); }
INLINE vec root(vec x) { return (vec)_mm512_sqrt_ps((__m512)x); }
INLINE vec nearest(vec x) { return (vec)_mm512_roundscale_ps((__m512)x, 8); }
/* x, and y where that is larger: what is not a number stays that. */
INLINE vec raised(vec x, vec y) { return (vec)_mm512_max_ps((__m512)y, (__m512)x); }
/* Compilers make no single instruction of these by themselves. */
INLINE dvec widened(hvec v) { return (dvec)_mm512_cvtps_pd((__m256)v); }
INLINE vec ofBytes(const uint8_t *p) {
  return (vec)_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
#elif WIDTH == 8
INLINE vec splat(float f) { return (vec)_mm256_set1_ps(f); }
INLINE dvec splatDouble(double d) { return (dvec)_mm256_set1_pd(d); }
INLINE ivec splatWord(int32_t i) { return (ivec)_mm256_set1_epi32(i); }
INLINE vec fused(vec x, vec y, vec z) { return (vec)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)z); }
INLINE vec root(vec x) { return (vec)_mm256_sqrt_ps((__m256)x); }
INLINE vec nearest(vec x) { return (vec)_mm256_round_ps((__m256)x, 8); }
INLINE vec raised(vec x, vec y) { return (vec)_mm256_max_ps((__m256)y, (__m256)x); }
INLINE dvec widened(hvec v) { return (dvec)_mm256_cvtps_pd((__m128)v); }
INLINE vec ofBytes(const uint8_t *p) {
  return (vec)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
#else
INLINE vec splat(float f) { return (vec)vdupq_n_f32(f); }
INLINE dvec splatDouble(double d) { return (dvec)vdupq_n_f64(d); }
INLINE ivec splatWord(int32_t i) { return (ivec)vdupq_n_s32(i); }
INLINE vec fused(vec x, vec y, vec z) {
  return (vec)vfmaq_f32((float32x4_t)z, (float32x4_t)x, (float32x4_t)y);
}
INLINE vec root(vec x) { return (vec)vsqrtq_f32((float32x4_t)x); }
INLINE vec nearest(vec x) { return (vec)vrndnq_f32((float32x4_t)x); }
INLINE vec raised(vec x, vec y) {
  return (vec)vbslq_f32(vcltq_f32((float32x4_t)x, (float32x4_t)y), (float32x4_t)y, (float32x4_t)x);
}
INLINE dvec widened(hvec v) { return (dvec)vcvt_f64_f32((float32x2_t)v); }
INLINE vec ofBytes(const uint8_t *p) { return (vec){p[0], p[1], p[2], p[3]}; }
#endif

INLINE vec zero(void) { return splat(0); }
/* x where the mask is set, 0 elsewhere; and the other way round. */
INLINE vec where(ivec mask, vec x) { return (vec)((ivec)x & mask); }
INLINE vec whereNot(ivec mask, vec x) { return (vec)((ivec)x & ~mask); }
INLINE vec either(ivec mask, vec x, vec y) { return (vec)(((ivec)x & mask) | ((ivec)y & ~mask)); }
INLINE vec magnitude(vec x) { return (vec)((ivec)x & splatWord(0x7fffffff)); }

/*
 * The sums of four rows of 16 lanes: lanes 8 apart are added, then those 4 apart, then neighbours, (0 + 1) + (2 + 3).
 */
#if WIDTH >= 8
INLINE __m128 fourOf(const float *row) {
  __m256 half = _mm256_add_ps(_mm256_loadu_ps(row), _mm256_loadu_ps(row + 8));
  return _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
}
INLINE void fold4(const float *rows, float *to) {
  __m128 first = _mm_hadd_ps(fourOf(rows), fourOf(rows + LANES));
  __m128 second = _mm_hadd_ps(fourOf(rows + 2 * LANES), fourOf(rows + 3 * LANES));
  _mm_storeu_ps(to, _mm_hadd_ps(first, second));
}
#else
INLINE float32x4_t fourOf(const float *row) {
  float32x4_t low = vaddq_f32(vld1q_f32(row), vld1q_f32(row + 8));
  return vaddq_f32(low, vaddq_f32(vld1q_f32(row + 4), vld1q_f32(row + 12)));
}
INLINE void fold4(const float *rows, float *to) {
  float32x4_t first = vpaddq_f32(fourOf(rows), fourOf(rows + LANES));
  float32x4_t second = vpaddq_f32(fourOf(rows + 2 * LANES), fourOf(rows + 3 * LANES));
  vst1q_f32(to, vpaddq_f32(first, second));
}
#endif

#if WIDTH == 16
INLINE __m512 foldPair(__m512 x, __m512 y, const int one, const int other) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(x, y, one), _mm512_shuffle_f32x4(x, y, other));
}
INLINE __m512 foldNeighbours(__m512 x, __m512 y) {
  return _mm512_add_ps(_mm512_shuffle_ps(x, y, 0x88), _mm512_shuffle_ps(x, y, 0xdd));
}
/* The same sums of 16 rows at once, added in the same order, without going through memory. */
INLINE void fold16(const vec *rows, float *to) {
  __m512 eight[8], four[4];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) eight[i] = foldPair((__m512)rows[2 * i], (__m512)rows[2 * i + 1], 0x44, 0xee);
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) four[i] = foldPair(eight[2 * i], eight[2 * i + 1], 0x88, 0xdd);
  __m512 sums = foldNeighbours(foldNeighbours(four[0], four[1]), foldNeighbours(four[2], four[3]));
  /* Row 4 i + j is in lane i of the part j. */
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  _mm512_storeu_ps(to, _mm512_permutexvar_ps(order, sums));
}
#endif

#endif
