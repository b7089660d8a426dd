import Network

/// Makes an image smaller about its center; black comes in around it.
enum Scaling: CorruptionMethod {
  static let explanation = "smaller by the factor c = 0.9, 0.8, 0.7, 0.6, 0.5 (our severities)"
  static let strengths = [0.9, 0.8, 0.7, 0.6, 0.5]
  static let needsImages = true

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    ImageResampling.resample(&example, shape: shape) { ($0 / strength, $1 / strength) }
  }
}
