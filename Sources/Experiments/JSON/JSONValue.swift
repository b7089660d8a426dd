/// Any JSON value.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case integer(Int128)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
  /// A number that is none or that no `Double` is near, or a string that is not Unicode.
  case unreadable

  /// Reads JSON; nil where the text is not that.
  init?(json text: [UInt8]) {
    guard let value = try? JSONParser.value(of: text) else { return nil }
    self = value
  }

  /// What it is, for an error's sentence.
  var excerpt: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): quotedExcerpt(text)
    case .array: "a list"
    case .object: "an object"
    case .unreadable: "a number or a string that can't be read"
    }
  }
}
