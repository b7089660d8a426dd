import Glibc
import Network

/// Counts the photons of every pixel, Poisson(λ·x)/λ, and clips to 0...1.
enum ShotNoise: CorruptionMethod {
  static let explanation =
    "Poisson(c·x)/c, clipped to 0...1, c = 60, 30, 15, 8, 4 photons (our severities)"
  static let strengths = [60.0, 30, 15, 8, 4]

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    for index in example.indices {
      let photons = poisson(mean: strength * Double(example[index]), &generator)
      example[index] = Float(Double(photons) / strength).clippedToUnitRange
    }
  }

  /// A number from the Poisson distribution: how many uniform factors keep a product above e^−mean.
  ///
  /// Source: Knuth, "The art of computer programming", volume 2, 3.4.1. It takes mean + 1 draws.
  private static func poisson(mean: Double, _ generator: inout RandomGenerator) -> Int {
    let limit = exp(-mean)
    var count = 0
    var product = generator.uniform()
    while product > limit {
      count += 1
      product *= generator.uniform()
    }
    return count
  }
}
