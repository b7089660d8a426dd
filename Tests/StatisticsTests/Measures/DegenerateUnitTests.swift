import Glibc
import Statistics
import Testing

@Suite("Units with degenerate moments")
struct DegenerateUnitTests {
  static let constant = Gaussian(mean: 2, variance: 0)

  @Test(
    "constant in both windows with equal means is a shift of 0",
    arguments: ShiftMeasure.allCases, [0, 1e-3])
  func stayedConstant(measure: ShiftMeasure, epsilon: Double) {
    #expect(value(measure, Self.constant, Self.constant, epsilon: epsilon) == 0)
  }

  @Test(
    "a constant reference has no scale, whether the mean or the variance moved",
    arguments: [ShiftMeasure.normalizedW2, .meanShift, .maximumMeanDiscrepancy],
    [Gaussian(mean: 2.5, variance: 0), Gaussian(mean: 2, variance: 1)])
  func noScale(measure: ShiftMeasure, moved: Gaussian) {
    #expect(value(measure, Self.constant, moved, epsilon: 0).isNaN)
    #expect(value(measure, Self.constant, moved, epsilon: 1e-3).isNaN)
  }

  @Test("a unit that dies is a finite shift in reference sds")
  func died() {
    let alive = Gaussian(mean: 1, variance: 4)
    #expect(value(.normalizedW2, alive, Gaussian(mean: 1, variance: 0)) == 1)
    #expect(value(.meanShift, alive, Gaussian(mean: 0, variance: 0)) == -0.5)
  }

  @Test("squared W2 is defined for constant units")
  func squaredW2OfConstants() {
    #expect(value(.squaredW2, Self.constant, Gaussian(mean: 5, variance: 0)) == 9)
    #expect(value(.squaredW2, Self.constant, Gaussian(mean: 2, variance: 4)) == 4)
  }

  @Test("the distances in units of the tensor are defined for constant units")
  func distancesOfConstants() {
    let far = Gaussian(mean: 5, variance: 0)
    #expect(value(.w2, Self.constant, far) == 3 && value(.w1, Self.constant, far) == 3)
    #expect(isClose(value(.energy, Self.constant, far), 6.0.squareRoot(), relative: 1e-15))
    // E|2·Z|, and 2·E|2·Z| − E|2·Z − 2·Z′|, of which the latter is √2·E|2·Z|.
    let spread = Gaussian(mean: 2, variance: 4)
    let magnitude = 2 * (2 / Double.pi).squareRoot()
    #expect(value(.w2, Self.constant, spread) == 2)
    #expect(isClose(value(.w1, Self.constant, spread), magnitude, relative: 1e-15))
    #expect(
      isClose(
        value(.energy, Self.constant, spread),
        ((2 - 2.0.squareRoot()) * magnitude).squareRoot(), relative: 1e-15))
  }

  @Test("what is bounded is at its bound where a constant unit moved or came alive")
  func boundedMeasuresOfConstants() {
    for other in [Gaussian(mean: 3, variance: 0), Gaussian(mean: 2, variance: 1)] {
      #expect(value(.hellinger, Self.constant, other) == 1)
      #expect(value(.hellinger, other, Self.constant) == 1)
      #expect(value(.jensenShannon, Self.constant, other) == log(2))
      #expect(value(.jensenShannon, other, Self.constant) == log(2))
    }
  }

  @Test("epsilon keeps the log variance ratio and Jeffreys finite for constant units")
  func epsilonKeepsFinite() {
    let moved = Gaussian(mean: 3, variance: 0)
    let spread = Gaussian(mean: 2, variance: 0.75)
    #expect(value(.logVarianceRatio, Self.constant, moved, epsilon: 0.25) == 0)
    #expect(
      isClose(
        value(.logVarianceRatio, Self.constant, spread, epsilon: 0.25), log(4), relative: 1e-15))
    #expect(value(.jeffreys, Self.constant, moved, epsilon: 0.25) == 4)
    #expect(value(.jeffreys, Self.constant, spread, epsilon: 0.25) == 1.125)
  }

  @Test("without an epsilon what would be infinite is undefined")
  func infiniteWithoutEpsilon() {
    let spread = Gaussian(mean: 2, variance: 1)
    let moved = Gaussian(mean: 3, variance: 0)
    #expect(value(.logVarianceRatio, Self.constant, spread).isNaN)
    #expect(value(.logVarianceRatio, spread, Self.constant).isNaN)
    #expect(value(.logVarianceRatio, Self.constant, moved) == 0)
    #expect(value(.jeffreys, Self.constant, spread).isNaN)
    #expect(value(.jeffreys, spread, Self.constant).isNaN)
    #expect(value(.jeffreys, Self.constant, moved).isNaN)
    for measure in [
      ShiftMeasure.forwardKullbackLeibler, .backwardKullbackLeibler, .bhattacharyya, .fisherRao,
    ] {
      #expect(value(measure, Self.constant, spread).isNaN, "\(measure.rawValue)")
      #expect(value(measure, spread, Self.constant).isNaN, "\(measure.rawValue)")
      #expect(value(measure, Self.constant, moved).isNaN, "\(measure.rawValue)")
      #expect(value(measure, Self.constant, moved, epsilon: 0.25) > 0, "\(measure.rawValue)")
    }
    let shifts = ShiftMeasure.logVarianceRatio.shift(
      from: moments([spread]), to: moments([moved]), epsilon: 0)
    #expect(shifts.count == 1 && shifts[0].isNaN)
  }

  static let unsound: [Gaussian] = [
    Gaussian(mean: .nan, variance: 1), Gaussian(mean: .infinity, variance: 1),
    Gaussian(mean: -.infinity, variance: 1), Gaussian(mean: 1, variance: .nan),
    Gaussian(mean: 1, variance: .infinity), Gaussian(mean: 1, variance: -1),
    Gaussian(mean: 1, variance: -1e-4), Gaussian(mean: .infinity, variance: .infinity),
  ]

  @Test(
    "an unsound moment on either side, or on both, is undefined and never 0",
    arguments: ShiftMeasure.allCases, unsound)
  func unsoundMoment(measure: ShiftMeasure, unsound: Gaussian) {
    let sound = Gaussian(mean: 1, variance: 1)
    for epsilon in [0, 1e-3, 2] {
      #expect(value(measure, sound, unsound, epsilon: epsilon).isNaN)
      #expect(value(measure, unsound, sound, epsilon: epsilon).isNaN)
      #expect(value(measure, unsound, unsound, epsilon: epsilon).isNaN)
    }
  }

  @Test("a row counts each of its undefined units", arguments: ShiftMeasure.allCases)
  func countsInARow(measure: ShiftMeasure) {
    let units =
      [(Gaussian(mean: 0, variance: 1), Gaussian(mean: 1, variance: 1))]
      + Self.unsound.map { (Gaussian(mean: 0, variance: 1), $0) }
      + Self.unsound.map { ($0, Gaussian(mean: 0, variance: 1)) }
      + [(Self.constant, Self.constant), (Self.constant, Gaussian(mean: 3, variance: 1))]
    let reference = moments(units.map(\.0))
    let current = moments(units.map(\.1))
    let shifts = measure.shift(from: reference, to: current, epsilon: 1e-3)
    let expected = units.map { value(measure, $0.0, $0.1, epsilon: 1e-3) }
    for (shift, expected) in zip(shifts, expected) {
      #expect(shift == expected || (shift.isNaN && expected.isNaN))
    }
    let needsScale: [ShiftMeasure] = [.normalizedW2, .meanShift, .maximumMeanDiscrepancy]
    let noScale = needsScale.contains(measure) ? 1 : 0
    let summary = UnitAggregate.mean.summary(of: shifts)
    #expect(summary.excluded == 2 * Self.unsound.count + noScale)
    #expect(summary.value != nil)
  }

  @Test("the largest and the smallest float32 moments have finite shifts")
  func extremes() {
    let huge = Gaussian(
      mean: Double(Float.greatestFiniteMagnitude),
      variance: Double(Float.greatestFiniteMagnitude))
    let tiny = Gaussian(
      mean: Double(-Float.greatestFiniteMagnitude),
      variance: Double(Float.leastNonzeroMagnitude))
    for measure in ShiftMeasure.allCases {
      #expect(value(measure, huge, tiny).isFinite, "\(measure.rawValue)")
      #expect(value(measure, tiny, huge).isFinite, "\(measure.rawValue)")
    }
    let shifts = ShiftMeasure.jeffreys.shift(
      from: moments([huge]), to: moments([tiny]), epsilon: 0)
    #expect(UnitAggregate.rms.summary(of: shifts).excluded == 0)
  }

  private func moments(_ units: [Gaussian]) -> FeatureMoments {
    FeatureMoments(
      count: 60, mean: units.map { Float($0.mean) }, variance: units.map { Float($0.variance) })
  }
}
