import Statistics
import TestSupport
import Testing

@Suite("Pooled moments")
struct MomentAccumulatorTests {
  @Test(
    "pooling unequal batches is exact at any offset",
    arguments: [0, 10, 1e3, 1e5], [false, true])
  func exactMoments(offset: Double, sorted: Bool) throws {
    // Rows at c ± s have the mean c and the variance s² exactly, in float32 too, so that all error
    // is the pooling's own. Sorted by class, most variance is between the batches.
    var generator = SplitMix64(seed: 1)
    var rows: [Double] = []
    var pooled = MomentAccumulator(features: 1)
    for batch in 0..<200 {
      let pairs = Int.random(in: 1...64, using: &generator)
      let spread = Double(Int.random(in: 1...64, using: &generator)) / 16
      let drawn = Int.random(in: -64...64, using: &generator)
      let center = offset + Double(sorted ? batch / 20 * 8 : drawn) / 16
      rows += (0..<2 * pairs).map { center + ($0 % 2 == 0 ? spread : -spread) }
      pooled.merge(
        FeatureMoments(
          count: 2 * pairs, mean: [Float(center)], variance: [Float(spread * spread)]))
    }
    let oracle = twoPass(rows)
    // The running mean is rounded to the last place of the offset at each merge.
    let tolerance = 1e-13 + 1e-15 * offset
    #expect(pooled.count == rows.count)
    #expect(isClose(pooled.mean[0], oracle.mean, relative: 1e-14, scale: 1))
    let population = try #require(pooled.populationVariance)
    #expect(isClose(population[0], oracle.squares / Double(rows.count), relative: tolerance))
  }

  @Test(
    "pooling batches of normal rows is as exact as their float32 moments",
    arguments: [0, 10, 1e2, 1e3, 1e4, 1e5])
  func normalRows(offset: Double) throws {
    var generator = SplitMix64(seed: 7)
    var rows: [Double] = []
    var pooled = MomentAccumulator(features: 1)
    while rows.count < 20_000 {
      let count = Int.random(in: 1...128, using: &generator)
      let batch = (0..<count).map { _ in offset + generator.normal() }
      rows += batch
      pooled.merge(moments(batch))
    }
    let oracle = twoPass(rows)
    let variance = try #require(pooled.populationVariance)[0]
    // Each float32 mean is off by up to half a unit in its last place, r; against a deviation of 1
    // between means that changes the variance by at most 2·r + r².
    let roundingOfMeans = Double(Float(offset + 4).ulp) / 2
    let tolerance = 1e-6 + 2 * roundingOfMeans + roundingOfMeans * roundingOfMeans
    #expect(abs(variance - oracle.squares / Double(rows.count)) <= tolerance)
  }

  @Test("class-sorted batches keep the variance that averaging their variances loses")
  func classSorted() throws {
    var generator = SplitMix64(seed: 11)
    let classes = (0..<10).map { _ in 2 * generator.normal() }
    var rows: [Double] = []
    var pooled = MomentAccumulator(features: 1)
    var averaged = 0.0
    for center in classes {
      let batch = (0..<60).map { _ in center + generator.normal() }
      rows += batch
      pooled.merge(moments(batch))
      averaged += Double(moments(batch).variance[0]) * 60 / 59 / 10
    }
    let variance = twoPass(rows).squares / 600
    let population = try #require(pooled.populationVariance)
    #expect(isClose(population[0], variance, relative: 1e-6))
    #expect(averaged < 0.7 * variance)
  }

  @Test("features are pooled apart, and a NaN stays in its own")
  func features() throws {
    var pooled = MomentAccumulator(features: 3)
    pooled.merge(FeatureMoments(count: 1, mean: [1, 5, 0], variance: [0, 0, 0]))
    pooled.merge(FeatureMoments(count: 3, mean: [5, 5, .nan], variance: [2, 1, 0]))
    let variance = try #require(pooled.populationVariance)
    // Feature 0: rows such as 1 and three of mean 5 and variance 2; μ = 4, M2 = 9 + 3·(2 + 1) = 18.
    #expect(pooled.mean[0] == 4 && variance[0] == 4.5)
    #expect(pooled.mean[1] == 5 && variance[1] == 0.75)
    #expect(pooled.mean[2].isNaN && variance[2].isNaN)
  }

  @Test("a variance exists from one row on")
  func tooFewRows() {
    var pooled = MomentAccumulator(features: 1)
    #expect(pooled.populationVariance == nil)
    pooled.merge(FeatureMoments(count: 1, mean: [3], variance: [0]))
    #expect(pooled.populationVariance == [0])
    pooled.merge(FeatureMoments(count: 1, mean: [5], variance: [0]))
    #expect(pooled.populationVariance == [1])
  }

  @Test("moments of another width stop the program")
  func otherWidth() async {
    await #expect(processExitsWith: .failure) {
      var pooled = MomentAccumulator(features: 2)
      pooled.merge(FeatureMoments(count: 1, mean: [0], variance: [0]))
    }
  }

  @Test("moments without rows, or without a variance for each mean, stop the program")
  func impossibleMoments() async {
    await #expect(processExitsWith: .failure) {
      _ = FeatureMoments(count: 0, mean: [0], variance: [0])
    }
    await #expect(processExitsWith: .failure) {
      _ = FeatureMoments(count: 1, mean: [0, 1], variance: [0])
    }
  }

  private func twoPass(_ rows: [Double]) -> (mean: Double, squares: Double) {
    let mean = rows.reduce(0, +) / Double(rows.count)
    return (mean, rows.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
  }

  private func moments(_ rows: [Double]) -> FeatureMoments {
    let oracle = twoPass(rows)
    return FeatureMoments(
      count: rows.count, mean: [Float(oracle.mean)],
      variance: [Float(oracle.squares / Double(rows.count))])
  }
}
