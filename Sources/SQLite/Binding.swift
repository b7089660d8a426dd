/// A value for one parameter of a statement.
package enum Binding: Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  /// A vector as a BLOB of little-endian float32: this range of the buffer given beside the bindings.
  case floats(Range<Int>)
  /// A BLOB of these bytes.
  case bytes([UInt8])

  /// An integer parameter.
  package static func integer(_ value: Int) -> Binding { .integer(Int64(value)) }

  /// A real parameter; SQLite has no NaN and stores it as NULL.
  package static func real(_ value: Float) -> Binding { .real(Double(value)) }

  /// A text parameter, NULL where there is none.
  package static func text(optional value: String?) -> Binding { value.map { .text($0) } ?? .null }

  /// A real parameter, NULL where there is none.
  package static func real(optional value: Double?) -> Binding { value.map { .real($0) } ?? .null }

  /// An integer parameter, NULL where there is none.
  package static func integer(optional value: Int?) -> Binding {
    value.map { .integer(Int64($0)) } ?? .null
  }

  /// A vector parameter, NULL where there is none.
  package static func floats(optional range: Range<Int>?) -> Binding {
    range.map { .floats($0) } ?? .null
  }
}
