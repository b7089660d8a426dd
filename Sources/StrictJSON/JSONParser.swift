/// A parser of JSON (RFC 8259), or of JSON as people write it, that names the line of a fault.
///
/// People may write comments (`//` and `/*`), trailing commas and a byte order mark, in at most 64 nested brackets. JSON5,
/// which `JSONDecoder` can read, has all that too, but a number that ends after the sign of its exponent, as `1e-`, ends
/// the process there.
/// Unlike `JSONDecoder` it gives a place, refuses an object with two equal keys, and is as fast for a wrong text. A number
/// outside the range of `Double` and a string that is not Unicode are unreadable values, not faults.
struct JSONParser {
  private let text: [UInt8]
  /// Whether a person wrote the text.
  private let isCommented: Bool
  private var index = 0
  private var depth = 0

  /// The value of `text`, which is UTF-8.
  ///
  /// - Throws: `JSONFault`.
  static func value(of text: [UInt8], isCommented: Bool = false) throws(JSONFault) -> JSONValue {
    var parser = JSONParser(text: text, isCommented: isCommented)
    if isCommented && text.starts(with: [0xEF, 0xBB, 0xBF]) { parser.index = 3 }
    parser.skipBlanks()
    guard parser.next != nil else { throw parser.fault(.empty) }
    let value = try parser.value()
    parser.skipBlanks()
    guard parser.index == text.count else { throw parser.fault() }
    return value
  }

  // MARK: - Places

  private func fault(_ kind: JSONFault.Kind = .syntax, at place: Int? = nil) -> JSONFault {
    // Where the text ends too early, its last character is the place.
    let last = text.lastIndex { !JSONParser.isBlank($0) } ?? 0
    let place = min(place ?? index, last)
    return JSONFault(
      kind: kind, line: text[..<place].count { $0 == UInt8(ascii: "\n") } + 1,
      isAtEnd: kind == .syntax && endsEarly)
  }

  /// Whether the text ends here, or in the middle of a word or of an escape.
  private var endsEarly: Bool {
    let rest = text[index...]
    let isInEscape = rest.count < 4 && text[..<index].suffix(2).elementsEqual("\\u".utf8)
    return rest.isEmpty || isInEscape
      || ["true", "false", "null"].contains { $0.utf8.starts(with: rest) }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\t")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private var next: UInt8? { index < text.count ? text[index] : nil }

  /// Skips white space and, where a person wrote the text, comments.
  private mutating func skipBlanks() {
    while let byte = next {
      if JSONParser.isBlank(byte) {
        index += 1
      } else if isCommented, byte == UInt8(ascii: "/"), let end = endOfComment {
        index = end
      } else {
        return
      }
    }
  }

  /// The end of the comment that begins here; nil if none does, or if it has no end.
  private var endOfComment: Int? {
    let rest = text[(index + 1)...]
    switch rest.first {
    case UInt8(ascii: "/"): return rest.firstIndex(of: UInt8(ascii: "\n")) ?? text.count
    case UInt8(ascii: "*"):
      let content = rest.dropFirst()
      return content.indices.first {
        content[$0] == UInt8(ascii: "/") && $0 > content.startIndex
          && content[$0 - 1] == UInt8(ascii: "*")
      }.map { $0 + 1 }
    default: return nil
    }
  }

  /// Whether `character` comes next, after blanks.
  private mutating func isNext(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    return next == UInt8(ascii: character)
  }

  /// Skips `character` and the blanks before it, if it comes next.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard isNext(character) else { return false }
    index += 1
    return true
  }

  private mutating func skip(word: StaticString) -> Bool {
    let word = word.description.utf8
    guard text[index...].starts(with: word) else { return false }
    index += word.count
    return true
  }

  // MARK: - Values

  private mutating func value() throws(JSONFault) -> JSONValue {
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"):
      return .object(try nested { parser throws(JSONFault) in try parser.members() })
    case UInt8(ascii: "["):
      return .array(try nested { parser throws(JSONFault) in try parser.elements() })
    case UInt8(ascii: "\""): return try string().map(JSONValue.string) ?? .unreadable
    case let byte? where byte == UInt8(ascii: "-") || JSONParser.isDigit(byte): return try number()
    default:
      if skip(word: "true") { return .bool(true) }
      if skip(word: "false") { return .bool(false) }
      if skip(word: "null") { return .null }
      throw fault()
    }
  }

  /// Reads the contents of brackets, up to a limit of depth.
  private mutating func nested<Contents>(
    _ read: (inout JSONParser) throws(JSONFault) -> Contents
  ) throws(JSONFault) -> Contents {
    index += 1
    depth += 1
    // No configuration is that deep, and this calls itself for each level.
    let limit = isCommented ? 64 : 512
    guard depth <= limit else { throw fault(.depth(limit)) }
    defer { depth -= 1 }
    return try read(&self)
  }

  private mutating func members() throws(JSONFault) -> [String: JSONValue] {
    if skip("}") { return [:] }
    var members = [String: JSONValue](minimumCapacity: 8)
    repeat {
      if isNext("}") && isCommented && !members.isEmpty { break }
      let place = index
      guard next == UInt8(ascii: "\""), let key = try string() else { throw fault(at: place) }
      guard skip(":") else { throw fault() }
      let value = try value()
      guard members.updateValue(value, forKey: key) == nil else {
        throw fault(.repeatedKey, at: place)
      }
    } while skip(",")
    guard skip("}") else { throw fault() }
    return members
  }

  private mutating func elements() throws(JSONFault) -> [JSONValue] {
    var elements: [JSONValue] = []
    if skip("]") { return elements }
    repeat {
      if isNext("]") && isCommented && !elements.isEmpty { break }
      elements.append(try value())
    } while skip(",")
    guard skip("]") else { throw fault() }
    return elements
  }

  /// The number that comes next, whole where its value is.
  private mutating func number() throws(JSONFault) -> JSONValue {
    if let short = shortNumber() { return short }
    let start = index
    while let byte = next, JSONParser.isOfNumber(byte) { index += 1 }
    let token = text[start..<index]
    let unsigned = token.first == UInt8(ascii: "-") ? token.dropFirst() : token
    guard let first = unsigned.first, JSONParser.isDigit(first) else { throw fault(at: start) }
    let word = String(decoding: token, as: UTF8.self)
    let hasLeadingZero =
      first == UInt8(ascii: "0") && unsigned.dropFirst().first.map(JSONParser.isDigit) == true
    guard !hasLeadingZero, let value = Double(word), value.isFinite else { return .unreadable }
    if unsigned.allSatisfy(JSONParser.isDigit), let whole = Int128(word) { return .integer(whole) }
    let significand = unsigned.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    // Only zeros make a zero, and a digit follows a point.
    guard significand.last != UInt8(ascii: "."),
      value != 0 || significand.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") })
    else {
      return .unreadable
    }
    return value == 0 && token.first == UInt8(ascii: "-") ? .number(-0.0) : JSONValue(value)
  }

  /// The number that comes next, where its digits fit into 64 bits and its power of ten is small; nil, without a step
  /// forward, for every other text.
  private mutating func shortNumber() -> JSONValue? {
    var place = index
    let isNegative = text[place] == UInt8(ascii: "-")
    if isNegative { place += 1 }
    var digits: UInt64 = 0
    guard let wholeEnd = endOfDigits(from: place, adding: &digits),
      wholeEnd == place + 1 || text[place] != UInt8(ascii: "0")
    else { return nil }
    place = wholeEnd
    var power = 0
    if place < text.count, text[place] == UInt8(ascii: ".") {
      guard let end = endOfDigits(from: place + 1, adding: &digits) else { return nil }
      power = place + 1 - end
      place = end
    }
    if place < text.count, text[place] | 0x20 == UInt8(ascii: "e") {
      var sign = 1
      place += 1
      if place < text.count, text[place] == UInt8(ascii: "-") || text[place] == UInt8(ascii: "+") {
        sign = text[place] == UInt8(ascii: "-") ? -1 : 1
        place += 1
      }
      var exponent: UInt64 = 0
      guard let end = endOfDigits(from: place, adding: &exponent), exponent < 100 else {
        return nil
      }
      power += sign * Int(exponent)
      place = end
    }
    // What follows makes it no number, or a longer one.
    if place < text.count, JSONParser.isOfNumber(text[place]) { return nil }
    if place == wholeEnd {
      index = place
      return .integer(isNegative ? -Int128(digits) : Int128(digits))
    }
    guard let size = Double(decimal: digits, power: power) else { return nil }
    index = place
    if isNegative && size == 0 { return .number(-0.0) }
    return JSONValue(isNegative ? -size : size)
  }

  /// The end of the digits from `start` on, which are appended to `number`; nil where there are none, or too many.
  private func endOfDigits(from start: Int, adding number: inout UInt64) -> Int? {
    var place = start
    while place < text.count, JSONParser.isDigit(text[place]) {
      guard number < .max / 10 else { return nil }
      number = number &* 10 &+ UInt64(text[place] & 0xF)
      place += 1
    }
    return place > start ? place : nil
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }

  /// The string that comes next; nil where it is not Unicode.
  private mutating func string() throws(JSONFault) -> String? {
    let start = index
    index += 1
    if let plain = plainString() { return plain }
    var bytes: [UInt8] = []
    var isUnicode = true
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        return isUnicode ? String(decoding: bytes, as: UTF8.self) : nil
      case UInt8(ascii: "\\"):
        if let scalar = try escaped() {
          bytes += String(scalar).utf8
        } else {
          isUnicode = false
        }
      // Without its closing quote a string would take in the rest of the text.
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): throw fault(at: start)
      case 0..<0x20: throw fault(.controlCharacter(byte), at: index - 1)
      default: bytes.append(byte)
      }
    }
    throw fault(at: start)
  }

  /// The rest of a string up to its closing quote, if it has no escapes; nil, without a step forward, for any other.
  private mutating func plainString() -> String? {
    var end = index
    while end < text.count, text[end] != UInt8(ascii: "\"") {
      guard text[end] >= 0x20, text[end] != UInt8(ascii: "\\") else { return nil }
      end += 1
    }
    guard end < text.count else { return nil }
    defer { index = end + 1 }
    return String(decoding: text[index..<end], as: UTF8.self)
  }

  /// The character of an escape; nil for a half of a surrogate pair.
  private mutating func escaped() throws(JSONFault) -> Unicode.Scalar? {
    guard let byte = next else { throw fault() }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) }
      guard text[index...].starts(with: "\\u".utf8) else { return nil }
      index += 2
      let low = try codeUnit()
      guard (0xDC00..<0xE000).contains(low) else { return nil }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    default: throw fault(at: index - 1)
    }
  }

  private mutating func codeUnit() throws(JSONFault) -> UInt32 {
    let digits = text[index...].prefix(4)
    guard digits.count == 4, !digits.contains(UInt8(ascii: "+")),
      !digits.contains(UInt8(ascii: "-")),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault() }
    index += 4
    return unit
  }
}

extension JSONValue {
  /// Reads JSON text; nil where the text is not JSON.
  package init?(text: String) {
    guard let value = try? JSONValue(parsing: text.utf8) else { return nil }
    self = value
  }

  /// Reads JSON in UTF-8.
  ///
  /// - Throws: `JSONFault` with the kind of fault and its line.
  package init(parsing text: some Collection<UInt8>) throws(JSONFault) {
    self = try JSONParser.value(of: Array(text))
  }
}
