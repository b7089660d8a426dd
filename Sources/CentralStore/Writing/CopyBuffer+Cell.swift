import RunModel

extension CopyBuffer {
  /// Adds a value of a recorded row to a column of a kind.
  ///
  /// - Throws: `StoreError` where the value has another type.
  mutating func append(_ cell: Cell, as kind: CentralTable.Kind) throws {
    switch (cell, kind) {
    case (.missing, _): appendNull()
    case (.integer(let value), .integer): append(value)
    case (.integer(let value), .real): append(Double(value))
    case (.number(let value), .real): append(value)
    case (.text(let value), .text): append(value)
    case (.truth(let value), .truth): append(value)
    case (.floats(let value), .vector): append(value)
    case (.counts(let value), .counts): append(value)
    default:
      throw StoreError(
        .misuse, "A recorded value has another type than its column in a central store.")
    }
  }
}
