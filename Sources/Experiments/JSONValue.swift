import FoundationEssentials

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
    // The decoder reads a number to the first byte that is not part of one, even beyond the end of the text.
    let closed = text + [UInt8(ascii: "\n")]
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(closed)) else {
      return nil
    }
    self = value
  }

  /// How many keys there are in all its objects.
  var keyCount: Int {
    switch self {
    case .object(let members): members.values.reduce(members.count) { $0 + $1.keyCount }
    case .array(let elements): elements.reduce(0) { $0 + $1.keyCount }
    default: 0
    }
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

extension JSONValue: Decodable {
  init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: AnyCodingKey.self) {
      self = .object(
        try members.allKeys.reduce(into: [:]) {
          $0[$1.stringValue] = try members.decode(JSONValue.self, forKey: $1)
        })
      return
    }
    if var elements = try? decoder.unkeyedContainer() {
      var values: [JSONValue] = []
      while !elements.isAtEnd { values.append(try elements.decode(JSONValue.self)) }
      self = .array(values)
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Double.self) {
      self = (try? container.decode(Int128.self)).map { .integer($0) } ?? .number(value)
    } else {
      self = .unreadable
    }
  }
}
