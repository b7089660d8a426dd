import Statistics
import TestSupport
import Testing

@Suite("Change detectors")
struct ChangeDetectorTests {
  /// Ten pieces of 300 numbers, each with a level and a spread of its own, as the oracle draws them.
  static let steps: [[Double]] = (1...3).map { seed in
    var generator = SplitMix64(seed: UInt64(seed))
    func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }
    return (0..<10).flatMap { _ in
      let level = 4 * uniform()
      let spread = 0.1 + uniform()
      return (0..<300).map { _ in
        let sum = uniform() + uniform()
        return level + spread * (sum - 1)
      }
    }
  }

  static let detectors: [any ChangeDetector] = [
    CUSUM(tolerance: 0.05, threshold: 5), PageHinkley(threshold: 5), ADWIN(), StandardizedCUSUM(),
  ]

  @Test("the streams of the libraries' documentation change where that says so")
  func documentedStreams() {
    let ofFrouros = ChangeDetectorGoldens.frourosStream.map { Double($0) / 10_000 }
    let ofRiver = ChangeDetectorGoldens.riverStream.map(Double.init)
    #expect(alarms(CUSUM(), ofFrouros).first == 1086)
    #expect(alarms(PageHinkley(), ofRiver).first == 1006)
    #expect(alarms(ADWIN(), ofRiver).first == 1023)
    #expect(alarms(CUSUM(), ofFrouros) == ChangeDetectorGoldens.cusum)
    #expect(alarms(PageHinkley(), ofRiver) == ChangeDetectorGoldens.pageHinkley)
    #expect(
      alarms(PageHinkley(), ofFrouros) == ChangeDetectorGoldens.pageHinkleyOfFrourosStream)
    #expect(alarms(ADWIN(), ofRiver) == ChangeDetectorGoldens.adwin)
  }

  @Test("CUSUM sees every change of the steps that frouros sees, at the same number")
  func cusum() {
    let detector = CUSUM(tolerance: 0.05, threshold: 5, minimumCount: 10)
    #expect(Self.steps.map { alarms(detector, $0) } == ChangeDetectorGoldens.smallCUSUM)
  }

  @Test("Page–Hinkley sees every change of the steps that river sees, at the same number")
  func pageHinkley() {
    let detector = PageHinkley(tolerance: 0.05, threshold: 5, forgetting: 0.99, minimumCount: 10)
    #expect(Self.steps.map { alarms(detector, $0) } == ChangeDetectorGoldens.pageHinkleyBoth)
  }

  @Test("ADWIN sees every change of the steps that river sees, with the same windows")
  func adwin() {
    #expect(Self.steps.map { alarms(ADWIN(), $0) } == ChangeDetectorGoldens.adwinOfSteps)
    let quick = ADWIN(delta: 0.01, clock: 1, bucketsOfASize: 3, shortestPart: 3, gracePeriod: 20)
    #expect(Self.steps.map { alarms(quick, $0) } == ChangeDetectorGoldens.quickADWIN)
    let widths = Self.steps.map { stream in
      var detector = quick
      for value in stream { _ = detector.hasChanged(with: value) }
      return detector.width
    }
    #expect(widths == ChangeDetectorGoldens.quickADWINWidths)
  }

  @Test("the standardized CUSUM sees what numpy's medians see")
  func standardizedCUSUM() {
    #expect(
      Self.steps.map { alarms(StandardizedCUSUM(), $0) } == ChangeDetectorGoldens.standardizedCUSUM)
    let quick = StandardizedCUSUM(window: 31, clip: 4, slack: 0.5, threshold: 5)
    #expect(Self.steps.map { alarms(quick, $0) } == ChangeDetectorGoldens.quickStandardizedCUSUM)
  }

  @Test("the standardized CUSUM raises no false alarm in 14,000 steps, and finds a jump in five")
  func falseAlarms() {
    var generator = SplitMix64(seed: 14)
    let calm = (0..<14_000).map { _ in generator.normal() }
    #expect(alarms(StandardizedCUSUM(), calm).isEmpty)
    for jump in [-5.0, 5] {
      let changed = calm[0..<1000] + calm[1000..<1300].map { $0 + jump }
      let found = alarms(StandardizedCUSUM(), Array(changed))
      #expect(found.count == 1 && (1000..<1005).contains(found[0]))
    }
  }

  @Test("the standardized CUSUM sees the same in any unit", arguments: [0x1p-60, -0x1p-3, 0x1p40])
  func anyUnit(scale: Double) {
    let values = Self.steps[0].map { $0 * scale }
    #expect(alarms(StandardizedCUSUM(), values) == ChangeDetectorGoldens.standardizedCUSUM[0])
  }

  @Test("a constant series has not changed, and its first other numbers are a change")
  func constantSeries() {
    let constant = [Double](repeating: 3, count: 1000)
    for detector in Self.detectors {
      #expect(alarms(detector, constant).isEmpty)
    }
    #expect(alarms(StandardizedCUSUM(), constant + [3.001]) == [1000])
  }

  @Test("numbers that are not finite are passed over", arguments: 0..<4)
  func notFinite(index: Int) {
    let detector = Self.detectors[index]
    let values = Self.steps[0]
    let expected = alarms(detector, values).map { values[$0] }
    #expect(!expected.isEmpty)
    let disturbed = values.flatMap { [$0, .nan, .infinity, -.infinity] }
    #expect(alarms(detector, disturbed).map { disturbed[$0] } == expected)
  }

  @Test("parameters that no detector can have stop the program")
  func parameters() async {
    await #expect(processExitsWith: .failure) { _ = CUSUM(threshold: -1) }
    await #expect(processExitsWith: .failure) { _ = PageHinkley(forgetting: 1.5) }
    await #expect(processExitsWith: .failure) { _ = ADWIN(delta: 0) }
    await #expect(processExitsWith: .failure) { _ = ADWIN(clock: 0) }
    await #expect(processExitsWith: .failure) { _ = StandardizedCUSUM(window: 0) }
    await #expect(processExitsWith: .failure) { _ = StandardizedCUSUM(clip: 1, slack: 1.5) }
  }

  /// The indices at which the detector says that the series changed.
  private func alarms(_ detector: any ChangeDetector, _ values: [Double]) -> [Int] {
    var detector = detector
    return values.indices.filter { detector.hasChanged(with: values[$0]) }
  }
}
