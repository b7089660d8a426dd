// Branch-free single-precision functions that the compiler can turn into vector instructions;
// the C library's are called one number at a time.

#pragma once

#include <string.h>

#include "CElementwise.h"
#include "WideVectors.h"

/// eˣ as scale * (1 + fraction), with scale a power of two and |fraction| < 0.42.
struct exponential_parts {
  float scale;
  float fraction;
};

/// The reduction is Cody and Waite's, the polynomial the minimax one of Cephes' expf.
INLINE struct exponential_parts exponential_parts(float x) {
  float clamped = x > 88.3f ? 88.3f : x < -87.3f ? -87.3f : x;
  // Adding 1.5 · 2²³ rounds to a whole number and leaves it in the low bits.
  const float rounding_shift = 12582912.0f;
  float shifted = clamped * 1.44269504f + rounding_shift;
  float multiple = shifted - rounding_shift;
  float r = (clamped - multiple * 0.693359375f) - multiple * -2.1219444e-4f;
  float polynomial = 1.98756915e-4f;
  polynomial = polynomial * r + 1.39819995e-3f;
  polynomial = polynomial * r + 8.3334519e-3f;
  polynomial = polynomial * r + 4.1665796e-2f;
  polynomial = polynomial * r + 1.66666655e-1f;
  polynomial = polynomial * r + 5.0000001e-1f;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127) << 23;
  struct exponential_parts parts = {.fraction = polynomial * r * r + r};
  memcpy(&parts.scale, &bits, sizeof bits);
  return parts;
}

/// eˣ within 2 units in the last place; 0 below -87.3, infinity above 88.3, NaN for NaN.
INLINE float exponential(float x) {
  struct exponential_parts e = exponential_parts(x);
  return x < -87.3f ? 0 : x > 88.3f ? __builtin_inff() : e.scale + e.scale * e.fraction;
}

/// x, or 0 where it is negative; NaN compares false and is kept.
INLINE float rectified(float x) {
  return x < 0 ? 0 : x;
}

/// 1 / (1 + e⁻ˣ); below -88.3 it stays at 4.5e-39.
INLINE float logistic_sigmoid(float x) {
  struct exponential_parts e = exponential_parts(-x);
  return 1 / (1 + (e.scale + e.scale * e.fraction));
}

/// The hyperbolic tangent, accurate near 0 too: it is computed from e²ˣ - 1.
INLINE float hyperbolic_tangent(float x) {
  float clamped = x > 10 ? 10 : x < -10 ? -10 : x;
  struct exponential_parts e = exponential_parts(2 * clamped);
  float exponential_minus_one = e.scale * e.fraction + (e.scale - 1);
  return exponential_minus_one / (exponential_minus_one + 2);
}

/// The activation of x.
INLINE float activated(enum elementwise_activation activation, float x) {
  switch (activation) {
  case elementwise_identity: return x;
  case elementwise_relu: return rectified(x);
  case elementwise_sigmoid: return logistic_sigmoid(x);
  case elementwise_tanh: return hyperbolic_tangent(x);
  }
}

/// The activation's derivative where it returned `output`, times `gradient`.
INLINE float times_derivative(
    enum elementwise_activation activation, float gradient, float output) {
  switch (activation) {
  case elementwise_identity: return gradient;
  case elementwise_relu: return output > 0 ? gradient : 0;
  case elementwise_sigmoid: return gradient * (output * (1 - output));
  case elementwise_tanh: return gradient * (1 - output * output);
  }
}

/// Runs `CALL` with `known` for the activation; when it is known as this is compiled, loops become vector instructions.
#define WITH_KNOWN_ACTIVATION(ACTIVATION, CALL)                                                     \
  switch (ACTIVATION) {                                                                            \
    WITH_ACTIVATION(elementwise_identity, CALL)                                                    \
    WITH_ACTIVATION(elementwise_relu, CALL)                                                        \
    WITH_ACTIVATION(elementwise_sigmoid, CALL)                                                     \
    WITH_ACTIVATION(elementwise_tanh, CALL)                                                        \
  }
#define WITH_ACTIVATION(ACTIVATION, CALL)                                                          \
  case ACTIVATION: {                                                                               \
    const enum elementwise_activation known = ACTIVATION;                                          \
    CALL;                                                                                          \
    break;                                                                                         \
  }
