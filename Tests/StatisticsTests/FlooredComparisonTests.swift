import Statistics
import Testing

@Suite("Squared shifts next to their sampling floor")
struct FlooredComparisonTests {
  /// The shift of 2 units, whose first one moves by 3 and grows from an sd of 2 to 4.
  func shift(
    epsilon: Double = 0, noise: [Double] = [1.5, 1.5], variance: [Float] = [16, 1]
  ) -> FlooredShift? {
    var comparison = FlooredComparison(units: 2, epsilon: epsilon)
    let reference: (mean: [Float], variance: [Float], noise: [Double]) = (
      [1, 5], [4, 1], [0.5, 0]
    )
    comparison.setReference(
      mean: reference.mean.span, variance: reference.variance.span, count: 11,
      noise: reference.noise.span)
    let mean: [Float] = [4, 5]
    return comparison.shift(
      mean: mean.span, variance: variance.span, count: 21, noise: noise.span)
  }

  @Test("They are means over units, each batch's noise with its own variance and size")
  func closedForm() throws {
    let shift = try #require(self.shift())
    // W2² of the first unit is 9 + 4, of a variance of 4.
    #expect(isClose(shift.value, 13.0 / 4 / 2, relative: 1e-15))
    // Of the first unit 0.5·4/10 + 1.5·16/20 of 4, of the second 1.5·1/20.
    #expect(isClose(shift.floor, (1.4 / 4 + 0.075) / 2, relative: 1e-15))
    #expect(isClose(shift.debiased, shift.value - shift.floor, relative: 1e-15))
    #expect(shift.isDistinguishable)
    let damped = try #require(self.shift(epsilon: 1))
    #expect(isClose(damped.value, 13.0 / 5 / 2, relative: 1e-15))
    #expect(isClose(damped.floor, (1.4 / 5 + 0.0375) / 2, relative: 1e-15))
  }

  @Test("A unit of unknown noise or unsound moments is in neither; of none nothing is known")
  func unknown() throws {
    let first = try #require(shift(noise: [1.5, .nan]))
    #expect(isClose(first.value, 13.0 / 4, relative: 1e-15))
    #expect(isClose(first.floor, 0.35, relative: 1e-15))
    #expect(try #require(shift(variance: [.infinity, 1])).value == 0)
    #expect(shift(noise: [.nan, .nan]) == nil)
    let comparison = FlooredComparison(units: 1, epsilon: 0)
    let (vector, noise): ([Float], [Double]) = ([1], [1])
    #expect(
      comparison.shift(
        mean: vector.span, variance: vector.span, count: 2, noise: noise.span) == nil)
  }

  @Test("Over batches of one population the mean of the debiased shift is 0")
  func simulation() {
    var generator = TestGenerator(seed: 5)
    var (debiased, floor) = (0.0, 0.0)
    for _ in 0..<2_000 {
      var comparison = FlooredComparison(units: 1, epsilon: 0)
      // Gaussian rows: rho is 1 and the kurtosis 3.
      let noise = [SamplingFloor.noise(rho: 1, kurtosis: 3)]
      let (first, second) = (
        batch(60, mean: 3, deviation: 2, using: &generator),
        batch(60, mean: 3, deviation: 2, using: &generator)
      )
      let (mean, variance) = ([Float(first.mean)], [Float(first.variance)])
      comparison.setReference(
        mean: mean.span, variance: variance.span, count: 60, noise: noise.span)
      let (nextMean, nextVariance) = ([Float(second.mean)], [Float(second.variance)])
      if let shift = comparison.shift(
        mean: nextMean.span, variance: nextVariance.span, count: 60, noise: noise.span)
      {
        debiased += shift.debiased
        floor += shift.floor
      }
    }
    #expect(abs(debiased / floor) < 0.1)
  }
}
