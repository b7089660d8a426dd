import RunStore

extension StoredValue: CellConvertible {
  package var cell: Cell {
    switch self {
    case .null: .missing
    case .integer(let value): .integer(Int(value))
    case .real(let value): .number(value)
    case .truth(let value): .truth(value)
    case .text(let text): .text(text)
    case .bytes(let bytes): .bytes(bytes)
    case .floats(let values): .floats(values)
    case .counts(let values): .counts(values)
    }
  }
}
