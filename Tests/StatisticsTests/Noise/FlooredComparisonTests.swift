import Glibc
import Statistics
import TestSupport
import Testing

@Suite("Squared shifts next to their sampling floor")
struct FlooredComparisonTests {
  /// The shift of 2 units, whose first one moves by 3 and grows from an sd of 2 to 4.
  func shift(
    epsilon: Double = 0, rho: [Double] = [1.5, 1.5], variance: [Float] = [16, 1],
    measured: [Double]? = nil
  ) -> FlooredShift? {
    var comparison = FlooredComparison(units: 2, epsilon: epsilon)
    let reference: (mean: [Float], variance: [Float]) = ([1, 5], [4, 1])
    comparison.setReference(
      mean: reference.mean.span, variance: reference.variance.span, count: 11,
      noise: BatchNoise(rho: [0.5, 0], kurtosis: [1, 1], variance: measured))
    let mean: [Float] = [4, 5]
    return comparison.shift(
      mean: mean.span, variance: variance.span, count: 21,
      noise: BatchNoise(rho: rho, kurtosis: [1, 1], variance: measured))
  }

  @Test("They are means over units, each batch's noise with its own variance and size")
  func closedForm() throws {
    let shift = try #require(self.shift())
    // W2² of the first unit is 9 + 4, of a variance of 4.
    #expect(isClose(shift.value, 13.0 / 4 / 2, relative: 1e-15))
    // Of the first unit 0.5·4/(11 − 0.5) + 1.5·16/(21 − 1.5) of 4, of the second 1.5·1/(21 − 1.5).
    let noise = (0.5 * 4 / 10.5 + 1.5 * 16 / 19.5, 1.5 / 19.5)
    #expect(isClose(shift.floor, (noise.0 / 4 + noise.1) / 2, relative: 1e-11))
    #expect(isClose(shift.debiased, shift.value - shift.floor, relative: 1e-15))
    #expect(shift.isDistinguishable)
    let damped = try #require(self.shift(epsilon: 1))
    #expect(isClose(damped.value, 13.0 / 5 / 2, relative: 1e-15))
    #expect(isClose(damped.floor, (noise.0 / 5 + noise.1 / 2) / 2, relative: 1e-11))
    let measured = try #require(self.shift(epsilon: 1, measured: [9, 3]))
    #expect(isClose(measured.value, 13.0 / 10 / 2, relative: 1e-15))
    #expect(isClose(measured.floor, (noise.0 / 10 + noise.1 / 4) / 2, relative: 1e-11))
  }

  @Test("A unit of unknown noise or unsound moments is in neither; of none nothing is known")
  func unknown() throws {
    let first = try #require(shift(rho: [1.5, .nan]))
    #expect(isClose(first.value, 13.0 / 4, relative: 1e-15))
    #expect(isClose(first.floor, (0.5 * 4 / 10.5 + 1.5 * 16 / 19.5) / 4, relative: 1e-11))
    #expect(try #require(shift(variance: [.infinity, 1])).value == 0)
    // Batches of 21 rows can't move by more than all rows together.
    #expect(try #require(shift(rho: [21, 1.5])).value == 0)
    #expect(shift(rho: [.nan, .nan]) == nil)
    #expect(shift(measured: [.nan, .nan]) == nil)
    let comparison = FlooredComparison(units: 1, epsilon: 0)
    let (vector, noise): ([Float], BatchNoise) = (
      [1], BatchNoise(rho: [1], kurtosis: [1], variance: nil)
    )
    let unset = comparison.shift(mean: vector.span, variance: vector.span, count: 2, noise: noise)
    #expect(unset == nil)
  }

  @Test("A shift without noise is distinguishable only beyond the rounding of stored numbers")
  func noNoise() throws {
    let noise = BatchNoise(rho: [0], kurtosis: [1], variance: [4])
    var comparison = FlooredComparison(units: 1, epsilon: 0)
    let (mean, variance): ([Float], [Float]) = ([10], [4])
    comparison.setReference(mean: mean.span, variance: variance.span, count: 9, noise: noise)
    for (moved, isDistinguishable) in [
      (10, false), (Float(10).nextUp, false), (10.001, true),
    ] as [(Float, Bool)] {
      let next = [moved]
      let shift = comparison.shift(
        mean: next.span, variance: variance.span, count: 9, noise: noise)
      #expect(try #require(shift).isDistinguishable == isDistinguishable)
    }
    #expect(!FlooredShift(value: 0, floor: 0).isDistinguishable)
  }

  /// The mean of shifts between batches of one population over the mean of their floors.
  private func ratio(
    rows: Int, isMeasured: Bool, _ draw: (inout SplitMix64) -> Double
  ) throws -> Double {
    var generator = SplitMix64(seed: 5)
    var noise = BatchNoiseAccumulator(features: 1)
    let batches = (0..<4_000).map { _ -> (mean: [Float], variance: [Float]) in
      let values = (0..<rows).map { _ in draw(&generator) }
      let mean = values.reduce(0, +) / Double(rows)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return ([Float(mean)], [Float(square / Double(rows))])
    }
    for batch in batches {
      noise.add(FeatureMoments(count: rows, mean: batch.mean, variance: batch.variance))
    }
    let level = BatchNoise(
      rho: try #require(noise.rho), kurtosis: try #require(noise.effectiveKurtosis),
      variance: isMeasured ? noise.populationVariance : nil)
    var (value, floor) = (0.0, 0.0)
    for (first, second) in zip(batches, batches.dropFirst()) {
      var comparison = FlooredComparison(units: 1, epsilon: 1e-3)
      comparison.setReference(
        mean: first.mean.span, variance: first.variance.span, count: rows, noise: level)
      let shift = comparison.shift(
        mean: second.mean.span, variance: second.variance.span, count: rows, noise: level)
      value += shift?.value ?? 0
      floor += shift?.floor ?? 0
    }
    return value / floor
  }

  @Test("Over batches of one population shifts are their floors on average, of few skewed rows too")
  func simulation() throws {
    #expect(abs(try ratio(rows: 60, isMeasured: true) { 3 + 2 * $0.normal() } - 1) < 0.05)
    for rows in [3, 8] {
      #expect(abs(try ratio(rows: rows, isMeasured: true) { pow($0.normal(), 2) } - 1) < 0.05)
      // With the batch's own variance it would not be so.
      #expect(try ratio(rows: rows, isMeasured: false) { pow($0.normal(), 2) } > 1.3)
    }
  }
}
