package import RunModel

/// An order of runs by some of their fields, such as `-test_accuracy,name`.
package struct RunOrder: Sendable {
  private struct Key: Sendable {
    let field: RunField
    let isDescending: Bool
  }

  private let keys: [Key]

  /// Reads fields separated by commas; a "-" before a field puts its largest value first.
  ///
  /// - Throws: `RunFilterError`.
  package init(_ text: String) throws(RunFilterError) {
    var keys: [Key] = []
    var column = 1
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let isDescending = part.first == "-"
      let name = String(isDescending ? part.dropFirst() : part)
      guard let field = RunField(name) else {
        throw RunFilterError(
          column: column + (isDescending ? 1 : 0), expected: "a field",
          found: name.isEmpty ? nil : name, candidates: RunField.candidates(for: name))
      }
      keys.append(Key(field: field, isDescending: isDescending))
      column += part.count + 1
    }
    self.keys = keys
  }

  /// The runs in this order; equal ones keep their order, and missing or NaN values come last.
  ///
  /// - Throws: `StoreError`.
  package func sorted(_ runs: [Run], in database: any RunReading) throws -> [Run] {
    let rows = try runs.enumerated().map { place, run in
      let facts = RunFacts(run, in: database)
      return (place: place, run: run, values: try keys.map { try facts.value(of: $0.field) })
    }
    return rows.sorted { first, second in
      for (index, key) in keys.enumerated() {
        switch RunOrder.order(first.values[index], second.values[index]) {
        case .same: continue
        case .last(let isFirst): return !isFirst
        case .smaller(let isFirst): return isFirst != key.isDescending
        }
      }
      return first.place < second.place
    }.map(\.run)
  }

  private enum Order {
    case same
    /// One of two comes last in either direction; whether it is the first of them.
    case last(isFirst: Bool)
    case smaller(isFirst: Bool)
  }

  /// Numbers are smaller than text.
  private static func order(_ first: RunValue, _ second: RunValue) -> Order {
    switch (first.isOrdered, second.isOrdered) {
    case (false, false): return .same
    case (false, true): return .last(isFirst: true)
    case (true, false): return .last(isFirst: false)
    case (true, true): break
    }
    switch (first, second) {
    case (.number(let first, _), .number(let second, _)):
      return first == second ? .same : .smaller(isFirst: first < second)
    case (.text(let first), .text(let second)):
      return first == second ? .same : .smaller(isFirst: first < second)
    case (.number, _): return .smaller(isFirst: true)
    default: return .smaller(isFirst: false)
    }
  }
}

extension RunValue {
  fileprivate var isOrdered: Bool {
    switch self {
    case .missing: false
    case .number(let number, _): !number.isNaN
    case .text: true
    }
  }
}
