import Testing

@testable import Studies

@Suite("The test of figures over seeds")
struct SeedTestTests {
  private func bounds(_ atLeast: Double?, _ atMost: Double? = nil) -> StudyBounds {
    StudyBounds(atLeast: atLeast, atMost: atMost)
  }

  @Test("The interval of a mean is the textbook's, and it decides")
  func interval() throws {
    // scipy 1.17.1: t.interval(0.95, 2, loc=2, scale=sem([1, 2, 3])).
    let test = SeedTest([1, 2, 3], within: bounds(-1), isRatio: false)
    let interval = try #require(test.interval)
    #expect(abs(interval.lowerBound - -0.4841377117503177) < 1e-9)
    #expect(abs(interval.upperBound - 4.484137711750318) < 1e-9)
    #expect(test.verdict == .holds && test.name == "95 % t-interval" && test.estimate == 2)
    for (least, most, verdict) in [
      (nil, 4.4, StudyVerdict.undecided), (nil, 4.5, .holds), (0.0, nil, .undecided),
      (4.5, nil, .doesNotHold), (nil, -0.5, .doesNotHold), (-0.5, 4.5, .holds),
      (-0.4, 4.4, .undecided), (5, 6, .doesNotHold),
    ] {
      let test = SeedTest([1, 2, 3], within: bounds(least, most), isRatio: false)
      #expect(test.verdict == verdict, "\(least ?? .nan) to \(most ?? .nan)")
    }
  }

  @Test("Ratios are tested by their logarithms, unless one is not above 0")
  func ratios() throws {
    // The logarithms of 1, 10 and 100 are 0, 1 and 2 times ln 10.
    let test = SeedTest([1, 10, 100], within: bounds(1), isRatio: true)
    let interval = try #require(test.interval)
    #expect(abs(interval.lowerBound / 0.03279912728775662 - 1) < 1e-9)
    #expect(abs(interval.upperBound / 3048.861609111426 - 1) < 1e-9)
    #expect(abs(test.estimate - 10) < 1e-9)
    let plain = SeedTest([-1, 10, 100], within: bounds(1), isRatio: true)
    #expect(plain == SeedTest([-1, 10, 100], within: bounds(1), isRatio: false))
  }

  @Test("Figures that are all the same, or not finite, are tested by their signs")
  func signs() {
    for (figures, verdict) in [
      ([0, 0, 0, 0, 0], StudyVerdict.holds), ([0, 0, 0, 0], .undecided),
      ([2, 2, 2, 2, 2], .doesNotHold), ([.infinity, 3, 4, 5, 6], .doesNotHold),
      ([.infinity, 0, 0, 0, 0], .undecided), ([0, 0, 0, 0, 0, 0, .nan], .undecided),
      ([0], .undecided),
    ] as [([Double], StudyVerdict)] {
      let test = SeedTest(figures, within: bounds(nil, 1), isRatio: false)
      #expect(test.verdict == verdict && test.interval == nil, "\(figures)")
      #expect(test.name == "sign test")
    }
  }

  @Test("A study can ask for the sign test, which counts the seeds within the bounds")
  func askedSigns() {
    // 9 of 10 seeds: 11/1024; 8 of 10: 56/1024.
    let nine = [1, 1.1, 1.2, 0.9, 1, 1.3, 1.1, 0.8, 1, -1000.0]
    let test = SeedTest(nine, within: bounds(0.5), isRatio: false, by: .sign)
    #expect(test.verdict == .holds && test.interval == nil && test.estimate == 1)
    let mean = SeedTest(nine, within: bounds(0.5), isRatio: false)
    #expect(mean.verdict == .undecided)
    let eight = nine.dropFirst() + [-1]
    #expect(
      SeedTest(Array(eight), within: bounds(0.5), isRatio: false, by: .sign).verdict == .undecided)
  }

  @Test("Claims hold together if each does, and fail if one does")
  func together() {
    #expect(StudyVerdict.together([.holds, .holds]) == .holds)
    #expect(StudyVerdict.together([.holds, .undecided]) == .undecided)
    #expect(StudyVerdict.together([.undecided, .doesNotHold, .holds]) == .doesNotHold)
    #expect(StudyVerdict.together([]) == .undecided)
  }
}
