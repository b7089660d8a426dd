/// A JSON text with its comments, trailing commas and byte order mark replaced by spaces.
///
/// The line of every byte stays the same. JSON5, which `JSONDecoder` can read, has all that too, but a number
/// that ends after the sign of its exponent, as `1e-`, ends the process there.
/// - Parameter text: JSON in which comments start with `//` or `/*`; an open comment is left as it is.
/// - Returns: JSON as in RFC 8259, if that is what the text is otherwise.
func plainJSON(_ text: [UInt8]) -> [UInt8] {
  var plain = text
  func blank(_ range: Range<Int>) {
    for index in range where text[index] != UInt8(ascii: "\n") { plain[index] = UInt8(ascii: " ") }
  }
  // The comma that would be a trailing one if a bracket closed now.
  var comma: Int?
  var previous = UInt8(ascii: "[")
  var index = 0
  if text.starts(with: [0xEF, 0xBB, 0xBF]) {
    blank(0..<3)
    index = 3
  }
  while index < text.count {
    let start = index
    let byte = text[start]
    index += 1
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
    case UInt8(ascii: "/"):
      if let end = endOfComment(in: text, from: index) {
        index = end
        blank(start..<end)
        continue
      }
      comma = nil
    case UInt8(ascii: "\""):
      index = JSONOutline.endOfString(in: text[...], from: index)
      comma = nil
    case UInt8(ascii: ","): comma = "[{,:".utf8.contains(previous) ? nil : start
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if let comma { blank(comma..<comma + 1) }
      comma = nil
    default: comma = nil
    }
    previous = byte
  }
  return plain
}

/// The end of the comment whose first slash is before `start`; nil where there is none, or where it does not end.
private func endOfComment(in text: [UInt8], from start: Int) -> Int? {
  guard start < text.count else { return nil }
  let rest = text[(start + 1)...]
  switch text[start] {
  case UInt8(ascii: "/"):
    return rest.firstIndex(of: UInt8(ascii: "\n")) ?? text.count
  case UInt8(ascii: "*"):
    var end = rest.startIndex
    while end + 1 < text.count {
      if text[end] == UInt8(ascii: "*"), text[end + 1] == UInt8(ascii: "/") { return end + 2 }
      end += 1
    }
    return nil
  default: return nil
  }
}
