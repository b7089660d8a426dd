#pragma once

#include <stdint.h>

/// Compiles a function for the baseline of x86-64, for AVX2 and for AVX-512; the loader takes the widest that the
/// machine has.
///
/// It needs indirect functions, which glibc has. Elsewhere the baseline is all there is: the vectors of 64-bit ARM are
/// no wider.
#if defined(__x86_64__) && defined(__GLIBC__)
// Not "arch=x86-64-v3": the run-time library of GCC before 12 can't tell whether a machine has that.
#define FOR_WIDE_VECTORS __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define FOR_WIDE_VECTORS
#endif

/// For what a function above consists of: it takes over that one's vector width.
#define INLINE static inline __attribute__((always_inline))

// A product and a sum in one expression become one instruction where there is one, in whole vectors and in what is
// left over alike: a number's result must not depend on where it stands.
#pragma STDC FP_CONTRACT ON
