import SQLite

/// A value of a database: a cell of a query's answer, or of a recorded row.
package enum StoredValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case truth(Bool)
  case text(String)
  case bytes([UInt8])
  case floats([Float])
  case counts([UInt32])

  /// The value of a cell whose column may hold anything.
  init(_ binding: Binding) {
    switch binding {
    case .integer(let value): self = .integer(value)
    case .real(let value): self = .real(value)
    case .text(let value): self = .text(value)
    case .bytes(let value): self = .bytes(value)
    // A row is never read as a range of another buffer.
    case .null, .floats: self = .null
    }
  }
}
