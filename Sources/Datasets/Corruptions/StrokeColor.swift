import Network

/// Draws black strokes on white in a color, x + (1 − x)·c·orange in each channel.
enum StrokeColor: CorruptionMethod {
  static let explanation =
    "x + (1 − x)·c·(1, 0.55, 0), which draws black strokes on white in orange, from dark to bright, c = 0.2, 0.4, 0.6, "
    + "0.8, 1 (our severities); for data of three channels, as digits-rgb"
  static let strengths = [0.2, 0.4, 0.6, 0.8, 1]
  static let channels: Int? = 3

  /// Red, green and blue of the brightest color.
  private static let orange = [1.0, 0.55, 0]

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    for index in example.indices {
      let color = Float(strength * orange[index % 3])
      example[index] = (example[index] + (1 - example[index]) * color).clippedToUnitRange
    }
  }
}
