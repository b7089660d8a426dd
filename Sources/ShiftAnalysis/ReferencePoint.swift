/// What a distribution is compared with.
public enum ReferencePoint: Sendable, Equatable, LosslessStringConvertible {
  /// The first step that was recorded at the site.
  case start
  /// The step that was recorded before.
  case previous
  /// This step.
  case step(Int)
  /// These steps, pooled.
  case window(ClosedRange<Int>)
  /// The last step that was recorded at the site.
  case final
  /// The same step of another run, which is called this.
  case run(String)

  /// How references are written, for messages.
  public static let notations = "start, previous, step:N, window:A-B, final or run:RUN"

  /// Reads one of `notations`; nil where it is none of these.
  public init?(_ description: String) {
    switch description {
    case "start": self = .start
    case "previous": self = .previous
    case "final": self = .final
    default:
      let parts = description.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let reference = ReferencePoint(kind: parts[0], parts[1]) else {
        return nil
      }
      self = reference
    }
  }

  private init?(kind: Substring, _ value: Substring) {
    switch kind {
    case "step":
      guard let step = Int(value), step >= 0 else { return nil }
      self = .step(step)
    case "window":
      let bounds = value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last else {
        return nil
      }
      self = .window(first...last)
    case "run" where !value.isEmpty: self = .run(String(value))
    default: return nil
    }
  }

  /// The notation that reads back as this.
  public var description: String {
    switch self {
    case .start: "start"
    case .previous: "previous"
    case .step(let step): "step:\(step)"
    case .window(let steps): "window:\(steps.lowerBound)-\(steps.upperBound)"
    case .final: "final"
    case .run(let run): "run:\(run)"
    }
  }

  /// Whether it is in another run.
  var isAnotherRun: Bool {
    if case .run = self { true } else { false }
  }
}
