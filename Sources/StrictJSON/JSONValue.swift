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

  /// The number `value`, whole where it is.
  package init(_ value: Double) {
    // A `Double` has every whole number up to this one.
    self =
      value.magnitude <= 0x1p53 && value.rounded() == value
      ? .integer(Int128(value)) : .number(value)
  }

  /// The value in a few words, for an error's sentence.
  package var excerpt: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): quotedExcerpt(text)
    case .array: "a list"
    case .object: "an object"
    case .unreadable: "a number beyond double precision or text that is not Unicode"
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

  /// The value as JSON text on one line, the keys of objects in order.
  package var json: String { json(indent: nil) }

  /// The value as JSON text with a line for each member and element, the keys of objects in order.
  package var indentedJSON: String { json(indent: "") }

  private func json(indent: String?) -> String {
    let inner = indent.map { $0 + "  " }
    func list(_ open: String, _ parts: [String], _ close: String) -> String {
      guard let indent, let inner, !parts.isEmpty else {
        return open + parts.joined(separator: ", ") + close
      }
      return "\(open)\n\(inner)" + parts.joined(separator: ",\n\(inner)") + "\n\(indent)\(close)"
    }
    return switch self {
    case .null, .unreadable: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): jsonStringLiteral(value)
    case .array(let values): list("[", values.map { $0.json(indent: inner) }, "]")
    case .object(let members):
      list(
        "{",
        members.sorted { $0.key < $1.key }
          .map { "\(jsonStringLiteral($0.key)): \($0.value.json(indent: inner))" }, "}")
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

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .integer(Int128(value)) }
  package init(floatLiteral value: Double) { self.init(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { $1 })
  }
}
