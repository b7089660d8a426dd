/// What a distribution is compared with.
public enum ReferencePoint: Sendable, Equatable, LosslessStringConvertible {
  /// The first step that was recorded at the site.
  case start
  /// The step that was recorded before.
  case previous
  /// This step.
  case step(Int)
  /// The last step that was recorded at the site.
  case final

  /// Reads `start`, `previous`, `step:N` or `final`; nil where it is none of these.
  public init?(_ description: String) {
    switch description {
    case "start": self = .start
    case "previous": self = .previous
    case "final": self = .final
    default:
      guard description.hasPrefix("step:"), let step = Int(description.dropFirst(5)), step >= 0
      else { return nil }
      self = .step(step)
    }
  }

  /// The notation that reads back as this.
  public var description: String {
    switch self {
    case .start: "start"
    case .previous: "previous"
    case .step(let step): "step:\(step)"
    case .final: "final"
    }
  }
}
