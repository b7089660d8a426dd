/// Who reads an answer: people read tables, programs read CSV and JSON.
package enum Audience: Sendable {
  case people
  case programs
  case everyone

  /// Whether what is for this audience is shown to `reader`.
  func includes(_ reader: Audience) -> Bool { self == .everyone || self == reader }
}
