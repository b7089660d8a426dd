/// A request to a run before its next step.
package enum TrainingRequest: Sendable {
  /// Take the step.
  case takeStep
  /// Take the step after a checkpoint.
  case saveCheckpoint
  /// Stop with a checkpoint, from which the run can be resumed.
  case stop
}
