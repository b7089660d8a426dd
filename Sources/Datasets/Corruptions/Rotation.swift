import Glibc
import Network

/// Turns an image about its center; black comes in at the corners.
enum Rotation: CorruptionMethod {
  static let explanation = "clockwise by c = 10, 20, 30, 40, 50 degrees (our severities)"
  static let strengths = [10.0, 20, 30, 40, 50]
  static let needsImages = true

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    let angle = strength * .pi / 180
    let (sine, cosine) = (sin(angle), cos(angle))
    // Rows count downwards, so a clockwise turn takes a pixel from counterclockwise of it.
    ImageResampling.resample(&example, shape: shape) { row, column in
      (row * cosine - column * sine, row * sine + column * cosine)
    }
  }
}
