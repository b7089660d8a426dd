package import Datasets
package import Network
package import ShiftAnalysis

/// The configuration of a comparison of two data sets.
package struct DataShiftConfiguration: Sendable, Equatable {
  /// The examples to compare with.
  package var reference = DataSelection("digits")
  /// The examples to compare.
  package var target = DataSelection("digits")
  /// The corruptions of the target, in the order in which they are applied.
  package var corruptions: [Corruption] = []
  /// The numbers of examples, bins and resamples, and the seed.
  package var method = DataShiftMethod()
  /// The tensor that is compared at each layer.
  package var tensor = LayerTensor.preactivation
  /// The weight of the old population statistics in examples, where batch norm is adapted to the target; nil for no
  /// adaptation.
  package var adaptation: Int?

  /// The product's defaults.
  package init() {}

  /// Checks the numbers.
  ///
  /// - Throws: `ConfigurationError`.
  package func validate() throws(ConfigurationError) {
    if let fault = method.fault { throw ConfigurationError(text: fault) }
    if let adaptation, adaptation < 0 {
      throw ConfigurationError(
        "The number of pseudo-samples is \(adaptation); use 0 for the target's statistics alone, or more."
      )
    }
  }
}
