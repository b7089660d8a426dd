/// Reads the words and signs of a limit from left to right.
struct LimitParser {
  private let text: String
  private let bound: LimitBound
  private var rest: Substring
  /// The measure of the example in errors.
  var measure: LimitMeasure?

  init(_ text: String, _ bound: LimitBound) {
    self.text = text
    self.bound = bound
    rest = text[...]
    skipSpace()
  }

  var isAtEnd: Bool { rest.isEmpty }

  private mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

  /// The next word, which may be empty.
  mutating func word() -> String {
    let word = rest.prefix { !$0.isWhitespace && !"(),=<>".contains($0) }
    rest = rest.dropFirst(word.count)
    skipSpace()
    return String(word)
  }

  /// Skips `sign`; returns whether it came next.
  mutating func take(_ sign: String) -> Bool {
    guard rest.hasPrefix(sign) else { return false }
    rest = rest.dropFirst(sign.count)
    skipSpace()
    return true
  }

  mutating func require(_ sign: String, orElse expected: String? = nil) throws(ShiftError) {
    guard take(sign) else { throw error(expecting: expected ?? "\"\(sign)\"") }
  }

  mutating func known<Value: RawRepresentable & CaseIterable>(_ type: Value.Type, _ what: String)
    throws(ShiftError) -> Value where Value.RawValue == String
  {
    let word = word()
    guard let value = Value(rawValue: word) else {
      let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(expecting: "\(what) (\(all))", found: word)
    }
    return value
  }

  mutating func number() throws(ShiftError) -> Double {
    let word = word()
    guard let value = Double(word), value.isFinite else {
      throw error(expecting: "a number", found: word)
    }
    return value
  }

  mutating func step() throws(ShiftError) -> Int {
    let word = word()
    guard let value = Int(word), value >= 0, value < 1 << 40 else {
      throw error(expecting: "a whole number", found: word)
    }
    return value
  }

  /// The next word as a selection of layers; a text in quotes may have any characters but these.
  mutating func layers() throws(ShiftError) -> LayerSelection {
    var text = ""
    if rest.first == "\"" {
      let quoted = rest.dropFirst().prefix { $0 != "\"" }
      rest = rest[quoted.endIndex...]
      try require("\"", orElse: "a quote that ends \(quoted)")
      text = String(quoted)
    } else {
      text = word()
    }
    guard let layers = LayerSelection(text) else {
      throw error(expecting: "a layer's number, name or pattern", found: text)
    }
    return layers
  }

  /// The error of a limit that covers no step.
  func errorOfNoStep() -> ShiftError {
    ShiftError(
      .malformedLimit, "The limit \"\(text)\" covers no step; leave one between after and before.")
  }

  /// The error of a limit that bounds the other side.
  func errorOfOtherSide() -> ShiftError {
    let words = bound == .upper ? "a lower limit, and an upper" : "an upper limit, and a lower"
    return ShiftError(
      bound == .upper ? .lowerLimit : .upperLimit,
      "The limit \"\(text)\" is \(words) one was expected.")
  }

  func error(expecting expected: String, found: String? = nil) -> ShiftError {
    let place = found ?? String(rest)
    return ShiftError(
      .malformedLimit,
      "The limit \"\(text)\" is malformed: expected \(expected), found \(place.isEmpty ? "the end" : "\"\(place)\""); write it as in '\(bound.example(measure ?? .accuracy))'."
    )
  }
}
