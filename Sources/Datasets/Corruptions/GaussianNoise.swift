import Network

/// Adds an independent Gaussian number to every pixel, and clips to 0...1.
enum GaussianNoise: CorruptionMethod {
  static let explanation =
    "x + N(0, c²), clipped to 0...1, c = 0.05, 0.1, 0.15, 0.2, 0.3 (our severities)"
  static let strengths = [0.05, 0.1, 0.15, 0.2, 0.3]

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    for index in example.indices {
      example[index] =
        Float(Double(example[index]) + strength * generator.normal()).clippedToUnitRange
    }
  }
}
