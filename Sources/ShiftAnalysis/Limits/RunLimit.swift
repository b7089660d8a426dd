public import RunModel
import Statistics

/// A limit that a run must keep, such as `nw2(layer=2, population=probe) <= 0.5 after 1000`.
public struct RunLimit: Sendable, CustomStringConvertible {
  /// Which side of a limit is the right one.
  public enum Bound: String, Sendable {
    /// Below it.
    case upper = "<"
    /// Above it.
    case lower = ">"

    /// How a limit of this kind is written, for messages.
    var example: String {
      switch self {
      case .upper:
        "nw2(layer=2, tap=preactivation, population=probe, reference=start, aggregate=median) <= 0.5 after 1000"
      case .lower: "accuracy(split=test, statistics=running) >= 0.8"
      }
    }
  }

  /// What must keep the limit.
  public let measure: LimitMeasure
  /// Where, since when, and summed up how, as far as the measure asks for it.
  public private(set) var query = ShiftQuery()
  /// The tensor, nil where the limit does not say which.
  public private(set) var tap: Site.Tap?
  /// The part of the data that an evaluation is of.
  public private(set) var split = EvaluationRecord.Split.test
  /// What raises alarms.
  public private(set) var detector = AlarmDetector.standardizedCUSUM
  /// Which side of the limit is the right one.
  public let bound: Bound
  /// The limit.
  public let limit: Double
  /// Whether the limit itself is allowed.
  public let allowsEqual: Bool
  /// The steps that it is about.
  public let steps: ClosedRange<Int>
  /// As it was written.
  public let description: String

  /// Reads a limit, in which `<` and `<=` stand before an upper one and `>` and `>=` before a lower one.
  ///
  /// - Throws: `ShiftError` that says what stands where something else should.
  public init(reading text: String, _ bound: Bound = .upper) throws(ShiftError) {
    description = text
    self.bound = bound
    var parser = LimitParser(text, bound)
    let name = parser.word()
    guard let measure = LimitMeasure(name) else {
      throw parser.error(expecting: "a measure (\(LimitMeasure.names))", found: name)
    }
    self.measure = measure
    if case .shift(let measure) = measure { query.measures = [measure] }
    var coordinates = Coordinates()
    if parser.take("(") {
      repeat {
        try coordinates.read(&parser, of: measure)
      } while parser.take(",")
      try parser.require(")")
    }
    let sign = bound.rawValue
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
    guard first <= last else { throw parser.error(expecting: "steps of which there are any") }
    steps = first...last
    coordinates.query.measures = query.measures
    query = coordinates.query
    tap = coordinates.tap
    split = coordinates.split
    detector = coordinates.detector
  }

  /// What stands between the parentheses.
  private struct Coordinates {
    var query = ShiftQuery()
    var tap: Site.Tap?
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
      case "layer": query.layer = try parser.step()
      case "tap":
        query.tap = try parser.known(Site.Tap.self, "a tap")
        tap = query.tap
      case "population": query.population = try parser.known(Site.Population.self, "a population")
      case "statistics": query.statistics = try parser.known(Site.Statistics.self, "statistics")
      case "split": split = try parser.known(EvaluationRecord.Split.self, "a split")
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

  /// Whether a value keeps it; one that is undefined doesn't.
  func isKept(by value: Double?) -> Bool {
    guard let value else { return false }
    return excess(of: value) < 0 || (allowsEqual && value == limit)
  }

  /// How far a value is on the wrong side of the limit; negative where it is on the right one.
  public func excess(of value: Double) -> Double {
    switch bound {
    case .upper: value - limit
    case .lower: limit - value
    }
  }
}
