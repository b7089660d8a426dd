/// A value that a statement names by its place, such as `$1`.
enum ServerParameter {
  case integer(Int)
  case real(Double)
  case text(String)
  case null

  /// A bigint[].
  static func integers(_ values: [Int]) -> ServerParameter {
    .text("{\(values.map(String.init).joined(separator: ","))}")
  }

  /// A float8[].
  static func reals(_ values: [Double]) -> ServerParameter {
    .text("{\(values.map { ServerParameter.real($0).text ?? "NULL" }.joined(separator: ","))}")
  }

  /// A text, NULL where there is none.
  static func text(optional value: String?) -> ServerParameter { value.map { .text($0) } ?? .null }

  /// The type that statements take it for.
  var type: String {
    switch self {
    case .integer: "bigint"
    case .real: "float8"
    case .text, .null: "text"
    }
  }

  /// The text of the value; nil for NULL.
  var text: String? {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value):
      value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "Infinity" : "-Infinity") : "\(value)"
    case .text(let value): value
    case .null: nil
    }
  }
}
