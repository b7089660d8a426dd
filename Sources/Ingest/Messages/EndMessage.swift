package import RunModel
import StrictJSON

/// The last message: how the run ended.
package struct EndMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable { case type, status, reason }
  private enum Status: String, CaseIterable { case finished, diverged, failed }

  /// `finished`, `diverged` or `failed`.
  package let status: Run.Status
  /// The reason, where there is one.
  package let reason: String?

  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    status =
      switch try fields.choice(.status, of: Status.self) ?? .finished {
      case .finished: .finished
      case .diverged: .diverged
      case .failed: .failed
      }
    reason = try fields.text(.reason)
  }
}
