/*
 * The addon: tells which instruction sets of those it is compiled for the processor has, and makes calls of kernels
 * that lie in a list: the kernel's number, how many arguments it has, and these, all of them doubles.
 */
#include <node_api.h>
#include <stddef.h>
#include "names.h"

#if defined(__x86_64__)
extern const Kernel kernels_avx512[], kernels_avx2[];
#elif defined(__aarch64__)
extern const Kernel kernels_neon[];
#else
#error "The addon needs a processor of the x86-64 or arm64 family."
#endif

typedef struct {
  const char *name;
  const Kernel *kernels;
} Set;

/* Those that the processor has, the fastest first. */
static Set sets[2];
static uint32_t setCount = 0;

static void findSets(void) {
  setCount = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512) sets[setCount++] = (Set){"AVX-512", kernels_avx512};
  if (avx2) sets[setCount++] = (Set){"AVX2", kernels_avx2};
#else
  sets[setCount++] = (Set){"NEON", kernels_neon};
#endif
}

#define NAME(name) #name,
static const char *const names[] = {FOR_EACH_KERNEL(NAME)};
static const size_t nameCount = sizeof names / sizeof *names;

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

/* run(set, memory, calls, length): makes the calls that take the first `length` numbers of a Float64Array. */
static napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 4, bytes, size;
  napi_value given[4];
  uint32_t set, length;
  void *memory, *list;
  napi_typedarray_type type;
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok || count < 4 ||
      napi_get_value_uint32(env, given[0], &set) != napi_ok || set >= setCount ||
      napi_get_arraybuffer_info(env, given[1], &memory, &bytes) != napi_ok ||
      napi_get_typedarray_info(env, given[2], &type, &size, &list, NULL, NULL) != napi_ok ||
      type != napi_float64_array || napi_get_value_uint32(env, given[3], &length) != napi_ok || length > size) {
    return fail(env, "run() expects a number of `sets`, an ArrayBuffer, a Float64Array and how much of it counts.");
  }
  const Kernel *kernels = sets[set].kernels;
  const double *call = list, *end = call + length;
  while (call < end) {
    const size_t kernel = (size_t)call[0];
    if (kernel >= nameCount) return fail(env, "run() expects numbers of kernels in its list.");
    kernels[kernel](memory, call + 2);
    call += 2 + (size_t)call[1];
  }
  return NULL;
}

static napi_value listOf(napi_env env, size_t count, const char *(*at)(size_t)) {
  napi_value list, text;
  if (napi_create_array_with_length(env, count, &list) != napi_ok) return NULL;
  for (size_t i = 0; i < count; i++) {
    if (napi_create_string_utf8(env, at(i), NAPI_AUTO_LENGTH, &text) != napi_ok) return NULL;
    if (napi_set_element(env, list, (uint32_t)i, text) != napi_ok) return NULL;
  }
  return list;
}

static const char *nameAt(size_t i) { return names[i]; }
static const char *setAt(size_t i) { return sets[i].name; }

/* Exports `kernels` and `sets`, lists of names, and `run`. */
NAPI_MODULE_INIT() {
  findSets();
  napi_value runs, found = listOf(env, nameCount, nameAt), has = listOf(env, setCount, setAt);
  if (!found || !has || napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, NULL, &runs) != napi_ok ||
      napi_set_named_property(env, exports, "kernels", found) != napi_ok ||
      napi_set_named_property(env, exports, "sets", has) != napi_ok ||
      napi_set_named_property(env, exports, "run", runs) != napi_ok) {
    return fail(env, "The addon could not be set up.");
  }
  return exports;
}
