import Glibc
import Statistics
import TestSupport
import Testing

@Suite("How far a histogram is from another")
struct HistogramShiftTests {
  /// The mean of the index where nothing changed, (B − 1)·(1/n + 1/m).
  func nullMean(_ index: PopulationStabilityIndex) -> Double {
    Double(index.bins - 1) * (1 / Double(index.referenceCount) + 1 / Double(index.currentCount))
  }

  @Test("all measures give scipy's numbers", arguments: HistogramGolden.all)
  func goldenNumbers(golden: HistogramGolden) throws {
    let shift = try #require(
      HistogramShift(
        from: histogram(golden.edges, golden.reference),
        to: histogram(golden.edges, golden.current)))
    let index = shift.populationStabilityIndex()
    let found = [
      shift.jensenShannonDistance, shift.wasserstein1, shift.kolmogorovSmirnov, index.value,
      nullMean(index), index.criticalValue(), index.criticalValue(significance: 1e-6),
    ]
    #expect(found.count == golden.expected.count)
    for (found, expected) in zip(found, golden.expected) {
      #expect(isClose(found, expected, relative: 1e-12), "\(found), not \(expected)")
    }
  }

  @Test("equal histograms are at 0, those without a common bin at the bounds")
  func bounds() throws {
    var first = Histogram(bins: 4, in: 0...4)
    for value in [0.5, 0.5, 1.5, -7] { first.add(value) }
    var twice = first
    twice.merge(first)
    let none = try #require(HistogramShift(from: first, to: twice))
    #expect(none.jensenShannonDistance == 0 && none.wasserstein1 == 0)
    #expect(none.kolmogorovSmirnov == 0 && none.populationStabilityIndex().value == 0)
    var other = Histogram(bins: 4, in: 0...4)
    for value in [2.5, 3.5, 9] { other.add(value) }
    let all = try #require(HistogramShift(from: first, to: other))
    #expect(isClose(all.jensenShannonDistance, 1, relative: 1e-15))
    #expect(isClose(all.kolmogorovSmirnov, 1, relative: 1e-15))
    // From (0 + 0.5 + 0.5 + 1.5)/4, the lowest edge for −7, to (2.5 + 3.5 + 4)/3.
    #expect(isClose(all.wasserstein1, 10.0 / 3 - 0.625, relative: 1e-15))
  }

  @Test("a histogram without numbers is not compared")
  func empty() {
    var some = Histogram(bins: 2, in: 0...1)
    var none = some
    some.add(0)
    none.add(.nan)
    #expect(HistogramShift(from: some, to: none) == nil)
    #expect(HistogramShift(from: none, to: some) == nil)
  }

  @Test("both directions are the same but for the share of an empty bin")
  func symmetry() throws {
    for golden in HistogramGolden.all {
      let first = histogram(golden.edges, golden.reference)
      let second = histogram(golden.edges, golden.current)
      let there = try #require(HistogramShift(from: first, to: second))
      let back = try #require(HistogramShift(from: second, to: first))
      #expect(there.jensenShannonDistance == back.jensenShannonDistance)
      #expect(there.wasserstein1 == back.wasserstein1)
      #expect(there.kolmogorovSmirnov == back.kolmogorovSmirnov)
      #expect(
        isClose(
          there.populationStabilityIndex().value, back.populationStabilityIndex().value,
          relative: 1e-14))
    }
  }

  @Test("fine histograms of Gaussian samples are as far apart as the Gaussians")
  func gaussians() throws {
    var generator = SplitMix64(seed: 77)
    let reference = Gaussian(mean: 0, variance: 1)
    let current = Gaussian(mean: 0.5, variance: 2.25)
    func sample(_ gaussian: Gaussian) -> Histogram {
      var histogram = Histogram(bins: 128, in: -8...8)
      for _ in 0..<100_000 {
        histogram.add(gaussian.mean + gaussian.deviation * generator.normal())
      }
      return histogram
    }
    let shift = try #require(HistogramShift(from: sample(reference), to: sample(current)))
    let distance = shift.jensenShannonDistance
    #expect(
      isClose(
        distance * distance * log(2), value(.jensenShannon, reference, current), relative: 0.05))
    #expect(isClose(shift.wasserstein1, value(.w1, reference, current), relative: 0.05))
  }

  @Test("where nothing changed, the index has its null mean and passes its critical value rarely")
  func nullDistribution() throws {
    var generator = SplitMix64(seed: 10)
    // Ten bins of equal probability.
    let reference = Gaussian(mean: 0, variance: 1)
    let inner = (1...9).map { reference.quantile(logit: log(Double($0) / Double(10 - $0))) }
    var (sum, alarms, ruleOfThumb) = (0.0, 0, 0)
    for _ in 0..<300 {
      func sample() -> Histogram {
        histogram([-40] + inner + [40], (0..<200).map { _ in generator.normal() })
      }
      let index = try #require(HistogramShift(from: sample(), to: sample()))
        .populationStabilityIndex()
      sum += index.value
      alarms += index.value > index.criticalValue() ? 1 : 0
      ruleOfThumb += index.value > 0.1 ? 1 : 0
      #expect(isClose(nullMean(index), 0.09, relative: 1e-14))
    }
    #expect(isClose(sum / 300, 0.09, relative: 0.1))
    // Of 300, 15 are expected above the critical value, and a third above the customary 0.1.
    #expect((4...32).contains(alarms) && ruleOfThumb > 60)
  }

  @Test("other edges, an empty share of 0 and an impossible significance stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = HistogramShift(from: Histogram(bins: 2, in: 0...1), to: Histogram(bins: 3, in: 0...1))
    }
    await #expect(processExitsWith: .failure) {
      let histogram = histogram([0, 1], [0.5])
      _ = HistogramShift(from: histogram, to: histogram)?.populationStabilityIndex(emptyShare: 0)
    }
    await #expect(processExitsWith: .failure) {
      let histogram = histogram([0, 1, 2], [0.5, 1.5])
      _ = HistogramShift(from: histogram, to: histogram)?.populationStabilityIndex()
        .criticalValue(significance: 1)
    }
  }
}
