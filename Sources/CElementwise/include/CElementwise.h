// Passes over the elements of matrices of 32-bit floats, row-major, each compiled for several vector widths. The
// loader takes the widest that the machine supports; equal widths give equal bits.

#pragma once

#include <stddef.h>

/// The nonlinearity of a layer.
enum __attribute__((enum_extensibility(closed))) elementwise_activation {
  elementwise_identity,
  elementwise_relu,
  elementwise_sigmoid,
  elementwise_tanh,
};

/// Neighboring rows of a matrix that share a mean and a variance for each column.
struct elementwise_rows {
  /// The index of the first row in the matrix.
  size_t first;
  size_t count;
  /// The number of columns of the matrix.
  size_t columns;
  /// The row of [parts, columns] that holds their means.
  size_t part;
};

/// Replaces each of `count` numbers by its exponential.
void elementwise_exponential(float *x, size_t count);

/// Replaces `count` numbers from `first` on by their activation.
void elementwise_activate(
    float *x, size_t first, size_t count, enum elementwise_activation activation);

/// Multiplies `count` numbers from `first` on by the activation's derivative where it returned `outputs`.
void elementwise_multiply_by_derivative(
    float *gradient, const float *outputs, size_t first, size_t count,
    enum elementwise_activation activation);

/// y = the activation of gamma * (x - mean) * inverse_deviation + beta.
void elementwise_normalize(
    float *y, const float *x, struct elementwise_rows rows, const float *mean,
    const float *inverse_deviation, const float *gamma, const float *beta,
    enum elementwise_activation activation);

/// Multiplies dy by the activation's derivative where it returned `outputs`, and writes the columns' sums of that and
/// of its products with (x - mean) * inverse_deviation, [columns].
void elementwise_add_up_gradient(
    float *dy, const float *x, const float *outputs, struct elementwise_rows rows,
    const float *mean, const float *inverse_deviation, float *sums, float *products,
    enum elementwise_activation activation);

/// dx = factor * (dy - mean_gradient - (x - mean) * mean_product), in place of dy; all but `mean` are [columns].
void elementwise_normalize_backward(
    float *dy, const float *x, struct elementwise_rows rows, const float *mean,
    const float *factor, const float *mean_gradient, const float *mean_product);

/// Writes the columns' sums of x - center and of its square, [columns]: over eight rows in 32 bits, then in 64.
void elementwise_add_up_deviations(
    const float *x, struct elementwise_rows rows, const float *center, double *sums,
    double *squares);
