/// The kind of a message, its key `type`.
package enum MessageKind: String, CaseIterable, Sendable {
  /// The run begins.
  case begin
  /// Tensors are declared.
  case tensors
  /// Moments are added to the current step.
  case moments
  /// A step ends.
  case step
  /// Batch noise was measured.
  case noise
  /// The network was evaluated.
  case evaluation
  /// Something happened.
  case event
  /// Keys are added to the configuration.
  case configuration
  /// The run ends.
  case end

  /// The keys that a message of this kind can have.
  package var keys: [String] {
    func names<Key: CaseIterable & RawRepresentable<String>>(_ type: Key.Type) -> [String] {
      type.allCases.map(\.rawValue)
    }
    return switch self {
    case .begin: names(BeginMessage.Key.self)
    case .tensors: names(TensorsMessage.Key.self)
    case .moments: names(MomentsMessage.Key.self)
    case .step: names(StepMessage.Key.self)
    case .noise: names(NoiseMessage.Key.self)
    case .evaluation: names(EvaluationMessage.Key.self)
    case .event: names(EventMessage.Key.self)
    case .configuration: names(ConfigurationMessage.Key.self)
    case .end: names(EndMessage.Key.self)
    }
  }
}
