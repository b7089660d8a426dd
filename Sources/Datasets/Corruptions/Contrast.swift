import Network

/// Draws every pixel towards the mean of its image, mean + c·(x − mean).
enum Contrast: CorruptionMethod {
  static let explanation =
    "mean + c·(x − mean) over each example, c = 0.4, 0.3, 0.2, 0.1, 0.05 as in MNIST-C"
  static let strengths = [0.4, 0.3, 0.2, 0.1, 0.05]

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    let mean = Float(example.reduce(0.0) { $0 + Double($1) } / Double(example.count))
    for index in example.indices {
      example[index] = (mean + Float(strength) * (example[index] - mean)).clippedToUnitRange
    }
  }
}
