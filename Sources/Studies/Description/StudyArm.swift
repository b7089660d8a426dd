package import Training

/// One of the settings that a study compares.
package struct StudyArm: Sendable {
  /// The name.
  package let name: String
  /// The configuration, without its seed.
  package let configuration: RunConfiguration
  /// The number that is added to the seed.
  package let seedOffset: UInt64

  /// The configuration of the run with `seed`.
  package func configuration(seed: UInt64) -> RunConfiguration {
    var configuration = configuration
    configuration.seed = seed &+ seedOffset
    return configuration
  }
}
