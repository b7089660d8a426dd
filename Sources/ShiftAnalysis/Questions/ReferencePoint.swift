import RunModel

/// The reference that a distribution is compared with.
public enum ReferencePoint: Sendable, Equatable, LosslessStringConvertible {
  /// The first step that was recorded at the site.
  case start
  /// The previous recorded step.
  case previous
  /// This step.
  case step(Int)
  /// These steps, pooled.
  case window(ClosedRange<Int>)
  /// This number of recorded steps before, pooled.
  case preceding(Int)
  /// The last step that was recorded at the site.
  case final
  /// The same step of the run that this reference names.
  case run(String)

  /// The notations of references, for messages.
  public static let notations = "start, previous, step:N, window:A-B, window:N, final or run:RUN"

  /// Reads one of `notations`; nil for any other text.
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
    case "window" where !value.contains("-"):
      guard let count = Int(value), count > 0 else { return nil }
      self = .preceding(count)
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

  /// The notation of this reference.
  public var description: String {
    switch self {
    case .start: "start"
    case .previous: "previous"
    case .step(let step): "step:\(step)"
    case .window(let steps): "window:\(steps.lowerBound)-\(steps.upperBound)"
    case .preceding(let count): "window:\(count)"
    case .final: "final"
    case .run(let run): "run:\(run)"
    }
  }

  /// The number of steps at the start of a run that have no reference, for want of enough steps before them.
  package var uncomparedCount: Int {
    switch self {
    case .previous: 1
    case .preceding(let count): count
    case .start, .step, .window, .final, .run: 0
    }
  }

  /// Checks that at least one of `recordedCount` steps at `site` has a reference.
  ///
  /// - Throws: `ShiftError`.
  func requireSteps(_ recordedCount: Int, at site: Site, in run: Run) throws {
    guard case .preceding(let count) = self, recordedCount <= count else { return }
    throw ShiftError(
      .notRecorded,
      "Run \(run.shortID) recorded \(counted(recordedCount, "step")) of \(site.layerWords), so that none has \(count) before it; use a shorter window."
    )
  }

  /// Whether it is in another run.
  var isAnotherRun: Bool {
    if case .run = self { true } else { false }
  }
}
