import Statistics
import Testing

@Suite("Derived moments of batch norm's output")
struct NormalizedMomentsTests {
  @Test("they are the moments of the normalized rows", arguments: [0, 1e-3, 0.5])
  func momentsOfNormalizedRows(epsilon: Double) {
    var generator = TestGenerator(seed: 5)
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
    let derived = NormalizedMoments.derived(
      from: FeatureMoments(
        count: 60, mean: input.map { Float($0.mean) }, variance: input.map { Float($0.variance) }),
      gamma: parameters.map(\.gamma), beta: parameters.map(\.beta), epsilon: epsilon)
    #expect(derived.count == 60)
    for (feature, expected) in expected.enumerated() {
      let mean = Double(derived.mean[feature])
      let variance = Double(derived.variance[feature])
      #expect(isClose(mean, expected.mean, relative: 1e-6, scale: 1e-6))
      #expect(isClose(variance, expected.variance, relative: 2e-7, scale: 1e-12))
    }
  }

  @Test("a constant feature comes out constant, and an unsound one undefined")
  func degenerateFeatures() {
    let derived = NormalizedMoments.derived(
      from: FeatureMoments(
        count: 8, mean: [7, 0, 0, 0, 0], variance: [0, .nan, .infinity, -1, -1e-4]),
      gamma: [2, 1, 1, 1, 1], beta: [3, 0, 0, 0, 0], epsilon: 1e-3)
    #expect(derived.mean[0] == 3 && derived.variance[0] == 0)
    #expect(derived.variance[1...].allSatisfy { $0.isNaN })
  }

  private func moments(_ rows: [Double]) -> (mean: Double, variance: Double) {
    let mean = rows.reduce(0, +) / Double(rows.count)
    return (mean, rows.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows.count))
  }
}
