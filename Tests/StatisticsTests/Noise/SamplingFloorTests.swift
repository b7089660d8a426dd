import Glibc
import Statistics
import TestSupport
import Testing

/// The floor that `FlooredComparison` gives for batches of one unit: independent Gaussian rows where nothing else is said.
@Suite("The sampling floor")
struct SamplingFloorTests {
  /// The shift between two batches of a population of variance 1, or nil where it has no floor.
  private func shift(
    _ first: (moments: Gaussian, count: Int), _ second: (moments: Gaussian, count: Int),
    rho: Double = 1, kurtosis: Double = 3
  ) -> FlooredShift? {
    let noise = BatchNoise(rho: [rho], kurtosis: [kurtosis], variance: [1])
    var comparison = FlooredComparison(units: 1, epsilon: 0)
    let means = [Float(first.moments.mean), Float(second.moments.mean)]
    let variances = [Float(first.moments.variance), Float(second.moments.variance)]
    comparison.setReference(
      mean: means.span.extracting(0..<1), variance: variances.span.extracting(0..<1),
      count: first.count, noise: noise)
    return comparison.shift(
      mean: means.span.extracting(1..<2), variance: variances.span.extracting(1..<2),
      count: second.count, noise: noise)
  }

  /// The floor between batches of these sizes that have the mean variance of such batches, 1 − ρ/m.
  private func floor(
    _ first: Int, _ second: Int, rho: Double = 1, kurtosis: Double = 3
  ) throws -> Double {
    func batch(_ count: Int) -> (moments: Gaussian, count: Int) {
      (Gaussian(mean: 0, variance: 1 - rho / Double(count)), count)
    }
    return try #require(shift(batch(first), batch(second), rho: rho, kurtosis: kurtosis)).floor
  }

  @Test("it is the exact expectation for Gaussian rows, but for a share of 0.1/m")
  func exactExpectation() throws {
    for count in 2...1024 {
      let exact = 2 / Double(count) + 2 * deviationVariance(count)
      let excess = (try floor(count, count) / exact - 1) * Double(count)
      #expect(excess > 0 && excess < (count < 10 ? 0.21 : 0.1))
    }
    // The moments are float32, as stored ones are.
    #expect(isClose(try floor(60, 60), 0.05, relative: 1e-7))
    #expect(isClose(try floor(30, 60), 0.075, relative: 1e-7))
    #expect(isClose(try floor(10, 40, rho: 0.02, kurtosis: 5), 1.02 * 0.125, relative: 1e-7))
  }

  @Test(
    "it is the mean W2² of simulated batches, of unequal sizes too",
    arguments: [(60, 60), (12, 100)])
  func simulation(first: Int, second: Int) throws {
    let mean = try simulated(first, second, drift: 0)
    // W2²/floor is about χ²/ν of some 1.8 degrees of freedom: a standard error of 1.7 % here.
    #expect(isClose(mean.value, mean.floor, relative: 0.05))
    #expect(isClose(mean.floor, try floor(first, second), relative: 0.01))
  }

  @Test("less the floor, the mean shift is the true one, and only a true one is distinguishable")
  func debiasing() throws {
    for drift in [0.0, 0.1, 1] {
      let mean = try simulated(60, 60, drift: drift)
      #expect(abs(mean.debiased - drift * drift) < 0.012)
      #expect(mean.isDistinguishable == (drift == 1))
    }
    #expect(FlooredShift(value: 2, floor: 1).isDistinguishable)
    #expect(!FlooredShift(value: 2.0.nextDown, floor: 1).isDistinguishable)
    #expect(!FlooredShift(value: .nan, floor: 1).isDistinguishable)
  }

  /// The mean shift and floor of 4,000 pairs of batches.
  private func simulated(_ first: Int, _ second: Int, drift: Double) throws -> FlooredShift {
    var generator = SplitMix64(seed: 60)
    var (value, floor) = (0.0, 0.0)
    for _ in 0..<4_000 {
      let shift = try #require(
        self.shift(
          (batch(first, mean: 3, deviation: 1, using: &generator), first),
          (batch(second, mean: 3 + drift, deviation: 1, using: &generator), second)))
      value += shift.value / 4_000
      floor += shift.floor / 4_000
    }
    return FlooredShift(value: value, floor: floor)
  }

  /// Var(sd_B)/σ² of m Gaussian rows, from the mean of the χ distribution.
  private func deviationVariance(_ count: Int) -> Double {
    let m = Double(count)
    let ratio = exp(lgamma(m / 2) - lgamma((m - 1) / 2))
    return (m - 1) / m - 2 / m * ratio * ratio
  }
}

/// The moments of `count` Gaussian rows, the variance biased.
func batch(
  _ count: Int, mean: Double, deviation: Double, using generator: inout SplitMix64
) -> Gaussian {
  let rows = (0..<count).map { _ in mean + deviation * generator.normal() }
  let center = rows.reduce(0, +) / Double(count)
  return Gaussian(
    mean: center,
    variance: rows.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(count))
}
