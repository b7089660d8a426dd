/// The values of a tensor for many examples, by which two data sets are compared beyond moments.
package struct TensorSample: Sendable {
  /// The number of examples.
  package let count: Int
  /// The number of rows of an example: the positions of an image of channels, else 1.
  package let positions: Int
  /// The number of columns, each compared on its own.
  package let units: Int
  private let values: [Float]

  /// Wraps a tensor, [examples · positions, units], row by row.
  ///
  /// - Precondition: `units` and `positions` are above 0, and the values fill whole examples.
  package init(_ values: [Float], units: Int, positions: Int = 1) {
    precondition(
      units > 0 && positions > 0 && values.count % (units * positions) == 0,
      "\(values.count) numbers are no examples of \(positions)x\(units).")
    self.values = values
    self.units = units
    self.positions = positions
    count = values.count / (units * positions)
  }

  /// The numbers of one unit, [examples · positions].
  func column(_ unit: Int) -> [Float] {
    stride(from: unit, to: values.count, by: units).map { values[$0] }
  }
}
