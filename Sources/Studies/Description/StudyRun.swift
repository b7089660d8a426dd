package import Training

/// A run that a study needs.
package struct StudyRun: Sendable {
  /// The name.
  package let name: String
  /// The configuration.
  package let configuration: RunConfiguration
  /// The tags: the study, the arm and the seed.
  package let tags: [String: String]
}
