import Statistics
import TestSupport
import Testing

@Suite("The confidence interval of a debiased shift")
struct ConfidenceIntervalTests {
  /// A shift of `squaredShift`, measured with noise of `parts` equal independent parts that have a floor of 2.
  func measured(
    _ squaredShift: Double, parts: Int, using generator: inout SplitMix64
  ) -> FlooredShift {
    let (floor, first) = (2.0, squaredShift.squareRoot())
    let sd = (floor / Double(parts)).squareRoot()
    let value = (0..<parts).reduce(0.0) { sum, part in
      let coordinate = (part == 0 ? first : 0) + sd * generator.normal()
      return sum + coordinate * coordinate
    }
    return FlooredShift(value: value, floor: floor, degreesOfFreedom: Double(parts))
  }

  @Test(
    "It holds the shift in about 95 % of all cases", arguments: [1, 3, 20], [0, 0.6, 2, 6, 20, 200])
  func coverage(parts: Int, squaredShift: Double) throws {
    var generator = SplitMix64(seed: 7)
    var (held, above) = (0, 0)
    for _ in 0..<4_000 {
      let shift = measured(squaredShift, parts: parts, using: &generator)
      let interval = try #require(shift.confidenceInterval)
      #expect(interval.lowerBound >= 0)
      if interval.contains(squaredShift) { held += 1 }
      if interval.lowerBound > squaredShift { above += 1 }
    }
    // Three standard errors of 0.0035 and what the approximation costs.
    #expect((0.905...0.985).contains(Double(held) / 4_000))
    // Where nothing moved, it says otherwise in 2.5 %.
    #expect((0.014...0.036).contains(Double(above) / 4_000))
  }

  @Test("It grows with the shift, and shrinks with the degrees of freedom")
  func order() throws {
    func interval(_ value: Double, _ degrees: Double) throws -> ClosedRange<Double> {
      try #require(
        FlooredShift(value: value, floor: 1, degreesOfFreedom: degrees).confidenceInterval)
    }
    var previous = try interval(0, 2)
    #expect(previous.lowerBound == 0)
    for value in stride(from: 0.5, through: 50, by: 0.5) {
      let next = try interval(value, 2)
      #expect(next.lowerBound >= previous.lowerBound && next.upperBound > previous.upperBound)
      let narrower = try interval(value, 20)
      #expect(narrower.lowerBound >= next.lowerBound && narrower.upperBound < next.upperBound)
      previous = next
    }
    // Far above the floor it is the shift, give or take 1.96·2·√(d²·F/k).
    let far = try interval(1e6 + 1, 4)
    #expect(isClose((far.lowerBound + far.upperBound) / 2, 1e6, relative: 1e-5))
    #expect(isClose(far.upperBound - far.lowerBound, 2 * 1.96 * 1e3, relative: 1e-2))
  }

  @Test("There is none without degrees of freedom, a floor or a value")
  func unknown() {
    #expect(FlooredShift(value: 3, floor: 1).confidenceInterval == nil)
    #expect(FlooredShift(value: 3, floor: 0, degreesOfFreedom: 2).confidenceInterval == nil)
    for value in [Double.nan, .infinity] {
      #expect(FlooredShift(value: value, floor: 1, degreesOfFreedom: 2).confidenceInterval == nil)
    }
    let least = Double.leastNonzeroMagnitude
    #expect(FlooredShift(value: 1, floor: least, degreesOfFreedom: 2).confidenceInterval == nil)
  }

  @Test(
    "Numbers of any size come to an end", arguments: [1, 1.5, 1e3, 1e15, 1e300],
    [0, 1e-300, 1e-9, 1, 1e9, 1e280])
  func anySize(degreesOfFreedom: Double, value: Double) throws {
    for floor in [1e-10, 1, 1e10] {
      let shift = FlooredShift(value: value, floor: floor, degreesOfFreedom: degreesOfFreedom)
      guard let interval = shift.confidenceInterval else {
        #expect((value / floor * degreesOfFreedom).isInfinite || degreesOfFreedom == 1e300)
        continue
      }
      #expect(interval.lowerBound >= 0 && interval.upperBound.isFinite)
    }
  }
}
