import SQLiteExtension
import Statistics

extension ScalarFunction {
  /// The functions of one or two vectors.
  static let vectors: [ScalarFunction] = [
    ofVector("vec_count") { .integer($0.count) },
    ofVector("vec_mean") { .real(optional: $0.span.mean) },
    ofVector("vec_norm") { .real($0.span.norm) },
    ofVector("vec_min") { .real(optional: $0.span.minimum) },
    ofVector("vec_max") { .real(optional: $0.span.maximum) },
    ofTwoVectors("vec_dot") { .real($0.span.dot($1.span)) },
    ofTwoVectors("vec_sub") { minuend, subtrahend in
      .floats(zip(minuend, subtrahend).map { $0 - $1 })
    },
    ScalarFunction("vec_at", arguments: 2...2) { arguments throws(FunctionError) in
      guard let vector = try arguments.floats(0), let position = try arguments.integer(1) else {
        return .null
      }
      guard vector.indices ~= position else {
        throw FunctionError(
          "position \(position) is not in a vector of \(vector.count) numbers, which begins at 0")
      }
      return .real(Double(vector[position]))
    },
  ]

  private static func ofVector(
    _ name: String, _ value: @escaping @Sendable (_ vector: [Float]) -> FunctionValue
  ) -> ScalarFunction {
    ScalarFunction(name, arguments: 1...1) { arguments throws(FunctionError) in
      guard let vector = try arguments.floats(0) else { return .null }
      return value(vector)
    }
  }

  private static func ofTwoVectors(
    _ name: String,
    _ value: @escaping @Sendable (_ first: [Float], _ second: [Float]) -> FunctionValue
  ) -> ScalarFunction {
    ScalarFunction(name, arguments: 2...2) { arguments throws(FunctionError) in
      let first = try arguments.floats(0)
      let second = try arguments.floats(1)
      guard let first, let second else { return .null }
      try requireSameLength(first, second)
      return value(first, second)
    }
  }
}

/// Checks that all vectors have the length of the first.
///
/// - Throws: `FunctionError` that names both lengths.
func requireSameLength(_ first: [Float], _ others: [Float]...) throws(FunctionError) {
  for other in others where other.count != first.count {
    throw FunctionError(
      "the vectors have \(first.count) and \(other.count) numbers; they must have as many")
  }
}
