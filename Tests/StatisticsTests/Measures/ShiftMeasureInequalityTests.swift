import Glibc
import Statistics
import TestSupport
import Testing

@Suite("Inequalities of theory for the shift measures")
struct ShiftMeasureInequalityTests {
  /// Pairs from nearly equal to far apart, in location and in scale.
  static let pairs: [(Gaussian, Gaussian)] = {
    var generator = SplitMix64(seed: 20)
    return (0..<200).map { index in
      let size = exp(Double(index % 20) / 2 - 8)
      let variance = exp(2 * generator.normal())
      return (
        Gaussian(mean: generator.normal(), variance: variance),
        Gaussian(
          mean: generator.normal() * size, variance: variance * exp(size * generator.normal()))
      )
    }
  }()

  @Test("W1 is at most W2, and W2 at least the shift of the mean and of the deviation")
  func wasserstein() {
    for (first, second) in Self.pairs {
      let w2 = value(.w2, first, second)
      #expect(value(.w1, first, second) <= w2 * (1 + 1e-14))
      #expect(abs(second.mean - first.mean) <= w2 * (1 + 1e-14))
      #expect(abs(second.deviation - first.deviation) <= w2 * (1 + 1e-14))
      #expect(isClose(w2 * w2, value(.squaredW2, first, second), relative: 1e-15))
      #expect(
        isClose(w2 / first.deviation, value(.normalizedW2, first, second), relative: 1e-14))
    }
  }

  @Test("the divergences bound one another")
  func divergences() {
    for (first, second) in Self.pairs {
      let jensenShannon = value(.jensenShannon, first, second)
      let hellinger = value(.hellinger, first, second)
      let squared = hellinger * hellinger
      let forward = value(.forwardKullbackLeibler, first, second)
      let backward = value(.backwardKullbackLeibler, first, second)
      let rounding = 1 + 1e-11
      #expect(jensenShannon <= min(value(.jeffreys, first, second) / 4, log(2)) * rounding)
      // Hellinger's square is at most the total variation, the total variation at most √2 of
      // Hellinger, and at most √(KL/2) (Pinsker); Bhattacharyya is at most half of either KL.
      #expect(squared * log(2) <= jensenShannon * rounding && jensenShannon <= squared * rounding)
      #expect(value(.bhattacharyya, first, second) <= min(forward, backward) / 2 * rounding)
      #expect(squared <= value(.bhattacharyya, first, second) * rounding && hellinger <= 1)
      #expect(value(.maximumMeanDiscrepancy, first, second) <= 1.26)
    }
  }

  @Test("for the smallest shifts all divergences are the same quadratic form")
  func smallShifts() {
    let first = Gaussian(mean: 0.5, variance: 2)
    for (mean, variance) in [(1e-4, 0.0), (0, 1e-4), (3e-5, -1e-4)] {
      let second = Gaussian(mean: 0.5 + mean, variance: 2 + variance)
      let jeffreys = value(.jeffreys, first, second)
      for (measure, part) in [
        (ShiftMeasure.forwardKullbackLeibler, 2.0), (.backwardKullbackLeibler, 2),
        (.jensenShannon, 8), (.bhattacharyya, 8),
      ] {
        #expect(isClose(value(measure, first, second) * part, jeffreys, relative: 1e-3))
      }
      let hellinger = value(.hellinger, first, second)
      let fisherRao = value(.fisherRao, first, second)
      #expect(isClose(hellinger * hellinger * 8, jeffreys, relative: 1e-3))
      #expect(isClose(fisherRao * fisherRao, jeffreys, relative: 1e-3))
    }
  }

  @Test(
    "they grow with the shift of the mean and with that of the scale",
    arguments: ShiftMeasure.allCases.filter { $0 != .meanShift && $0 != .logVarianceRatio })
  func monotone(measure: ShiftMeasure) {
    let reference = Gaussian(mean: 1, variance: 2)
    let sizes = (0...40).map { $0 == 0 ? 0 : exp(Double($0) / 3 - 12) }
    let paths: [[Gaussian]] = [
      sizes.map { Gaussian(mean: 1 + $0, variance: 2) },
      sizes.map { Gaussian(mean: 1 - $0, variance: 2) },
      sizes.map { Gaussian(mean: 1, variance: 2 + $0) },
      sizes.map { Gaussian(mean: 1, variance: 2 / (1 + $0)) },
    ]
    for path in paths {
      let values = path.map { value(measure, reference, $0) }
      #expect(values[0] == 0)
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test(
    "a metric obeys the triangle inequality, and what claims to be none does not",
    arguments: ShiftMeasure.allCases)
  func triangle(measure: ShiftMeasure) {
    var generator = SplitMix64(seed: 8)
    var isViolated = false
    for _ in 0..<2_000 {
      let points = (0..<3).map { _ in
        Gaussian(mean: 2 * generator.normal(), variance: exp(2 * generator.normal()))
      }
      // Far less than 2,000 quadratures are enough to find a violation.
      if isViolated { break }
      let (a, b, c) = (
        value(measure, points[0], points[1]), value(measure, points[1], points[2]),
        value(measure, points[0], points[2])
      )
      let back = value(measure, points[2], points[0])
      isViolated =
        c > (a + b) * (1 + 1e-12) || abs(c - back) > 1e-12 * abs(c) || a < 0
    }
    #expect(isViolated != measure.isMetric)
  }
}
