package import Datasets
package import Network

/// What decides a comparison of two data sets: equal ones give equal numbers.
package struct DataShiftConfiguration: Sendable, Equatable {
  /// What is compared with.
  package var reference = DataSelection("digits")
  /// What is compared.
  package var target = DataSelection("digits")
  /// What is done to the target first, one after the other.
  package var corruptions: [Corruption] = []
  /// The most examples that are drawn of each of the two.
  package var examples = 2000
  /// The most bins of a histogram.
  package var bins = 10
  /// How often the two exchange examples at random, to find the thresholds.
  package var resamples = 200
  /// The share of the exchanges that no threshold is exceeded in.
  package var quantile = 0.95
  /// The seed of examples, noise and resamples.
  package var seed: UInt64 = 1
  /// The tensor that is compared at each layer.
  package var tensor = LayerTensor.preactivation
  /// The weight of the old population statistics in examples, where batch norm is adapted to the target; nil for not.
  package var adaptation: Int?

  /// The product's defaults.
  package init() {}

  /// Checks the numbers.
  ///
  /// - Throws: `ConfigurationError` that names the option.
  package func validate() throws(ConfigurationError) {
    guard examples > 1 else {
      throw ConfigurationError(
        "\(examples) examples have no distribution; use --examples 2 or more, such as 2000.")
    }
    guard (2...64).contains(bins) else {
      throw ConfigurationError("There can't be \(bins) bins; use --bins from 2 to 64, such as 10.")
    }
    guard resamples <= 10_000 else {
      throw ConfigurationError(
        "\(resamples) resamples are more than memory is meant for; use --resamples 10000 or fewer.")
    }
    // What the quantile leaves is a significance, which is below 1 too.
    guard resamples > 0 && quantile > 0 && quantile < 1 && 1 - quantile < 1 else {
      throw ConfigurationError(
        "\(resamples) resamples have no quantile \(quantile); use --resamples 1 or more and --quantile between 0 and 1."
      )
    }
    guard Double(resamples) * (1 - quantile) >= 1 else {
      throw ConfigurationError(
        "The quantile \(quantile) can't be told from \(resamples) resamples; use --resamples \(Int((1 / (1 - quantile)).rounded(.up))) or more, or a smaller --quantile."
      )
    }
    if let adaptation, adaptation < 0 {
      throw ConfigurationError(
        "There can't be \(adaptation) pseudo-samples; use --adapt 0 for the target's statistics alone, or more."
      )
    }
  }
}
