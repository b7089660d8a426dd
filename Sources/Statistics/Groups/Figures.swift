/// The order of figures that may be infinite or NaN, such as those of several seeds.
package struct Figures: Sendable {
  /// The figures in order; NaN is last, as it has no place.
  private let sorted: [Double]

  /// Summarizes `values`, at least one.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "No figures have no summary.")
    sorted = values.sorted { $0 < $1 || $1.isNaN && !$0.isNaN }
  }

  /// The median.
  package var median: Double {
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// The smallest.
  package var smallest: Double { sorted[0] }

  /// The largest; NaN where there is one.
  package var largest: Double { sorted[sorted.count - 1] }
}
