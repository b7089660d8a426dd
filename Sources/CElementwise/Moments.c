#include <string.h>

#include "CElementwise.h"
#include "WideVectors.h"

FOR_WIDE_VECTORS
void elementwise_add_up_deviations(
    const float *restrict x, struct elementwise_rows rows, const float *restrict center,
    double *restrict sums, double *restrict squares) {
  size_t columns = rows.columns;
  memset(sums, 0, columns * sizeof *sums);
  memset(squares, 0, columns * sizeof *squares);
  x += rows.first * columns;
  size_t row = 0;
  for (; row + 8 <= rows.count; row += 8) {
    for (size_t j = 0; j < columns; j++) {
      float d[8];
      for (size_t k = 0; k < 8; k++) d[k] = x[k * columns + j] - center[j];
      sums[j] += ((d[0] + d[1]) + (d[2] + d[3])) + ((d[4] + d[5]) + (d[6] + d[7]));
      squares[j] += ((d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3]))
                    + ((d[4] * d[4] + d[5] * d[5]) + (d[6] * d[6] + d[7] * d[7]));
    }
    x += 8 * columns;
  }
  for (; row < rows.count; row++) {
    for (size_t j = 0; j < columns; j++) {
      float deviation = x[j] - center[j];
      sums[j] += deviation;
      squares[j] += deviation * deviation;
    }
    x += columns;
  }
}
