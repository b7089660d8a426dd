#include "ElementaryFunctions.h"

INLINE void normalize(
    float *restrict y, const float *restrict x, struct elementwise_rows rows,
    const float *restrict mean, const float *restrict inverse_deviation,
    const float *restrict gamma, const float *restrict beta,
    enum elementwise_activation activation) {
  for (size_t row = 0; row < rows.count; row++) {
    for (size_t j = 0; j < rows.columns; j++) {
      float normalized = (x[j] - mean[j]) * inverse_deviation[j];
      y[j] = activated(activation, gamma[j] * normalized + beta[j]);
    }
    x += rows.columns;
    y += rows.columns;
  }
}

FOR_WIDE_VECTORS
void elementwise_normalize(
    float *y, const float *x, struct elementwise_rows rows, const float *mean,
    const float *inverse_deviation, const float *gamma, const float *beta,
    enum elementwise_activation activation) {
  size_t start = rows.first * rows.columns;
  size_t part = rows.part * rows.columns;
  WITH_KNOWN_ACTIVATION(
      activation,
      normalize(
          y + start, x + start, rows, mean + part, inverse_deviation + part, gamma, beta, known))
}

INLINE void add_up_gradient(
    float *restrict dy, const float *restrict x, const float *restrict outputs,
    struct elementwise_rows rows, const float *restrict mean, float *restrict sums,
    float *restrict products, enum elementwise_activation activation) {
  for (size_t row = 0; row < rows.count; row++) {
    for (size_t j = 0; j < rows.columns; j++) {
      float g = times_derivative(activation, dy[j], outputs[j]);
      dy[j] = g;
      sums[j] += g;
      products[j] += g * (x[j] - mean[j]);
    }
    x += rows.columns;
    outputs += rows.columns;
    dy += rows.columns;
  }
}

FOR_WIDE_VECTORS
void elementwise_add_up_gradient(
    float *dy, const float *x, const float *outputs, struct elementwise_rows rows,
    const float *mean, const float *inverse_deviation, float *sums, float *products,
    enum elementwise_activation activation) {
  size_t start = rows.first * rows.columns;
  size_t part = rows.part * rows.columns;
  memset(sums, 0, rows.columns * sizeof *sums);
  memset(products, 0, rows.columns * sizeof *products);
  WITH_KNOWN_ACTIVATION(
      activation,
      add_up_gradient(
          dy + start, x + start, outputs + start, rows, mean + part, sums, products, known))
  // The deviations are divided after they are added up, once and not for each row.
  for (size_t j = 0; j < rows.columns; j++) products[j] *= inverse_deviation[part + j];
}

FOR_WIDE_VECTORS
void elementwise_normalize_backward(
    float *restrict dy, const float *restrict x, struct elementwise_rows rows,
    const float *restrict mean, const float *restrict factor,
    const float *restrict mean_gradient, const float *restrict mean_product) {
  mean += rows.part * rows.columns;
  x += rows.first * rows.columns;
  dy += rows.first * rows.columns;
  for (size_t row = 0; row < rows.count; row++) {
    for (size_t j = 0; j < rows.columns; j++) {
      dy[j] = factor[j] * (dy[j] - mean_gradient[j] - (x[j] - mean[j]) * mean_product[j]);
    }
    x += rows.columns;
    dy += rows.columns;
  }
}
