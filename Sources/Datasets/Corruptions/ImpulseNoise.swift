import Network

/// Makes pixels black or white, each with the probability c/2: salt and pepper.
enum ImpulseNoise: CorruptionMethod {
  static let explanation =
    "each pixel becomes 0 or 1 with probability c, c = 0.03, 0.06, 0.09, 0.17, 0.27 as in MNIST-C"
  static let strengths = [0.03, 0.06, 0.09, 0.17, 0.27]

  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator
  ) {
    for index in example.indices {
      let draw = generator.uniform()
      if draw < strength { example[index] = draw < strength / 2 ? 0 : 1 }
    }
  }
}
