import Network

/// Adds the same light to every pixel, min(x + c, 1).
enum Brightness: CorruptionMethod {
  static let explanation = "min(x + c, 1), c = 0.1, 0.2, 0.3, 0.4, 0.5 as in MNIST-C"
  static let strengths = [0.1, 0.2, 0.3, 0.4, 0.5]

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    for index in example.indices {
      example[index] = (example[index] + Float(strength)).clippedToUnitRange
    }
  }
}
