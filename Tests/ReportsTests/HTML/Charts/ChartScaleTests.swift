import Testing

@testable import Reports

@Suite("Chart scales")
struct ChartScaleTests {
  @Test("Linear ticks are 1, 2 or 5 times a power of ten apart and enclose the values")
  func linear() {
    let scale = ChartScale.linear(from: 0.013, to: 0.94)
    #expect(scale.labels == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(scale.domain == 0...1)
    #expect(ChartScale.linear(from: 0, to: 2.3, count: 4).labels == ["0", "1", "2", "3"])
    #expect(ChartScale.linear(from: -3, to: 12, count: 4).labels == ["-5", "0", "5", "10", "15"])
    #expect(
      ChartScale.linear(from: 0, to: 2e16, count: 4).labels
        == ["0", "5e15", "1e16", "1.5e16", "2e16"])
  }

  @Test(
    "Whatever the values, ticks are finite, ascending, few, within the axis, and the values on it",
    arguments: [
      (0, 0), (5, 5), (-7, -7), (1e-300, 2e-300), (-1e300, 1e300), (0, .leastNonzeroMagnitude),
      (1e17, 1e17 + 32), (0.1, 0.1 + 1e-15), (1e300, 1e300), (3, 4e9), (-0.001, 0.0007),
    ] as [(Double, Double)])
  func extremes(low: Double, high: Double) {
    for isRounded in [true, false] {
      let scale = ChartScale.linear(from: low, to: high, isRounded: isRounded)
      #expect(scale.domain.lowerBound < scale.domain.upperBound)
      #expect(scale.ticks.count <= 12 && scale.ticks.count == scale.labels.count)
      #expect(zip(scale.ticks, scale.ticks.dropFirst()).allSatisfy { $0 < $1 })
      #expect(scale.ticks.allSatisfy { $0.isFinite && scale.domain.contains($0) })
      for value in [low, high] {
        #expect((-1e-6...1 + 1e-6).contains(scale.position(of: value)))
      }
    }
  }

  @Test("Steps are whole and grouped, however few there are")
  func steps() {
    let few = ChartScale.linear(from: 0, to: 2, count: 8, style: .step, isRounded: false)
    #expect(few.labels == ["0", "1", "2"])
    let many = ChartScale.linear(from: 0, to: 1_999_999, count: 4, style: .step, isRounded: false)
    #expect(many.labels == ["0", "500,000", "1,000,000", "1,500,000"])
    #expect(many.domain.upperBound == 1_999_999)
    let last = Double(Int.max)
    #expect(!ChartScale.linear(from: 0, to: last, style: .step).labels.isEmpty)
  }

  @Test("Shares are percentages with as many decimals as they need")
  func percent() {
    #expect(
      ChartScale.linear(from: 0.1, to: 0.97, style: .percent).labels
        == ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
    #expect(
      ChartScale.linear(from: 0.97, to: 0.98, style: .percent).labels
        == ["97.0 %", "97.2 %", "97.4 %", "97.6 %", "97.8 %", "98.0 %"])
  }

  @Test("A logarithmic axis puts equal ratios at equal distances")
  func logarithmic() {
    let scale = ChartScale.logarithmic(from: 0.03, to: 2.4)
    #expect(scale.labels == ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5"])
    let places = [0.02, 0.1, 0.5].map { scale.position(of: $0) }
    #expect(abs((places[1] - places[0]) - (places[2] - places[1])) < 1e-12)
    #expect(scale.position(of: 5) == 1)
  }

  @Test("A logarithmic axis over many decades has few ticks, all of them powers of ten")
  func manyDecades() {
    let scale = ChartScale.logarithmic(from: 1e-300, to: 1e300)
    #expect((3...10).contains(scale.ticks.count))
    #expect(scale.labels.allSatisfy { $0 == "1" || $0.hasPrefix("1e") })
    #expect(
      ChartScale.logarithmic(from: 3e-6, to: 4e6).labels
        == ["0.0001", "0.01", "1", "100", "10,000", "1e6"])
  }

  @Test("Names at the ends of lines are moved apart and stay beside the plot")
  func names() {
    let places = LineChart.spread([10, 11, 12, 99], spacing: 15, within: 5...100)
    #expect(places == [10, 25, 40, 99])
    let low = LineChart.spread([90, 95, 100], spacing: 15, within: 5...100)
    #expect(low == [70, 85, 100])
  }

  @Test("Lengths have two decimals at most")
  func pixels() {
    let lengths = [0, 1.5, 2.25, -0.05, 10.999, -3].map(HTML.pixels)
    #expect(lengths == ["0", "1.5", "2.25", "-0.05", "11", "-3"])
  }
}
