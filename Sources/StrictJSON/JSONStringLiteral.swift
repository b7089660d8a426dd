/// A text as a string of JSON, with its quotes: RFC 8259, section 7.
package func jsonStringLiteral(_ text: String) -> String {
  var literal = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\":
      literal += "\\"
      literal.unicodeScalars.append(scalar)
    case "\0"..." ":
      let digits = String(scalar.value, radix: 16)
      literal +=
        scalar == " " ? " " : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: literal.unicodeScalars.append(scalar)
    }
  }
  return literal + "\""
}
