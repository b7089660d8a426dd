import ArgumentParser
import Training
import Network

/// How hidden layers are normalized.
///
/// Each option has a key of the same name in a configuration file; one that is not given changes nothing.
struct NormalizationOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(help: "How the hidden layers are normalized. \(default: defaults.norm)")
  var norm: RunConfiguration.Normalization?
  @Option(
    help:
      "Whether the normalization stands before or after the activation. \(default: defaults.placement)"
  )
  var placement: LayerArchitecture.Placement?
  @Option(help: "What gamma starts from. \(default: defaults.initialGamma)")
  var initialGamma: Double?
  @Option(help: "What beta starts from. \(default: defaults.initialBeta)")
  var initialBeta: Double?
  @Option(help: "What a normalization adds to a variance. \(default: defaults.epsilon)")
  var epsilon: Double?
  @Option(
    help: "Normalize parts of the training batch of so many examples. (default: the whole batch)")
  var ghostBatchSize: Int?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Take mean and variance for constants in the backward pass. \(default: defaults.holdStatistics)"
  )
  var holdStatistics: Bool?
  @Option(
    help:
      "The weight of the OLD value in batch norm's running statistics. \(default: defaults.emaDecay)"
  )
  var emaDecay: Double?
  @Option(
    help:
      "What the running variance averages: total (with the spread of batch means), biased, or unbiased batch variances. \(default: defaults.emaVariance)"
  )
  var emaVariance: RunningStatistics.Update.Variance?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Correct the initial values away from the running statistics. \(default: defaults.emaBiasCorrection)"
  )
  var emaBiasCorrection: Bool?

  /// Changes what the options name.
  func apply(to configuration: inout RunConfiguration) {
    configuration.set(\.norm, norm)
    configuration.set(\.placement, placement)
    configuration.set(\.initialGamma, initialGamma)
    configuration.set(\.initialBeta, initialBeta)
    configuration.set(\.epsilon, epsilon)
    configuration.set(\.ghostBatchSize, ghostBatchSize)
    configuration.set(\.holdStatistics, holdStatistics)
    configuration.set(\.emaDecay, emaDecay)
    configuration.set(\.emaVariance, emaVariance)
    configuration.set(\.emaBiasCorrection, emaBiasCorrection)
  }
}
