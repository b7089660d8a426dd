import FoundationEssentials
import RunModel

/// A condition on runs, such as `status = finished and (config.norm = batch or tag.goal ~ shift)`.
package struct RunFilter: Sendable {
  /// How a field is compared with a value.
  enum Comparison: String, CaseIterable, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains = "~"

    /// All of them, as an error names them.
    static let list = "a comparison, one of \(allCases.map(\.rawValue).joined(separator: " "))"
  }

  /// A value that fields are compared with.
  struct Literal: Sendable, Equatable {
    let text: String
    /// The number that the text is, if it is one.
    let number: Double?
    /// The time that it is, if it is one.
    let time: FilterTime?

    init(_ text: String, now: Int) {
      self.text = text
      number = Double(text)
      time = FilterTime(text, now: now)
    }
  }

  /// The tree of a condition.
  indirect enum Expression: Sendable {
    case all([Expression])
    case any([Expression])
    case not(Expression)
    case comparison(RunField, Comparison, Literal)
  }

  private let expression: Expression

  /// Reads a condition; `now` is what its times are counted back from, microseconds since 1970.
  ///
  /// - Throws: `RunFilterError`.
  package init(_ text: String, now: Int = microsecondsSince1970()) throws(RunFilterError) {
    expression = try RunFilterParser.expression(text, now: now)
  }

  /// Whether the condition is true of a run.
  ///
  /// - Throws: `StoreError`.
  package func matches(_ facts: RunFacts) throws -> Bool { try isTrue(expression, of: facts) }

  private func isTrue(_ expression: Expression, of facts: RunFacts) throws -> Bool {
    switch expression {
    case .all(let members): try members.allSatisfy { try isTrue($0, of: facts) }
    case .any(let members): try members.contains { try isTrue($0, of: facts) }
    case .not(let inner): try !isTrue(inner, of: facts)
    case .comparison(let field, let comparison, let literal):
      RunFilter.holds(try facts.value(of: field), comparison, literal, kind: field.kind)
    }
  }

  /// Compares as numbers where both are some and the field is not of text alone, else as text.
  ///
  /// What is missing is unequal to everything, and neither smaller nor larger.
  static func holds(
    _ value: RunValue, _ comparison: Comparison, _ literal: Literal, kind: RunField.Kind
  ) -> Bool {
    switch value {
    case .missing: return comparison == .notEqual
    case .number(let number, _) where kind == .time:
      return literal.time?.holds(Int(number), comparison) ?? false
    case .number(let number, let text):
      guard comparison != .contains else { return text.contains(literal.text) }
      guard let other = literal.number else { return comparison == .notEqual }
      // Whole numbers above 2⁵³, such as seeds, are not all different as Double.
      if let whole = UInt64(text), let otherWhole = UInt64(literal.text) {
        return compare(whole, comparison, otherWhole)
      }
      if number.isNaN && other.isNaN { return comparison == .equal }
      return compare(number, comparison, other)
    case .text(let text):
      if comparison == .contains { return text.contains(literal.text) }
      if kind == .any, let number = Double(text), let other = literal.number {
        return compare(number, comparison, other)
      }
      return compare(text, comparison, literal.text)
    }
  }

  private static func compare<Value: Comparable>(
    _ value: Value, _ comparison: Comparison, _ other: Value
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

/// The time, microseconds since 1970.
package func microsecondsSince1970() -> Int { Int(Date().timeIntervalSince1970 * 1e6) }
