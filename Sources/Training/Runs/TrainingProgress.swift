/// The progress of a run.
package struct TrainingProgress: Sendable {
  /// The number of steps done.
  package let step: Int
  /// The number of steps to do in all.
  package let stepCount: Int
  /// The loss of the newest step, in nats for cross-entropy.
  package let loss: Double
}
