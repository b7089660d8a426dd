/// Any JSON value.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int128)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
  /// A number outside the range of `Double`, or a string that is not Unicode.
  case unreadable

  /// The value in a few words, for an error's sentence.
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

  /// The value as a person would write it: strings without quotes, lists with commas.
  package var text: String {
    switch self {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(\.text).joined(separator: ",")
    case .object(let members):
      members.keys.sorted().map { "\($0)=\(members[$0]?.text ?? "")" }
        .joined(separator: " ")
    case .unreadable: "unreadable"
    }
  }

  /// The members of nested objects by dotted path, such as `data.name`, in order; the value itself under an empty
  /// path where it is no object.
  package var flattened: [(key: String, value: JSONValue)] {
    guard case .object(let members) = self else { return [("", self)] }
    return members.sorted { $0.key < $1.key }.flatMap { key, value in
      value.flattened.map { (key: $0.key.isEmpty ? key : "\(key).\($0.key)", value: $0.value) }
    }
  }
}

extension JSONValue: Encodable {
  /// Encodes the value; an unreadable one as null.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null, .unreadable: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value):
      if let value = Int64(exactly: value) {
        try container.encode(value)
      } else if let value = UInt64(exactly: value) {
        try container.encode(value)
      } else {
        try container.encode(Double(value))
      }
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
