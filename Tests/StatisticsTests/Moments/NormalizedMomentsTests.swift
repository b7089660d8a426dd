import Statistics
import TestSupport
import Testing

@Suite("Derived moments of batch norm's output")
struct NormalizedMomentsTests {
  @Test("they are the moments of the normalized rows", arguments: [0, 1e-3, 0.5])
  func momentsOfNormalizedRows(epsilon: Double) {
    var generator = SplitMix64(seed: 5)
    let parameters: [(gamma: Float, beta: Float, scale: Double)] = [
      (1, 0, 1), (-2, 3, 0.1), (0, 1.5, 1), (0.3, -40, 25),
    ]
    var input: [(mean: Double, variance: Double)] = []
    var expected: [(mean: Double, variance: Double)] = []
    for (gamma, beta, scale) in parameters {
      let rows = (0..<60).map { _ in 4 + scale * generator.normal() }
      let (mean, variance) = moments(rows)
      input.append((mean, variance))
      expected.append(
        moments(
          rows.map {
            Double(gamma) * ($0 - mean) / (variance + epsilon).squareRoot() + Double(beta)
          }))
    }
    let derived = variance(
      input: input.map { Float($0.variance) }, gamma: parameters.map(\.gamma), epsilon: epsilon)
    for (feature, expected) in expected.enumerated() {
      // The mean is beta itself.
      #expect(isClose(Double(parameters[feature].beta), expected.mean, relative: 1e-6, scale: 1e-6))
      #expect(
        isClose(Double(derived[feature]), expected.variance, relative: 2e-7, scale: 1e-12))
    }
  }

  @Test("a constant feature comes out constant, and an unsound one undefined")
  func degenerateFeatures() {
    let derived = variance(
      input: [0, .nan, .infinity, -1, -1e-4], gamma: [2, 1, 1, 1, 1], epsilon: 1e-3)
    #expect(derived[0] == 0)
    #expect(derived[1...].allSatisfy { $0.isNaN })
  }

  private func variance(input: [Float], gamma: [Float], epsilon: Double) -> [Float] {
    var variance = input
    var output = variance.mutableSpan
    NormalizedMoments.fillVariance(
      input: input.span, gamma: gamma.span, epsilon: epsilon, output: &output)
    return variance
  }

  private func moments(_ rows: [Double]) -> (mean: Double, variance: Double) {
    let mean = rows.reduce(0, +) / Double(rows.count)
    return (mean, rows.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows.count))
  }
}
