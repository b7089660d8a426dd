package import RunModel

/// An order of runs by some of their fields, such as `-test_accuracy,name`.
package struct RunOrder: Sendable {
  /// The fields, the first one first.
  package let keys: [RunList.Key]

  /// Reads fields separated by commas; a "-" before a field puts its largest value first.
  ///
  /// - Throws: `RunFilterError`.
  package init(_ text: String) throws(RunFilterError) {
    var keys: [RunList.Key] = []
    var column = 1
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let isDescending = part.first == "-"
      let name = String(isDescending ? part.dropFirst() : part)
      let field = try RunField(named: name, at: column + (isDescending ? 1 : 0))
      keys.append(RunList.Key(field, isDescending: isDescending))
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
  private static func order(_ first: Cell, _ second: Cell) -> Order {
    guard let firstText = first.orderedText, let secondText = second.orderedText else {
      guard first.orderedText != nil || second.orderedText != nil else { return .same }
      return .last(isFirst: first.orderedText == nil)
    }
    switch (first.number, second.number) {
    case (let first?, let second?):
      return first == second ? .same : .smaller(isFirst: first < second)
    case (nil, nil):
      return firstText == secondText ? .same : .smaller(isFirst: firstText < secondText)
    case (let number, _): return .smaller(isFirst: number != nil)
    }
  }
}

extension Cell {
  /// The text; nil for a value that has no place in an order.
  fileprivate var orderedText: String? { number?.isNaN == true ? nil : written }
}
