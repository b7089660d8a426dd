import RunStore
public import Statistics

/// A limit that a measure of a run must keep, such as `nw2(layer=2, population=probe) <= 0.5 after 1000`.
public struct ShiftLimit: Sendable, CustomStringConvertible {
  /// What must be kept below the limit.
  public let measure: ShiftMeasure
  /// Where, since when, and summed up how.
  public let query: ShiftQuery
  /// The limit.
  public let limit: Double
  /// Whether the limit itself is allowed.
  public let allowsEqual: Bool
  /// The steps that it is about.
  public let steps: ClosedRange<Int>
  /// As it was written.
  public let description: String

  /// How a limit is written, for messages.
  static let example =
    "nw2(layer=2, tap=preactivation, population=probe, reference=start, aggregate=median) <= 0.5 after 1000"

  /// Reads a limit.
  ///
  /// - Throws: `ShiftError` that says what stands where something else should.
  public init(reading text: String) throws(ShiftError) {
    description = text
    var parser = LimitParser(text)
    measure = try parser.known(ShiftMeasure.self, "a measure")
    var query = ShiftQuery()
    query.measures = [measure]
    if parser.take("(") {
      repeat {
        try ShiftLimit.readCoordinate(&parser, into: &query)
      } while parser.take(",")
      try parser.require(")")
    }
    if parser.take("<=") {
      allowsEqual = true
    } else {
      try parser.require("<", orElse: "<= or <")
      allowsEqual = false
    }
    limit = try parser.number()
    var (first, last) = (0, Int.max)
    while !parser.isAtEnd {
      // After step 1000 the first is 1001, before it 999 the last.
      if parser.take("after") {
        first = try parser.step() + 1
      } else if parser.take("before") {
        last = try parser.step() - 1
      } else {
        throw parser.error(expecting: "after STEP, before STEP or the end")
      }
    }
    guard first <= last else { throw parser.error(expecting: "steps of which there are any") }
    steps = first...last
    self.query = query
  }

  private static func readCoordinate(_ parser: inout LimitParser, into query: inout ShiftQuery)
    throws(ShiftError)
  {
    let keys = ["layer", "tap", "population", "statistics", "reference", "aggregate"]
    let key = parser.word()
    guard keys.contains(key) else {
      throw parser.error(expecting: "one of \(keys.joined(separator: ", "))", found: key)
    }
    try parser.require("=")
    switch key {
    case "layer": query.layer = try parser.step()
    case "tap": query.tap = try parser.known(Site.Tap.self, "a tap")
    case "population": query.population = try parser.known(Site.Population.self, "a population")
    case "statistics": query.statistics = try parser.known(Site.Statistics.self, "statistics")
    case "reference":
      let word = parser.word()
      guard let reference = ReferencePoint(word) else {
        throw parser.error(expecting: "a reference (\(ReferencePoint.notations))", found: word)
      }
      query.reference = reference
    default: query.aggregate = try parser.known(UnitAggregate.self, "an aggregate")
    }
  }

  /// Whether a value keeps it; one that is undefined doesn't.
  func isKept(by value: Double?) -> Bool {
    guard let value else { return false }
    return value < limit || (allowsEqual && value == limit)
  }
}

/// Reads the words and signs of a limit from left to right.
private struct LimitParser {
  private let text: String
  private var rest: Substring

  init(_ text: String) {
    self.text = text
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

  /// Goes on behind `sign` where it comes next.
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

  func error(expecting expected: String, found: String? = nil) -> ShiftError {
    let place = found ?? String(rest)
    return ShiftError(
      isMisuse: true,
      "The limit \"\(text)\" can't be understood: expected \(expected), found \(place.isEmpty ? "the end" : "\"\(place)\""); write it as in '\(ShiftLimit.example)'."
    )
  }
}
