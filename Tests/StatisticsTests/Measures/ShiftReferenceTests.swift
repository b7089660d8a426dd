import Statistics
import TestSupport
import Testing

@Suite("Many rows against one reference")
struct ShiftReferenceTests {
  @Test(
    "a row's summary is the aggregate of its shifts",
    arguments: ShiftMeasure.allCases, [1, 7, 8, 64, 259])
  func summaryOfRows(measure: ShiftMeasure, units: Int) {
    var generator = SplitMix64(seed: UInt64(units))
    let start = randomMoments(units: units, using: &generator)
    let reference = ShiftReference(start, epsilon: 1e-3)
    var scratch = [Double](repeating: .nan, count: units)
    var span = scratch.mutableSpan
    for _ in 0..<5 {
      let row = randomMoments(units: units, using: &generator)
      let shifts = (0..<units).map { unit in
        measure.value(
          referenceMean: Double(start.mean[unit]), referenceVariance: Double(start.variance[unit]),
          mean: Double(row.mean[unit]), variance: Double(row.variance[unit]), epsilon: 1e-3)
      }
      for aggregate in UnitAggregate.allCases {
        let mean = row.mean
        let variance = row.variance
        let summary = reference.summary(
          of: measure, by: aggregate, mean: mean.span, variance: variance.span, scratch: &span)
        #expect(summary == aggregate.summary(of: shifts))
      }
    }
  }

  @Test("a replaced reference is like a new one", arguments: ShiftMeasure.allCases)
  func replaced(measure: ShiftMeasure) {
    var generator = SplitMix64(seed: 3)
    var reference = ShiftReference(randomMoments(units: 21, using: &generator), epsilon: 1e-3)
    let other = randomMoments(units: 21, using: &generator)
    let row = randomMoments(units: 21, using: &generator)
    let otherMean = other.mean
    let otherVariance = other.variance
    reference.replace(mean: otherMean.span, variance: otherVariance.span)
    var scratch = [Double](repeating: 0, count: 21)
    var span = scratch.mutableSpan
    let mean = row.mean
    let variance = row.variance
    let summary = reference.summary(
      of: measure, by: .rms, mean: mean.span, variance: variance.span, scratch: &span)
    let shifts = measure.shift(from: other, to: row, epsilon: 1e-3)
    #expect(summary == UnitAggregate.rms.summary(of: shifts))
  }

  @Test("pooled moments serve as a reference without rounding to float32")
  func pooledReference() {
    let reference = ShiftReference(mean: [0.1], variance: [0.7], epsilon: 0)
    var scratch = [0.0]
    var span = scratch.mutableSpan
    let mean: [Float] = [0.5]
    let variance: [Float] = [0.25]
    let summary = reference.summary(
      of: .meanShift, by: .mean, mean: mean.span, variance: variance.span, scratch: &span)
    let expected = ShiftMeasure.meanShift.value(
      referenceMean: 0.1, referenceVariance: 0.7, mean: 0.5, variance: 0.25, epsilon: 0)
    #expect(summary.value == expected)
  }

  @Test("rows of another width stop the program")
  func otherWidth() async {
    await #expect(processExitsWith: .failure) {
      let narrow = FeatureMoments(count: 1, mean: [0], variance: [1])
      let wide = FeatureMoments(count: 1, mean: [0, 0], variance: [1, 1])
      _ = ShiftMeasure.squaredW2.shift(from: narrow, to: wide, epsilon: 0)
    }
  }

  @Test("an epsilon below 0 stops the program")
  func negativeEpsilon() async {
    await #expect(processExitsWith: .failure) {
      _ = ShiftReference(mean: [0], variance: [1], epsilon: -1e-3)
    }
  }

  /// Mostly sound moments, with every kind of degenerate unit among them.
  private func randomMoments(units: Int, using generator: inout SplitMix64) -> FeatureMoments {
    var mean = (0..<units).map { _ in Float(generator.normal()) }
    var variance = (0..<units).map { _ in Float.random(in: 0.01..<2, using: &generator) }
    for unit in mean.indices {
      switch Int.random(in: 0..<40, using: &generator) {
      case 0: mean[unit] = .nan
      case 1: mean[unit] = -.infinity
      case 2: variance[unit] = .infinity
      case 3: variance[unit] = -1
      case 4...8:
        mean[unit] = 0
        variance[unit] = 0
      default: break
      }
    }
    return FeatureMoments(count: 60, mean: mean, variance: variance)
  }
}
