// Processor features that Swift cannot express: the instructions that a module is compiled for, the instructions that
// this processor has, and vector operations that the Swift compiler would split into lanes.
#ifndef CPROCESSOR_H
#define CPROCESSOR_H

#include <stdbool.h>

#if defined(__FMA__) || defined(__aarch64__)
#define COMPILED_WITH_FMA 1
#else
#define COMPILED_WITH_FMA 0
#endif

#if defined(__AVX2__)
#define COMPILED_WITH_AVX2 1
#else
#define COMPILED_WITH_AVX2 0
#endif

#if defined(__AVX512F__)
#define COMPILED_WITH_AVX512 1
#else
#define COMPILED_WITH_AVX512 0
#endif

// The manifest compiles some modules for an x86-64 instruction set, and names the macro that this set defines.
#if defined(__x86_64__) && defined(X86_64_REQUIRES)
#if !X86_64_REQUIRES
#error "the compiler ignored -march for these kernels; use Swift 6.3 or later, or add this target to Sources/CProcessor/Targets"
#endif
#endif

/// Returns whether this processor and its operating system run code compiled for x86-64-v3 (AVX2 and FMA).
bool processor_has_x86_64_v3(void);

/// Returns whether this processor and its operating system run code compiled for x86-64-v4 (AVX-512 F, BW, CD, DQ, VL).
bool processor_has_x86_64_v4(void);

#define PROCESSOR_INLINE static inline __attribute__((always_inline))

typedef float vector16f __attribute__((ext_vector_type(16)));

/// The smaller of each pair of lanes; NaN where `x` is NaN.
PROCESSOR_INLINE vector16f vector_min(vector16f x, vector16f bound) { return x > bound ? bound : x; }

/// The greater of each pair of lanes; NaN where `x` is NaN.
PROCESSOR_INLINE vector16f vector_max(vector16f x, vector16f bound) { return x < bound ? bound : x; }

/// The square root of each lane, correctly rounded.
PROCESSOR_INLINE vector16f vector_sqrt(vector16f x) { return __builtin_elementwise_sqrt(x); }

typedef double vector16d __attribute__((ext_vector_type(16)));

/// Each lane in double precision.
PROCESSOR_INLINE vector16d vector_to_double(vector16f x) { return __builtin_convertvector(x, vector16d); }

typedef int vector16i __attribute__((ext_vector_type(16)));
typedef unsigned char vector16b __attribute__((ext_vector_type(16)));

/// The integer part of each lane, which must be in the range of the integers.
PROCESSOR_INLINE vector16i vector_truncate(vector16f x) { return __builtin_convertvector(x, vector16i); }

/// Each lane as a float.
PROCESSOR_INLINE vector16f vector_to_float(vector16i x) { return __builtin_convertvector(x, vector16f); }

/// The lowest byte of each lane.
PROCESSOR_INLINE vector16b vector_to_bytes(vector16i x) { return __builtin_convertvector(x, vector16b); }

/// Each byte as a lane.
PROCESSOR_INLINE vector16i vector_from_bytes(vector16b x) { return __builtin_convertvector(x, vector16i); }

#define PROCESSOR_INTERLEAVE(x, y, first) \
    __builtin_shufflevector(x, y, first, first + 16, first + 1, first + 17, first + 2, first + 18, first + 3, first + 19, \
                            first + 4, first + 20, first + 5, first + 21, first + 6, first + 22, first + 7, first + 23)

/// Transposes 16 × 16 floats: number c of source r, from `offset` on, becomes number r of target c. Sources and targets
/// must not overlap.
PROCESSOR_INLINE void floats_transpose(const float *const *sources, long offset, float *const *targets) {
    typedef float unaligned16f __attribute__((ext_vector_type(16), aligned(4)));
    vector16f rows[16], mixed[16];
#pragma clang loop unroll(full)
    for (int row = 0; row < 16; row++) rows[row] = *(const unaligned16f *)(sources[row] + offset);
    // Each round interleaves rows r and r + 8: the four bits of a number's row and column rotate by one.
#pragma clang loop unroll(full)
    for (int round = 0; round < 4; round++) {
#pragma clang loop unroll(full)
        for (int row = 0; row < 8; row++) {
            mixed[2 * row] = PROCESSOR_INTERLEAVE(rows[row], rows[row + 8], 0);
            mixed[2 * row + 1] = PROCESSOR_INTERLEAVE(rows[row], rows[row + 8], 8);
        }
#pragma clang loop unroll(full)
        for (int row = 0; row < 16; row++) rows[row] = mixed[row];
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < 16; row++) *(unaligned16f *)targets[row] = rows[row];
}

/// Prefetches a cache line that will be read soon; any address is allowed.
PROCESSOR_INLINE void processor_prefetch(const void *address) { __builtin_prefetch(address); }

/// Tells the processor that this thread is waiting in a loop.
PROCESSOR_INLINE void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

#endif
