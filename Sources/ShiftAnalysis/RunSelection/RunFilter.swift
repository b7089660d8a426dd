import FoundationEssentials
import RunModel

/// A condition on runs, such as `status = finished and (config.norm = batch or tag.goal ~ shift)`.
package struct RunFilter: Sendable {
  /// The condition.
  let expression: FilterExpression

  /// Reads a condition; times such as -2h count back from `now`, microseconds since 1970.
  ///
  /// - Throws: `RunFilterError`.
  package init(_ text: String, now: Int = microsecondsSince1970()) throws(RunFilterError) {
    expression = try RunFilterParser.expression(text, now: now)
  }

  /// Whether the condition is true of a run.
  ///
  /// - Throws: `StoreError`.
  package func matches(_ facts: RunFacts) throws -> Bool { try isTrue(expression, of: facts) }

  private func isTrue(_ expression: FilterExpression, of facts: RunFacts) throws -> Bool {
    switch expression {
    case .all(let members): try members.allSatisfy { try isTrue($0, of: facts) }
    case .any(let members): try members.contains { try isTrue($0, of: facts) }
    case .not(let inner): try !isTrue(inner, of: facts)
    case .comparison(let field, let comparison, let literal):
      RunFilter.holds(try facts.value(of: field), comparison, literal, kind: field.kind)
    }
  }

  /// Whether a comparison holds: of numbers where both sides are numbers and the field is not text only, otherwise of texts.
  ///
  /// A missing value is unequal to everything, and neither smaller nor larger.
  static func holds(
    _ value: Cell, _ comparison: FilterComparison, _ literal: FilterLiteral, kind: RunField.Kind
  ) -> Bool {
    guard let text = value.written else { return comparison == .notEqual }
    if kind == .time {
      guard let time = FilterTime(timestamp: text) else { return false }
      return literal.time?.holds(time.first, comparison) ?? false
    }
    if comparison == .contains { return text.contains(literal.text) }
    if let number = value.number {
      guard let other = literal.number else { return comparison == .notEqual }
      // As Double, different whole numbers above 2⁵³, such as seeds, may be equal.
      if let whole = UInt64(text), let otherWhole = UInt64(literal.text) {
        return compare(whole, comparison, otherWhole)
      }
      if number.isNaN && other.isNaN { return comparison == .equal }
      return compare(number, comparison, other)
    }
    if kind == .any, let number = Double(text), let other = literal.number {
      return compare(number, comparison, other)
    }
    return compare(text, comparison, literal.text)
  }

  private static func compare<Value: Comparable>(
    _ value: Value, _ comparison: FilterComparison, _ other: Value
  ) -> Bool {
    switch comparison {
    case .equal: value == other
    case .notEqual: value != other
    case .less: value < other
    case .lessOrEqual: value <= other
    case .greater: value > other
    case .greaterOrEqual: value >= other
    case .contains: false
    }
  }
}

/// The current time, microseconds since 1970.
package func microsecondsSince1970() -> Int { Int(Date().timeIntervalSince1970 * 1e6) }
