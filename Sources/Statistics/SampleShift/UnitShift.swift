/// The distances of one unit from its reference, and the thresholds that they must exceed.
package struct UnitShift: Sendable {
  /// The number of the unit, from 0.
  package let unit: Int
  /// The value of each measure, except those in standard deviations where the reference is constant.
  package let values: [SampleMeasure: Double]
  /// The threshold of each measure; none where exchanges of examples do not change it.
  package let thresholds: [SampleMeasure: Double]
  /// (μ₂ − μ₁)/√(σ₁² + ε), signed; nil where the reference is constant.
  package let meanShift: Double?
  /// ln((σ₂² + ε)/(σ₁² + ε)), signed; nil where the reference is constant, -infinity where the target is and ε is 0.
  package let logVarianceRatio: Double?
  /// The population stability index with its number of bins.
  package let stabilityIndex: PopulationStabilityIndex
  /// Whether each number comes from another example, as chi-squared assumes; false for the positions of an image.
  let hasIndependentNumbers: Bool

  /// The largest measure in units of its threshold.
  package var ratio: Double {
    values.map { measure, value in thresholds[measure].map { value / $0 } ?? 0 }.max() ?? 0
  }

  /// Whether a measure exceeds its threshold.
  package var isDistinguishable: Bool { ratio > 1 }

  /// The value that this unit's population stability index alone exceeds with the probability `significance` although
  /// nothing moved, by chi-squared; nil where its numbers are not independent.
  package func criticalStabilityIndex(significance: Double) -> Double? {
    hasIndependentNumbers ? stabilityIndex.criticalValue(significance: significance) : nil
  }
}
