// Passes over the elements of matrices of 32-bit floats, row-major, each compiled for several vector widths. The
// loader takes the widest that the machine supports; equal widths give equal bits.

#pragma once

#include <stddef.h>
#include <stdint.h>

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

// Sealed numbers: those of up to 16 units at up to 128 steps, as the bits by which they lie above the smallest of their
// unit. Two bytes are the numbers of steps and of units. The base of each unit follows, little-endian words, and the width of
// each, bytes of 0 to 32 bits, to which 128 is added where the unit has either sign: the bits of its float32 numbers are then
// turned left by one, so that the sign is the last. Then each step has its offsets from the bases, from the lowest bit on, in
// whole bytes.

enum {
  /// The most units that are sealed together.
  elementwise_sealed_units = 16,
  /// The most steps that are sealed together.
  elementwise_sealed_steps = 128,
  /// The room that sealing needs.
  elementwise_sealed_room = 2 + 5 * elementwise_sealed_units
      + 4 * elementwise_sealed_units * elementwise_sealed_steps + 16,
};

/// Seals the numbers of `units` units at `steps` steps, a step `stride` numbers after the one before.
///
/// - Parameter sealed: room for `elementwise_sealed_room` bytes.
/// - Returns: the number of bytes.
size_t elementwise_seal(
    const float *numbers, size_t stride, size_t steps, size_t units, uint8_t *sealed);

/// Unseals numbers.
///
/// - Returns: false where the bytes are not those of so many steps and units; then no number is written.
_Bool elementwise_unseal(
    const uint8_t *sealed, size_t bytes, size_t steps, size_t units, float *numbers,
    size_t stride);

/// Unseals the numbers of one step, the index of which among the steps is `step`.
///
/// - Parameter numbers: room for `elementwise_sealed_units`.
/// - Returns: the number of units; 0 where the bytes are no sealed numbers, or have no such step.
size_t elementwise_unseal_step(
    const uint8_t *sealed, size_t bytes, size_t step, float *numbers);

enum {
  /// The words that bytes are folded into.
  elementwise_folded_words = 16,
};

/// Folds bytes into so few that digesting them takes little: another word, or two bits that change, always make others of them.
///
/// Word i of the bytes, little-endian and with zeros behind the last, is added to sum i % 8 once that is turned left by 23
/// bits, and the result to total i % 8.
///
/// - Parameter folded: room for the 8 sums and the 8 totals.
void elementwise_fold(const uint8_t *bytes, size_t count, uint64_t *folded);
