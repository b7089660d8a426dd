/// The result of an SQL function.
package enum FunctionValue: Sendable {
  case null
  case integer(Int)
  /// A real number; SQLite has no NaN and makes it NULL.
  case real(Double)
  /// A vector as a BLOB of little-endian float32.
  case floats([Float])

  /// A real number, NULL where there is none.
  package static func real(optional value: Double?) -> FunctionValue {
    value.map { .real($0) } ?? .null
  }
}
