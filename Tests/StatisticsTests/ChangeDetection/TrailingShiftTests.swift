import Statistics
import TestSupport
import Testing

@Suite("Shifts from the records before")
struct TrailingShiftTests {
  @Test("It is the normalized W2 from the window's pooled moments, which moves on with each record")
  func naiveTwin() throws {
    var generator = SplitMix64(seed: 9)
    var trailing = TrailingShift(units: 3, window: 4, epsilon: 0.01)
    var records: [(mean: [Float], variance: [Float])] = []
    for index in 0..<40 {
      let mean = (0..<3).map { _ in Float(100 + generator.normal()) }
      let variance = (0..<3).map { _ in Float(abs(generator.normal()) + 0.5) }
      let shift = trailing.shift(mean: mean, variance: variance)
      if index < 4 {
        #expect(shift == nil)
      } else {
        let window = records.suffix(4)
        var values: [Double] = []
        for unit in 0..<3 {
          let pooled = window.reduce(0) { $0 + Double($1.mean[unit]) } / 4
          let square = window.reduce(0) { sum, record in
            let deviation = Double(record.mean[unit]) - pooled
            return sum + Double(record.variance[unit]) + deviation * deviation
          }
          values.append(
            ShiftMeasure.normalizedW2.value(
              referenceMean: pooled, referenceVariance: square / 4, mean: Double(mean[unit]),
              variance: Double(variance[unit]), epsilon: 0.01))
        }
        #expect(isClose(try #require(shift), values.sorted()[1], relative: 1e-4))
      }
      records.append((mean, variance))
    }
  }

  @Test("A record that is not finite is passed over and leaves no trace")
  func notFinite() {
    var (plain, disturbed) = (
      TrailingShift(units: 1, window: 2, epsilon: 0), TrailingShift(units: 1, window: 2, epsilon: 0)
    )
    for value in [1, 2, 4, 3, 7] as [Float] {
      #expect(disturbed.shift(mean: [.nan], variance: [1]) == nil)
      #expect(disturbed.shift(mean: [1], variance: [.infinity]) == nil)
      #expect(
        disturbed.shift(mean: [value], variance: [1]) == plain.shift(mean: [value], variance: [1]))
    }
  }

  @Test("An alarm is raised soon after the records move, and not before")
  func alarm() throws {
    var generator = SplitMix64(seed: 4)
    var alarm = ShiftAlarm(units: 8, epsilon: 1e-3)
    var raised: [Int] = []
    for step in 0..<1200 {
      let offset = step < 1000 ? 0 : 1.0
      let mean = (0..<8).map { _ in Float(offset + 0.13 * generator.normal()) }
      if alarm.alarm(mean: mean, variance: Array(repeating: 1, count: 8)) != nil {
        raised.append(step)
      }
    }
    let first = try #require(raised.first)
    #expect((1000...1005).contains(first), "\(raised)")
  }
}
