import Network

/// Moves an image to the right and down; what leaves it is lost, and black comes in.
enum Translation: CorruptionMethod {
  static let explanation =
    "to the right and down by c/28 of the width and height, c = 1, 2, 3, 4, 5 (our severities)"
  static let strengths = [1.0, 2, 3, 4, 5]
  static let needsImages = true

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    let down = strength * Double(shape.height) / 28
    let right = strength * Double(shape.width) / 28
    ImageResampling.resample(&example, shape: shape) { ($0 - down, $1 - right) }
  }
}
