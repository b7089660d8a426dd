package import StrictJSON

extension TextBuffer {
  /// Appends a string of JSON.
  package mutating func appendJSON(_ text: String) {
    append("\"")
    let bytes = Array(text.utf8)
    var start = 0
    for (place, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
      append(bytes[start..<place])
      append(TextBuffer.escape(byte))
      start = place + 1
    }
    append(bytes[start...])
    append("\"")
  }

  /// Appends a number of JSON; NaN and infinities as the strings "NaN", "Infinity" and "-Infinity".
  package mutating func appendJSON(_ number: Double) {
    if number.isFinite { append(number) } else { appendJSON(NumberFormat.text(number)) }
  }

  /// Appends a number of JSON that reads back as the same float32 number.
  mutating func appendJSON(_ number: Float) {
    if number.isFinite { append(number) } else { appendJSON(Double(number)) }
  }

  /// Appends a value of JSON, the keys of objects in order.
  package mutating func appendJSON(_ value: JSONValue) {
    switch value {
    case .null, .unreadable: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append("\(value)")
    case .number(let value): appendJSON(value)
    case .string(let text): appendJSON(text)
    case .array(let values):
      append("[")
      for (place, value) in values.enumerated() {
        if place > 0 { appendComma() }
        appendJSON(value)
      }
      append("]")
    case .object(let members):
      append("{")
      for (place, key) in members.keys.sorted().enumerated() {
        if place > 0 { appendComma() }
        appendJSON(key)
        append(":")
        appendJSON(members[key] ?? .null)
      }
      append("}")
    }
  }

  /// The escape of a control character, a quote or a backslash.
  private static func escape(_ byte: UInt8) -> String {
    switch byte {
    case 0x22: "\\\""
    case 0x5C: "\\\\"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    case 0x09: "\\t"
    default: "\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
