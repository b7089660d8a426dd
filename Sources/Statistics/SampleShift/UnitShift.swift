/// How far one unit is from its reference, and how far it would be if nothing had moved.
package struct UnitShift: Sendable {
  /// The number of the unit, from 0.
  package let unit: Int
  /// The value of each measure; without those in standard deviations of a reference that is constant.
  package let values: [SampleMeasure: Double]
  /// What each measure must exceed; none where exchanges of examples make no difference in it.
  package let thresholds: [SampleMeasure: Double]
  /// (μ₂ − μ₁)/√(σ₁² + ε), signed; nil where the reference is constant.
  package let meanShift: Double?
  /// ln((σ₂² + ε)/(σ₁² + ε)), signed; nil where the reference is constant, -infinity where the target is and ε is 0.
  package let logVarianceRatio: Double?
  /// The population stability index with its number of bins and what it is where nothing changed.
  package let stabilityIndex: PopulationStabilityIndex
  /// Whether each number is of another example, as chi-squared supposes; not so at the positions of an image.
  let hasIndependentNumbers: Bool

  /// The largest of the measures in units of its threshold.
  package var ratio: Double {
    values.map { measure, value in thresholds[measure].map { value / $0 } ?? 0 }.max() ?? 0
  }

  /// Whether a measure exceeds its threshold.
  package var isDistinguishable: Bool { ratio > 1 }

  /// What the population stability index of this unit alone exceeds with that probability although nothing moved, by
  /// chi-squared; nil where its numbers are not independent.
  package func criticalStabilityIndex(significance: Double) -> Double? {
    hasIndependentNumbers ? stabilityIndex.criticalValue(significance: significance) : nil
  }
}
