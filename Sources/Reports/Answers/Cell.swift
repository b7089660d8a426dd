package import StrictJSON

/// A value in a row of an answer.
package enum Cell: Sendable {
  /// No value: empty in CSV, null in JSON.
  case missing
  case text(String)
  case integer(Int)
  case number(Double)
  case truth(Bool)
  /// A part of a run's configuration or provenance: JSON in every format but the table.
  indirect case json(JSONValue)
  /// A BLOB: hexadecimal digits, in a table its length.
  case bytes([UInt8])
  /// A vector: an array in JSON, numbers separated by spaces in CSV, its length in a table.
  case floats([Float])
  /// A vector of counts.
  case counts([UInt32])

  /// The number, or no value.
  static func number(optional value: Double?) -> Cell { value.map(Cell.number) ?? .missing }
}

/// A value that is one cell of a row.
package protocol CellConvertible {
  /// The cell.
  var cell: Cell { get }
}

extension Cell: CellConvertible {
  package var cell: Cell { self }
}

extension Int: CellConvertible {
  package var cell: Cell { .integer(self) }
}

extension Double: CellConvertible {
  package var cell: Cell { .number(self) }
}

extension Bool: CellConvertible {
  package var cell: Cell { .truth(self) }
}

extension String: CellConvertible {
  package var cell: Cell { .text(self) }
}

extension JSONValue: CellConvertible {
  /// The cell: a number, a text or a truth value as such, an object or a list as JSON.
  package var cell: Cell {
    switch self {
    case .null, .unreadable: .missing
    case .bool(let value): .truth(value)
    case .integer(let value): Int(exactly: value).map(Cell.integer) ?? .json(self)
    case .number(let value): .number(value)
    case .string(let text): .text(text)
    case .array, .object: .json(self)
    }
  }
}

extension Optional: CellConvertible where Wrapped: CellConvertible {
  package var cell: Cell { map(\.cell) ?? .missing }
}

extension RawRepresentable<String> where Self: CellConvertible {
  /// The cell that holds the name.
  package var cell: Cell { .text(rawValue) }
}
