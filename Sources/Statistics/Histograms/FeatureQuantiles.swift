/// The exact quantiles of each feature of a tensor at some levels, from all its numbers.
///
/// They have type 7 of Hyndman and Fan, as in `UnitAggregate`, over the feature's finite numbers; a feature without
/// any is NaN.
public struct FeatureQuantiles: Sendable, Equatable {
  /// The levels, from 0 to 1.
  public let levels: [Double]
  /// At each level, the quantile of each feature, [levels][features].
  public let values: [[Float]]

  /// Joins levels with their stored quantiles.
  ///
  /// - Precondition: both have the same number of elements.
  public init(levels: [Double], values: [[Float]]) {
    precondition(
      levels.count == values.count,
      "\(levels.count) levels need as many rows of quantiles, got \(values.count).")
    self.levels = levels
    self.values = values
  }

  /// Computes the quantiles of `rows`, [rows, features].
  ///
  /// - Precondition: `rows` holds whole rows; the levels are from 0 to 1.
  /// - Complexity: O(numbers · levels) on average.
  public init(of rows: Span<Float>, features: Int, levels: [Double]) {
    precondition(
      features > 0 && rows.count % features == 0 && levels.allSatisfy { (0...1).contains($0) },
      "\(rows.count) numbers of \(features) features have no quantiles at the levels \(levels).")
    let count = rows.count / features
    var values = levels.map { _ in [Float](repeating: .nan, count: features) }
    var column = [Double](repeating: 0, count: count)
    for feature in 0..<features {
      var numbers = column.mutableSpan
      var index = feature
      for row in 0..<count {
        numbers[row] = Double(rows[index])
        index += features
      }
      let kept = numbers.moveFiniteToFront()
      guard kept > 0 else { continue }
      for (place, level) in levels.enumerated() {
        values[place][feature] = Float(numbers.quantile(level, ofFirst: kept))
      }
    }
    self.init(levels: levels, values: values)
  }
}
