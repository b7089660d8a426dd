package import RunModel
package import StrictJSON

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
  package var cell: Cell { Cell(self) }
}

extension Optional: CellConvertible where Wrapped: CellConvertible {
  package var cell: Cell { map(\.cell) ?? .missing }
}

extension RawRepresentable<String> where Self: CellConvertible {
  /// The cell that holds the name.
  package var cell: Cell { .text(rawValue) }
}
