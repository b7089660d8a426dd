import Network

/// Exchanges black and white, 1 − x.
enum Inversion: CorruptionMethod {
  static let explanation = "1 − x; it has no severities"
  static let strengths = [1.0, 1, 1, 1, 1]

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    for index in example.indices { example[index] = 1 - example[index] }
  }
}
