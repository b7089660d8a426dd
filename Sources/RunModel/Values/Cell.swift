package import StrictJSON

/// A value of any kind: a column of a recorded row, a field of a run, a cell of an answer.
package enum Cell: Sendable, Equatable {
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
  package static func number(optional value: Double?) -> Cell {
    value.map(Cell.number) ?? .missing
  }

  /// The text, or no value.
  package static func text(optional value: String?) -> Cell { value.map(Cell.text) ?? .missing }

  /// A number, a text or a truth value as such, an object, a list or a larger number as JSON.
  package init(_ value: JSONValue) {
    self =
      switch value {
      case .null, .unreadable: .missing
      case .bool(let value): .truth(value)
      case .integer(let whole): Int(exactly: whole).map(Cell.integer) ?? .json(value)
      case .number(let value): .number(value)
      case .string(let text): .text(text)
      case .array, .object: .json(value)
      }
  }
}
