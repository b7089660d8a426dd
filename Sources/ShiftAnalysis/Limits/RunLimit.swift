public import RunModel
import Statistics

/// A limit that a run must keep, such as `nw2(layer=2, population=probe) <= 0.5 after 1000`.
public struct RunLimit: Sendable, CustomStringConvertible {
  /// The measure that is bounded.
  public let measure: LimitMeasure
  /// The tensors, the reference and the aggregate, where the measure has them.
  public private(set) var query = ShiftQuery()
  /// The split of an evaluation.
  public private(set) var split = EvaluationRecord.Split.test
  /// The detector of alarms.
  public private(set) var detector = AlarmDetector.standardizedCUSUM
  /// The side on which values are bounded.
  public let bound: LimitBound
  /// The largest or smallest value.
  public let limit: Double
  /// Whether the value of the limit itself is allowed.
  public let allowsEqual: Bool
  /// The steps at which it applies.
  public let steps: ClosedRange<Int>
  /// The text of the limit.
  public let description: String

  /// Reads a limit: `<` or `<=` before an upper bound, `>` or `>=` before a lower one.
  ///
  /// - Throws: `ShiftError` of kind `malformedLimit`, which names what was expected and what was found.
  public init(reading text: String, _ bound: LimitBound = .upper) throws(ShiftError) {
    description = text
    self.bound = bound
    var parser = LimitParser(text, bound)
    let name = parser.word()
    guard let measure = LimitMeasure(name) else {
      throw parser.error(expecting: "a measure (\(LimitMeasure.names))", found: name)
    }
    self.measure = measure
    parser.measure = measure
    if case .shift(let measure) = measure { query.measures = [measure] }
    var coordinates = Coordinates()
    if parser.take("(") {
      repeat {
        try coordinates.read(&parser, of: measure)
      } while parser.take(",")
      try parser.require(")")
    }
    let sign = bound.rawValue
    if parser.take(bound.other.rawValue) { throw parser.errorOfOtherSide() }
    allowsEqual = parser.take(sign + "=")
    if !allowsEqual { try parser.require(sign, orElse: "\(sign)= or \(sign)") }
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
    guard first <= last else { throw parser.errorOfNoStep() }
    steps = first...last
    coordinates.query.measures = query.measures
    query = coordinates.query
    split = coordinates.split
    detector = coordinates.detector
  }

  /// The coordinates between the parentheses.
  private struct Coordinates {
    var query = ShiftQuery()
    var split = EvaluationRecord.Split.test
    var detector = AlarmDetector.standardizedCUSUM

    mutating func read(_ parser: inout LimitParser, of measure: LimitMeasure) throws(ShiftError) {
      let keys = measure.coordinates
      let key = parser.word()
      guard keys.contains(key) else {
        throw parser.error(
          expecting: keys.count == 1 ? keys[0] : "one of \(keys.joined(separator: ", "))",
          found: key)
      }
      try parser.require("=")
      switch key {
      case "layer": query.layers = try parser.layers()
      case "tap": query.tap = try parser.known(Site.Tap.self, "a tap")
      case "population": query.population = try parser.known(Site.Population.self, "a population")
      case "statistics": query.statistics = try parser.known(StatisticsMode.self, "statistics")
      case "split":
        let word = parser.word()
        guard let named = EvaluationRecord.Split(rawValue: word) else {
          throw parser.error(expecting: "a split (such as train, validation or test)", found: word)
        }
        split = named
      case "detector": detector = try parser.known(AlarmDetector.self, "a detector")
      case "reference":
        let word = parser.word()
        guard let reference = ReferencePoint(word) else {
          throw parser.error(expecting: "a reference (\(ReferencePoint.notations))", found: word)
        }
        query.reference = reference
      default: query.aggregate = try parser.known(UnitAggregate.self, "an aggregate")
      }
    }
  }

  /// Whether a value keeps the limit; an undefined value does not.
  func isKept(by value: Double?) -> Bool {
    guard let value else { return false }
    return excess(of: value) < 0 || (allowsEqual && value == limit)
  }

  /// The distance of a value beyond the limit; negative for a value that keeps it.
  public func excess(of value: Double) -> Double {
    switch bound {
    case .upper: value - limit
    case .lower: limit - value
    }
  }
}
