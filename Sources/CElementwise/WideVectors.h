#pragma once

#include <stdint.h>

/// Compiles a function for the baseline of x86-64, for AVX2 and for AVX-512; the loader takes the widest version
/// that the machine supports.
///
/// This needs indirect functions, which glibc has. Elsewhere only the baseline is compiled: the vectors of 64-bit ARM
/// are no wider.
#if defined(__x86_64__) && defined(__GLIBC__)
// Not "arch=x86-64-v3": the run-time library of GCC before 12 cannot detect it.
#define FOR_WIDE_VECTORS __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define FOR_WIDE_VECTORS
#endif

/// Marks the helpers of such a function, which get its vector width.
#define INLINE static inline __attribute__((always_inline))

// A product and a sum in one expression become one instruction where the machine has one, in whole vectors and in the
// remainder alike: a number's result must not depend on its position.
#pragma STDC FP_CONTRACT ON
