package import RunModel

/// The end of a run.
package struct TrainingOutcome: Sendable {
  /// The identifier of the run.
  package let uuid: String
  /// `finished`, `diverged` or `interrupted`.
  package let status: Run.Status
  /// The step at which it diverged or was interrupted.
  package let stoppedAt: Int?
}
