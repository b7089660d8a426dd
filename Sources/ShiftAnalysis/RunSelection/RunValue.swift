import StrictJSON

/// The value of a field of a run.
package enum RunValue: Sendable, Equatable {
  case text(String)
  /// A number, or a time in microseconds since 1970, and its text.
  case number(Double, String)
  case missing

  /// The text, or the text of the number; nil where the value is missing.
  var written: String? {
    switch self {
    case .text(let text), .number(_, let text): text
    case .missing: nil
    }
  }

  init(_ number: Double?) {
    self = number.map { .number($0, "\($0)") } ?? .missing
  }

  init(_ text: String?) {
    self = text.map { .text($0) } ?? .missing
  }

  init(time text: String?) {
    self =
      text.flatMap { text in FilterTime(timestamp: text).map { .number(Double($0.first), text) } }
      ?? .missing
  }

  init(_ value: JSONValue?) {
    self =
      switch value {
      case nil, .null: .missing
      case .bool(let isTrue): .text(isTrue ? "true" : "false")
      case .integer(let number): .number(Double(number), "\(number)")
      case .number(let number): .number(number, "\(number)")
      case .string(let text): .text(text)
      case .some(let other): .text(other.text)
      }
  }
}
