#include "ElementaryFunctions.h"

FOR_WIDE_VECTORS
void elementwise_exponential(float *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = exponential(x[i]);
}

INLINE void activate(float *x, size_t count, enum elementwise_activation activation) {
  for (size_t i = 0; i < count; i++) x[i] = activated(activation, x[i]);
}

FOR_WIDE_VECTORS
void elementwise_activate(
    float *x, size_t first, size_t count, enum elementwise_activation activation) {
  WITH_KNOWN_ACTIVATION(activation, activate(x + first, count, known))
}

INLINE void multiply_by_derivative(
    float *restrict gradient, const float *restrict outputs, size_t count,
    enum elementwise_activation activation) {
  for (size_t i = 0; i < count; i++) {
    gradient[i] = times_derivative(activation, gradient[i], outputs[i]);
  }
}

FOR_WIDE_VECTORS
void elementwise_multiply_by_derivative(
    float *gradient, const float *outputs, size_t first, size_t count,
    enum elementwise_activation activation) {
  WITH_KNOWN_ACTIVATION(
      activation, multiply_by_derivative(gradient + first, outputs + first, count, known))
}
