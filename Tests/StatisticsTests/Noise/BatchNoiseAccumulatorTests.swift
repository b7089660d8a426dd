import Statistics
import TestSupport
import Testing

@Suite("The noise of batches")
struct BatchNoiseAccumulatorTests {
  @Test("independent rows have rho 1 and their own kurtosis", arguments: [60, 250])
  func independentRows(count: Int) throws {
    var generator = SplitMix64(seed: 1)
    var noise = BatchNoiseAccumulator(features: 2)
    for _ in 0..<4_000 {
      let gaussian = batch(count, mean: -5, deviation: 3, using: &generator)
      // Rows of ±1 have kurtosis 1, so that hardly any spread is left for their deviation.
      let ups = (0..<count).reduce(0) { sum, _ in sum + (Bool.random(using: &generator) ? 1 : 0) }
      let share = Double(ups) / Double(count)
      noise.add(
        FeatureMoments(
          count: count, mean: [Float(gaussian.mean), Float(2 * share - 1)],
          variance: [Float(gaussian.variance), Float(4 * share * (1 - share))]))
    }
    let variance = try #require(noise.populationVariance)
    let rho = try #require(noise.rho)
    let kurtosis = try #require(noise.effectiveKurtosis)
    #expect(isClose(variance[0], 9, relative: 0.02) && isClose(variance[1], 1, relative: 1e-3))
    // Four standard errors of √(2/3999) each.
    #expect(isClose(rho[0], 1, relative: 0.09) && isClose(rho[1], 1, relative: 0.09))
    #expect(isClose(kurtosis[0], 3, relative: 0.09) && isClose(kurtosis[1], 1, relative: 0.05))
  }

  @Test("rho and the variance have no bias, whatever rho is, for batches of any sizes")
  func pinnedMeans() throws {
    // Batches of mean √(ρ/m)·Z and variance 1 − ρ/m are what rows of variance 1 come in.
    for rho in [0.0, 0.02, 0.5, 1, 4] {
      var generator = SplitMix64(seed: 2)
      var noise = BatchNoiseAccumulator(features: 1)
      for _ in 0..<4_000 {
        let count = Int.random(in: 4...100, using: &generator)
        let ofMean = rho / Double(count)
        noise.add(
          FeatureMoments(
            count: count, mean: [Float(ofMean.squareRoot() * generator.normal())],
            variance: [Float(max(0, 1 - ofMean))]))
      }
      let found = try #require(noise.rho)[0]
      #expect(isClose(found, rho, relative: 0.09, scale: 1e-9))
      #expect(isClose(try #require(noise.populationVariance)[0], 1, relative: 0.01))
    }
  }

  @Test("the variance follows from the law of total variance, computed by hand")
  func byHand() throws {
    var noise = BatchNoiseAccumulator(features: 3)
    #expect(noise.rho == nil && noise.populationVariance == nil)
    noise.add(FeatureMoments(count: 2, mean: [0, 7, 1], variance: [1, 0, .nan]))
    #expect(noise.rho == nil && noise.effectiveKurtosis == nil)
    noise.add(FeatureMoments(count: 6, mean: [4, 7, 1], variance: [9, 0, 1]))
    // μ = 3, Σn·(μ_b − μ)² = 2·9 + 6·1 = 24 = Bₘ; (2·1 + 6·9 + 2·24)/8 = 13.
    #expect(noise.batches == 2 && noise.count == 8)
    #expect(try #require(noise.populationVariance)[0] == 13)
    let rho = try #require(noise.rho)
    #expect(isClose(rho[0], 24.0 / 13, relative: 1e-15))
    // Deviations of 1 and 3 about 2.5: 2·2.25 + 6·0.25 = 6, and 1 + 4·6/13.
    #expect(isClose(try #require(noise.effectiveKurtosis)[0], 1 + 24.0 / 13, relative: 1e-15))
    #expect(rho[1].isNaN && rho[2].isNaN)
  }

  @Test("batches of another width stop the program")
  func otherWidth() async {
    await #expect(processExitsWith: .failure) {
      var noise = BatchNoiseAccumulator(features: 2)
      noise.add(FeatureMoments(count: 1, mean: [0], variance: [0]))
    }
  }
}
