import Statistics
import TestSupport
import Testing

@Suite("The degrees of freedom of the noise of batches")
struct NoiseSpreadTests {
  /// Batches whose means are mixed of independent parts: `weights` has a row of parts for each unit.
  func noise(
    _ weights: [[Double]], batches: Int, using generator: inout SplitMix64
  ) -> BatchNoiseAccumulator {
    var noise = BatchNoiseAccumulator(features: weights.count)
    for _ in 0..<batches {
      let parts = weights[0].map { _ in generator.normal() }
      let mean = weights.map { row in Float(zip(row, parts).reduce(0) { $0 + $1.0 * $1.1 }) }
      noise.add(
        FeatureMoments(count: 25, mean: mean, variance: mean.map { _ in Float(1000) }))
    }
    return noise
  }

  /// `units` units of each of `groups` groups that move together.
  func grouped(_ groups: Int, units: Int) -> [[Double]] {
    (0..<groups * units).map { unit in (0..<groups).map { $0 == unit / units ? 1 : 0 } }
  }

  @Test(
    "Units that move together count as one",
    arguments: [(1, 30, 1.0), (3, 8, 3), (10, 4, 10), (40, 1, 40)])
  func groups(groups: Int, units: Int, expected: Double) throws {
    var generator = SplitMix64(seed: 3)
    var inverses = 0.0
    for _ in 0..<60 {
      let noise = noise(grouped(groups, units: units), batches: 50, using: &generator)
      inverses += 1 / (try #require(noise.degreesOfFreedom(epsilon: 0)))
    }
    // The mean of 1/k, as that is what is nearly unbiased: it is the relative variance.
    #expect(isClose(60 / inverses, expected, relative: 0.08))
  }

  @Test("Parts of unequal size count by (tr Σ)²/tr Σ²")
  func unequal() throws {
    // Variances of 9, 4, 1 and 1: 15²/(81 + 16 + 1 + 1).
    let weights: [[Double]] = [[3, 0, 0, 0], [0, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    var generator = SplitMix64(seed: 4)
    var inverses = 0.0
    for _ in 0..<200 {
      let noise = noise(weights, batches: 50, using: &generator)
      inverses += 1 / (try #require(noise.degreesOfFreedom(epsilon: 0)))
    }
    #expect(isClose(200 / inverses, 225.0 / 99, relative: 0.05))
  }

  @Test("It equals the one of the covariance of all moments, computed by features")
  func byCovariance() throws {
    var generator = SplitMix64(seed: 5)
    var noise = BatchNoiseAccumulator(features: 3)
    var rows: [[Double]] = []
    for _ in 0..<9 {
      let mean = (0..<3).map { _ in Float(generator.normal()) }
      let variance = (0..<3).map { _ in Float(4 + generator.normal().magnitude) }
      noise.add(FeatureMoments(count: 10, mean: mean, variance: variance))
      rows.append(mean.map(Double.init) + variance.map { Double($0).squareRoot() })
    }
    let scale = try #require(noise.populationVariance).map { $0 + 0.5 }
    let n = 8.0
    let means = (0..<6).map { column in rows.reduce(0) { $0 + $1[column] } / 9 }
    // √10 for the rows of a batch, which divides out.
    var (trace, squares) = (0.0, 0.0)
    for i in 0..<6 {
      for j in 0..<6 {
        var sum = 0.0
        for row in rows { sum += (row[i] - means[i]) * (row[j] - means[j]) }
        let covariance: Double = sum / n / (scale[i % 3] * scale[j % 3]).squareRoot()
        if i == j { trace += covariance }
        squares += covariance * covariance
      }
    }
    let unbiased = n * n / ((n - 1) * (n + 2)) * (squares - trace * trace / n)
    let expected = (trace * trace - 2 * unbiased / n) / unbiased
    #expect(expected > 1 && expected < 6)
    #expect(
      isClose(try #require(noise.degreesOfFreedom(epsilon: 0.5)), expected, relative: 1e-5))
  }

  @Test("It is unknown of two batches, and where nothing varies; unsound units are left out")
  func unknown() throws {
    var generator = SplitMix64(seed: 6)
    #expect(
      noise(grouped(2, units: 1), batches: 2, using: &generator).degreesOfFreedom(epsilon: 1) == nil
    )
    #expect(
      noise([[0], [0]], batches: 9, using: &generator).degreesOfFreedom(epsilon: 1) == nil)
    #expect(
      noise([[.nan], [.nan]], batches: 9, using: &generator).degreesOfFreedom(epsilon: 1) == nil)
    let one = try #require(
      noise([[1], [.infinity], [1]], batches: 9, using: &generator).degreesOfFreedom(epsilon: 1))
    #expect(isClose(one, 1, relative: 1e-12))
  }
}
