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

/// The moments of `count` Gaussian rows, the variance biased.
func batch(
  _ count: Int, mean: Double, deviation: Double, using generator: inout TestGenerator
) -> Gaussian {
  let rows = (0..<count).map { _ in mean + deviation * generator.normal() }
  let center = rows.reduce(0, +) / Double(count)
  return Gaussian(
    mean: center,
    variance: rows.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(count))
}
