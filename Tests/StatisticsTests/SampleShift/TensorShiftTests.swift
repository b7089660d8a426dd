import Glibc
import Statistics
import TestSupport
import Testing

@Suite("How far a sample of a tensor is from another")
struct TensorShiftTests {
  /// A tensor of `count` examples whose units are normal, spread over 1, 2, 3, … and moved by `shift` of that.
  func sample(
    _ count: Int, units: Int = 4, shift: Double = 0, positions: Int = 1,
    _ generator: inout SplitMix64
  ) -> TensorSample {
    var values: [Float] = []
    for _ in 0..<count * positions {
      for unit in 1...units { values.append(Float(Double(unit) * (generator.normal() + shift))) }
    }
    return TensorSample(values, units: units, positions: positions)
  }

  func compare(
    _ reference: TensorSample, _ target: TensorSample, epsilon: Double = 0, resamples: Int = 60,
    seed: UInt64 = 1
  ) -> TensorShift {
    var generator = SplitMix64(seed: seed)
    let plan = ResamplingPlan(
      count: resamples, referenceCount: reference.count, targetCount: target.count, quantile: 0.95,
      using: &generator)
    return TensorShift(from: reference, to: target, bins: 10, epsilon: epsilon, plan: plan)
  }

  @Test("The moments and histograms equal a naive computation")
  func naive() throws {
    var generator = SplitMix64(seed: 4)
    let (first, second) = (
      (0..<90).map { _ in Float(generator.normal()) },
      (0..<70).map { _ in Float(1.5 * generator.normal() + 0.5) }
    )
    let epsilon = 0.001
    let shift = compare(
      TensorSample(first, units: 1), TensorSample(second, units: 1), epsilon: epsilon)
    let unit = try #require(shift.units.first)

    func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
      let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
      return (
        mean,
        values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
          / Double(values.count)
      )
    }
    let (from, to) = (moments(first), moments(second))
    func value(_ measure: ShiftMeasure) -> Double {
      measure.value(
        referenceMean: from.mean, referenceVariance: from.variance, mean: to.mean,
        variance: to.variance, epsilon: epsilon)
    }
    #expect(
      isClose(try #require(unit.values[.normalizedW2]), value(.normalizedW2), relative: 1e-12))
    #expect(isClose(try #require(unit.meanShift), value(.meanShift), relative: 1e-12))
    #expect(isClose(try #require(unit.logVarianceRatio), value(.logVarianceRatio), relative: 1e-12))

    // Ten bins of 16 numbers each.
    let sorted = (first + second).sorted().map(Double.init)
    let inner: [Double] = (1...9).map { bin in
      let (last, next): (Double, Double) = (sorted[16 * bin - 1], sorted[16 * bin])
      return (last + next) / 2
    }
    func histogram(_ values: [Float]) -> Histogram {
      var histogram = Histogram(edges: [sorted[0]] + inner + [sorted[159]])
      for value in values { histogram.add(Double(value)) }
      return histogram
    }
    let expected = try #require(HistogramShift(from: histogram(first), to: histogram(second)))
    #expect(histogram(first + second).counts == Array(repeating: 16, count: 10))
    let deviation = (from.variance + epsilon).squareRoot()
    for (measure, expected) in [
      (SampleMeasure.jensenShannon, expected.jensenShannonDistance),
      (.kolmogorovSmirnov, expected.kolmogorovSmirnov),
      (.populationStabilityIndex, expected.populationStabilityIndex().value),
      (.normalizedW1, expected.wasserstein1 / deviation),
    ] {
      #expect(isClose(try #require(unit.values[measure]), expected, relative: 1e-10), "\(measure)")
    }
    #expect(unit.stabilityIndex.bins == 10)
    #expect(
      isClose(
        try #require(unit.criticalStabilityIndex(significance: 0.05)),
        expected.populationStabilityIndex().criticalValue(), relative: 1e-12))
  }

  @Test(
    "Samples of one distribution are distinguishable in about the share that the quantile leaves")
  func familyWiseError() {
    var generator = SplitMix64(seed: 11)
    var alarms = 0
    for seed in 0..<200 {
      let shift = compare(
        sample(120, units: 8, &generator), sample(80, units: 8, &generator), resamples: 39,
        seed: UInt64(seed))
      #expect(shift.units.count == 8)
      alarms += shift.isDistinguishable ? 1 : 0
    }
    // Ten are expected, give or take three, of the largest of 40 figures; if each figure had the quantile to itself, most
    // comparisons would raise an alarm.
    #expect((3...18).contains(alarms), "\(alarms) of 200")
  }

  @Test("A shift of the mean by half a deviation is found, and is found in the unit that has it")
  func power() throws {
    var generator = SplitMix64(seed: 12)
    for _ in 0..<10 {
      let reference = sample(200, &generator)
      let shift = compare(reference, sample(200, shift: 0.6, &generator))
      #expect(shift.isDistinguishable)
      #expect(shift.units.allSatisfy { abs(($0.meanShift ?? 0) - 0.6) < 0.3 })
    }
  }

  @Test("A difference of shape that moments miss is found by the histogram")
  func shape() throws {
    var generator = SplitMix64(seed: 13)
    let normal = TensorSample((0..<400).map { _ in Float(generator.normal()) }, units: 1)
    let coin = TensorSample((0..<400).map { $0.isMultiple(of: 2) ? 1 : -1 }, units: 1)
    let unit = try #require(compare(normal, coin).units.first)
    let threshold = try #require(unit.thresholds[.normalizedW2])
    #expect(try #require(unit.values[.normalizedW2]) < threshold)
    #expect(unit.isDistinguishable)
    #expect(
      try #require(unit.values[.jensenShannon]) > #require(unit.thresholds[.jensenShannon]))
  }

  @Test("The positions of an image come and go together, so that they count for one example")
  func positions() throws {
    var generator = SplitMix64(seed: 14)
    // All 16 positions of an example show the same number: 60 numbers, not 960.
    func images(_ count: Int) -> TensorSample {
      TensorSample(
        (0..<count).flatMap { _ in Array(repeating: Float(generator.normal()), count: 16) },
        units: 1, positions: 16)
    }
    var alarms = 0
    for seed in 0..<40 {
      let shift = compare(images(60), images(60), seed: UInt64(seed))
      alarms += shift.isDistinguishable ? 1 : 0
      #expect(shift.units[0].criticalStabilityIndex(significance: 0.05) == nil)
    }
    #expect(alarms <= 6, "\(alarms) of 40")
  }

  @Test("An image with one position has the figures of the plain feature")
  func positionsAreRows() throws {
    var generator = SplitMix64(seed: 15)
    let numbers = (0..<120).map { _ in Float(generator.normal()) }
    // Two positions whose numbers are those of 60 examples each; the observed figures pool them.
    let paired = compare(
      TensorSample(numbers, units: 1, positions: 2), TensorSample(numbers, units: 1, positions: 2))
    let plain = compare(TensorSample(numbers, units: 1), TensorSample(numbers, units: 1))
    #expect(paired.units[0].values == plain.units[0].values)
    #expect(plain.units[0].values.values.allSatisfy { $0 == 0 })
    #expect(paired.units[0].thresholds[.normalizedW2] != plain.units[0].thresholds[.normalizedW2])
  }

  @Test(
    "A unit that is one constant or has a NaN is left out, one whose constant was left is compared")
  func degenerate() throws {
    var generator = SplitMix64(seed: 16)
    var first: [Float] = []
    var second: [Float] = []
    for row in 0..<50 {
      first += [Float(generator.normal()), 3, 3, row == 7 ? .nan : 1, Float(row)]
      second += [Float(generator.normal()), 3, 4, 1, row == 3 ? .infinity : 2]
    }
    let shift = compare(TensorSample(first, units: 5), TensorSample(second, units: 5))
    #expect(shift.units.map(\.unit) == [0, 2])
    #expect(shift.constantUnits == [1])
    #expect(shift.nonFiniteUnits == [3, 4])
    let left = shift.units[1]
    #expect(left.isDistinguishable && !shift.units[0].isDistinguishable)
    #expect(left.meanShift == nil && left.logVarianceRatio == nil)
    #expect(
      Set(left.values.keys) == [.jensenShannon, .populationStabilityIndex, .kolmogorovSmirnov])
    #expect(isClose(try #require(left.values[.jensenShannon]), 1, relative: 1e-15))

    // One example that leaves the constant could be in either sample.
    let rare = compare(
      TensorSample(Array(repeating: 0, count: 50), units: 1),
      TensorSample((0..<50).map { $0 == 20 ? 1 : 0 }, units: 1))
    #expect(rare.units.count == 1 && !rare.isDistinguishable)
    let none = compare(TensorSample([1, 1, 1], units: 1), TensorSample([1, 1], units: 1))
    #expect(none.units.isEmpty && !none.isDistinguishable && none.ratio == 0)
  }

  @Test("Numbers of 70 orders of magnitude, and the largest constant, are compared")
  func extremes() throws {
    let wide: [Float] = [0, 1e-37, 1e-20, 1, 1e20, 1e33]
    let constant = Float.greatestFiniteMagnitude
    let shift = compare(
      TensorSample((0..<60).flatMap { [wide[$0 % 6], constant] }, units: 2),
      TensorSample((0..<60).flatMap { [wide[$0 % 3], -constant] }, units: 2))
    #expect(shift.units.map(\.unit) == [0, 1])
    #expect(shift.units.allSatisfy { $0.isDistinguishable && $0.ratio.isFinite })
    #expect(shift.units[0].stabilityIndex.bins == 6)
  }

  @Test("Units that few examples depart in, and heavy tails, raise no false alarms")
  func hardUnits() {
    var generator = SplitMix64(seed: 19)
    func hard(_ count: Int) -> TensorSample {
      var values: [Float] = []
      for _ in 0..<count {
        for unit in 0..<6 {
          let draw = generator.normal()
          values.append(unit < 3 ? (draw > 2 + 0.2 * Double(unit) ? 1 : 0) : Float(exp(1.5 * draw)))
        }
      }
      return TensorSample(values, units: 6)
    }
    var alarms = 0
    for seed in 0..<60 {
      alarms += compare(hard(120), hard(90), seed: UInt64(seed)).isDistinguishable ? 1 : 0
    }
    #expect(alarms <= 7, "\(alarms) of 60")
  }

  @Test("A target that became constant is infinitely narrower, and distinguishable")
  func constantTarget() throws {
    var generator = SplitMix64(seed: 17)
    let reference = sample(100, units: 1, &generator)
    let target = TensorSample(Array(repeating: 0, count: 100), units: 1)
    let unit = try #require(compare(reference, target).units.first)
    #expect(unit.logVarianceRatio == -.infinity && unit.isDistinguishable)
    #expect(compare(reference, target, epsilon: 0.001).units[0].logVarianceRatio?.isFinite == true)
  }

  @Test("The order of the units and their scale change no ratio")
  func invariance() {
    var generator = SplitMix64(seed: 18)
    let (first, second) = (sample(80, units: 2, &generator), sample(60, units: 2, &generator))
    let ratio = compare(first, second).ratio
    var again = SplitMix64(seed: 18)
    func scaled(_ count: Int) -> TensorSample {
      var values: [Float] = []
      for _ in 0..<count {
        let (x, y) = (again.normal(), again.normal())
        values += [Float(2 * y) * 1024, Float(x) * 1024]
      }
      return TensorSample(values, units: 2)
    }
    let (firstScaled, secondScaled) = (scaled(80), scaled(60))
    #expect(isClose(compare(firstScaled, secondScaled).ratio, ratio, relative: 1e-9))
  }

  @Test("Samples of other units, and numbers that fill no example, stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = TensorSample([1, 2, 3], units: 2) }
    await #expect(processExitsWith: .failure) {
      var generator = SplitMix64(seed: 1)
      _ = ResamplingPlan(
        count: 0, referenceCount: 2, targetCount: 2, quantile: 0.5, using: &generator)
    }
  }
}
