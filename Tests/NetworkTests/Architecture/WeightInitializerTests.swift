import Network
import Testing

@Suite("Initial weights")
struct WeightInitializerTests {
  /// The moments of the weights of a layer that is large enough to measure them.
  private func drawn(_ initializer: WeightInitializer) -> (
    mean: Double, variance: Double, largest: Double
  ) {
    var generator = RandomGenerator(seed: 17)
    let weights = initializer.weights(
      rows: 300, columns: 100, inputs: 300, outputs: 100, generator: &generator)
    let values = weights.values.map(Double.init)
    let moments = twoPassMoments(values)
    return (moments.mean, moments.variance, largestMagnitude(values))
  }

  private let count = 30_000.0

  @Test("Glorot's are uniform within ±√(6 / (inputs + outputs))")
  func glorot() {
    let weights = drawn(.glorot)
    let variance = 2.0 / 400
    #expect(abs(weights.mean) <= 4 * (variance / count).squareRoot())
    // A uniform distribution's kurtosis is 9/5.
    #expect(abs(weights.variance / variance - 1) <= 4 * ((1.8 - 1) / count).squareRoot())
    let bound = (6.0 / 400).squareRoot()
    #expect(weights.largest <= bound * (1 + 1e-7) && weights.largest >= 0.999 * bound)
  }

  @Test(
    "He's are normal with variance 2 / inputs, the normal ones with the given deviation",
    arguments: [
      (WeightInitializer.he, 2.0 / 300), (.normal(standardDeviation: 0.05), 0.05 * 0.05),
      (.normal(standardDeviation: 5), 25),
    ])
  func normal(initializer: WeightInitializer, variance: Double) {
    let weights = drawn(initializer)
    #expect(abs(weights.mean) <= 4 * (variance / count).squareRoot())
    // A normal distribution's kurtosis is 3.
    #expect(abs(weights.variance / variance - 1) <= 4 * (2 / count).squareRoot())
    // Of 30,000 the largest is expected near 4.2 deviations.
    #expect(weights.largest >= 3.5 * variance.squareRoot())
    #expect(weights.largest <= 6 * variance.squareRoot())
  }

  @Test(
    "a convolution's fan-in and fan-out are those of its windows of 9 positions",
    arguments: [(WeightInitializer.he, 2.0 / 360), (.glorot, 2.0 / (360 + 720))])
  func convolution(initializer: WeightInitializer, variance: Double) throws {
    let layer = LayerArchitecture(.convolution(channels: 80, stride: 2), activation: .relu)
    let architecture = NetworkArchitecture(
      input: TensorShape(height: 5, width: 4, channels: 40), layers: [layer],
      initializer: initializer)
    let weights = try Network(architecture, seed: 3).layers[0].weights
    #expect(weights.rows == 360 && weights.columns == 80)
    let ratio = twoPassMoments(weights.values.map(Double.init)).variance / variance
    // A kurtosis of at most 3.
    #expect(abs(ratio - 1) <= 4 * (2 / 28_800.0).squareRoot())
  }

  @Test("the seed decides every weight, whatever normalizes", arguments: Activation.allCases)
  func sharedWeights(activation: Activation) throws {
    func weights(_ choice: NormalizationChoice, seed: UInt64) throws -> [Matrix] {
      let architecture = NetworkArchitecture.dense(
        inputs: 9, hiddenWidths: [8, 8], classes: 8, activation: activation,
        placement: choice.placement, normalization: choice.normalization(), initializer: .glorot)
      return try Network(architecture, seed: seed).layers.map(\.weights)
    }
    let expected = try weights(.none, seed: 5)
    for choice in NormalizationChoice.allCases { #expect(try weights(choice, seed: 5) == expected) }
    #expect(try weights(.none, seed: 6) != expected)
    // Layers of one shape draw from streams of their own.
    #expect(expected[1] != expected[2])
  }
}
