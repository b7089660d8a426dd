/// The progress of a run.
package struct TrainingProgress: Sendable {
  /// The number of steps done.
  package let step: Int
  /// The number of steps to do in all; nil where it is unknown.
  package let stepCount: Int?
  /// The loss of the newest step, in nats for cross-entropy; nil where it is unknown.
  package let loss: Double?

  /// Describes the progress.
  package init(step: Int, stepCount: Int?, loss: Double?) {
    self.step = step
    self.stepCount = stepCount
    self.loss = loss
  }
}
