/// A message of a recording, in whichever encoding it came.
package enum Message: Sendable {
  /// The run begins.
  case begin(BeginMessage)
  /// Tensors are declared.
  case tensors(TensorsMessage)
  /// Moments are added to the current step.
  case moments(MomentsMessage)
  /// A step ends.
  case step(StepMessage)
  /// Batch noise was measured.
  case noise(NoiseMessage)
  /// The network was evaluated.
  case evaluation(EvaluationMessage)
  /// Something happened.
  case event(EventMessage)
  /// Keys are added to the configuration.
  case configuration(ConfigurationMessage)
  /// The run ends.
  case end(EndMessage)

  /// The kind.
  package var kind: MessageKind {
    switch self {
    case .begin: .begin
    case .tensors: .tensors
    case .moments: .moments
    case .step: .step
    case .noise: .noise
    case .evaluation: .evaluation
    case .event: .event
    case .configuration: .configuration
    case .end: .end
    }
  }
}
