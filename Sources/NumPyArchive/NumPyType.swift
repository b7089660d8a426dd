/// The type of the elements of an array of NumPy.
package enum NumPyType: Sendable, Equatable {
  case int64
  case float32
  case float64
  /// Texts of at most a number of Unicode scalars.
  case text(length: Int)

  /// The type as NumPy writes it.
  var description: String {
    switch self {
    case .int64: "<i8"
    case .float32: "<f4"
    case .float64: "<f8"
    case .text(let length): "<U\(length)"
    }
  }

  /// The size of an element in bytes.
  var size: Int {
    switch self {
    case .int64, .float64: 8
    case .float32: 4
    case .text(let length): 4 * length
    }
  }
}
