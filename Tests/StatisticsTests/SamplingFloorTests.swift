import Glibc
import Statistics
import Testing

@Suite("The sampling floor")
struct SamplingFloorTests {
  @Test("it is the exact expectation for Gaussian rows, but for a share of 0.1/m")
  func exactExpectation() {
    for count in 2...1024 {
      let floor = SamplingFloor().normalizedSquaredW2(count, count)
      let exact = 2 / Double(count) + 2 * deviationVariance(count)
      let excess = (floor / exact - 1) * Double(count)
      #expect(excess > 0 && excess < (count < 10 ? 0.21 : 0.1))
    }
    #expect(isClose(SamplingFloor().normalizedSquaredW2(60, 60), 0.05, relative: 1e-15))
    #expect(isClose(SamplingFloor().normalizedSquaredW2(30, 60), 0.075, relative: 1e-15))
    #expect(
      isClose(
        SamplingFloor(rho: 0.02, kurtosis: 5).normalizedSquaredW2(10, 40), 1.02 * 0.125,
        relative: 1e-15))
  }

  @Test(
    "it is the mean W2² of simulated batches, of unequal sizes too",
    arguments: [(60, 60), (12, 100)])
  func simulation(first: Int, second: Int) {
    var generator = TestGenerator(seed: 60)
    var sum = 0.0
    let repetitions = 4_000
    for _ in 0..<repetitions {
      sum += value(
        .squaredW2, batch(first, mean: 3, deviation: 1, using: &generator),
        batch(second, mean: 3, deviation: 1, using: &generator))
    }
    let floor = SamplingFloor().normalizedSquaredW2(first, second)
    // W2²/floor is about χ²/ν of some 1.8 degrees of freedom: a standard error of 1.7 % here.
    #expect(isClose(sum / Double(repetitions), floor, relative: 0.05))
  }

  @Test("less the floor, the mean shift is the true one, and only a true one can be told")
  func debiasing() {
    var generator = TestGenerator(seed: 5)
    for drift in [0.0, 0.1, 1] {
      var sum = 0.0
      for _ in 0..<4_000 {
        sum += value(
          .squaredW2, batch(60, mean: 3, deviation: 1, using: &generator),
          batch(60, mean: 3 + drift, deviation: 1, using: &generator))
      }
      let shift = SamplingFloor().judge(normalizedSquaredW2: sum / 4_000, 60, 60)
      #expect(shift.floor == SamplingFloor().normalizedSquaredW2(60, 60))
      #expect(abs(shift.debiased - drift * drift) < 0.012)
      #expect(shift.isDistinguishable == (drift == 1))
    }
    #expect(FlooredShift(value: 2, floor: 1).isDistinguishable)
    #expect(!FlooredShift(value: 2.0.nextDown, floor: 1).isDistinguishable)
    #expect(!FlooredShift(value: .nan, floor: 1).isDistinguishable)
  }

  @Test("noise that can't be stops the program")
  func impossible() async {
    await #expect(processExitsWith: .failure) { _ = SamplingFloor(rho: -0.1) }
    await #expect(processExitsWith: .failure) { _ = SamplingFloor(rho: .nan) }
    await #expect(processExitsWith: .failure) { _ = SamplingFloor(kurtosis: 0.5) }
    await #expect(processExitsWith: .failure) {
      _ = SamplingFloor().normalizedSquaredW2(0, 60)
    }
  }

  /// Var(sd_B)/σ² of m Gaussian rows, from the mean of the χ distribution.
  private func deviationVariance(_ count: Int) -> Double {
    let m = Double(count)
    let ratio = exp(lgamma(m / 2) - lgamma((m - 1) / 2))
    return (m - 1) / m - 2 / m * ratio * ratio
  }
}

@Suite("The noise of batches")
struct BatchNoiseAccumulatorTests {
  @Test("independent rows have rho 1 and their own kurtosis", arguments: [60, 250])
  func independentRows(count: Int) throws {
    var generator = TestGenerator(seed: 1)
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
      var generator = TestGenerator(seed: 2)
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

  @Test("the variance is that of the rows by the law of total variance, worked by hand")
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

/// The moments of `count` Gaussian rows, the variance biased.
private func batch(
  _ count: Int, mean: Double, deviation: Double, using generator: inout TestGenerator
) -> Gaussian {
  let rows = (0..<count).map { _ in mean + deviation * generator.normal() }
  let center = rows.reduce(0, +) / Double(count)
  return Gaussian(
    mean: center,
    variance: rows.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(count))
}
