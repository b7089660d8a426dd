import RunModel
import Statistics
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("The running gap over a run")
struct RunningGapSeriesTests {
  /// A run of three layers with batch norm, whose outputs with running statistics are off by the layer times the step; the
  /// last layer has only the batch's.
  static func run(in store: RunArrays) throws -> Run {
    try store.record("bn") { recorder in
      for step in 0..<7 {
        for layer in 1...3 {
          recorder.record(
            Site(
              layer: layer, tap: .preactivation, population: .probe, statistics: .batch, width: 1,
              epsilon: 1e-3),
            step: step, count: 4, mean: [9], variance: [1], affine: ([1], [0]))
          if layer < 3 && step.isMultiple(of: 2) {
            recorder.record(
              Site(
                layer: layer, tap: .normalized, population: .probe, statistics: .running, width: 1),
              step: step, count: 4, mean: [Float(layer * step)], variance: [1])
          }
        }
        try recorder.endStep(step)
      }
    }
  }

  @Test("Each layer with both outputs has the gap of every step with both")
  func everyStep() throws {
    let store = RunArrays()
    let gaps = try store.runningGaps(of: Self.run(in: store))
    #expect(gaps.map(\.layer) == [1, 2] && gaps.map(\.recordedCount) == [4, 4])
    #expect(gaps.allSatisfy { $0.population == .probe })
    for gap in gaps {
      #expect(gap.points.map(\.step) == [0, 2, 4, 6])
      for point in gap.points {
        #expect(abs((point.value ?? .nan) - Double(gap.layer * point.step)) < 0.01)
      }
    }
  }

  @Test("The last one is the gap of health, and of many steps an even selection is taken")
  func selection() throws {
    let store = RunArrays()
    let run = try Self.run(in: store)
    let gaps = try store.runningGaps(of: run, atMost: 2)
    #expect(gaps[0].points.map(\.step) == [0, 6] && gaps[0].recordedCount == 4)
    #expect(try gaps[0].points.last?.value == store.health(of: run)[0].runningGap)
  }

  @Test(
    "Spread over step numbers, the steps are recorded ones, too; the largest gaps are those at the end"
  )
  func numbers() throws {
    let store = RunArrays()
    let run = try Self.run(in: store)
    let gaps = try store.runningGaps(of: run, in: 1...6, atMost: 3, .numbers)
    #expect(gaps.map { $0.points.map(\.step) } == [[2, 6], [2, 6]])
    #expect(gaps.map(\.recordedCount) == [nil, nil])
    let largest = try store.runningGaps(of: run, ofLayers: 1)
    #expect(largest.map(\.layer) == [2] && largest[0].layerCount == 2)
  }

  @Test("Steps at which only one output was recorded have no gap")
  func oneOutput() throws {
    let store = RunArrays()
    let run = try store.record("bn") { recorder in
      for step in 0..<9 {
        let isRead = step < 5
        if isRead {
          recorder.record(
            Site(
              layer: 1, tap: .preactivation, population: .probe, statistics: .batch, width: 1,
              epsilon: 1e-3),
            step: step, count: 4, mean: [9], variance: [1], affine: ([1], [0]))
        }
        recorder.record(
          Site(layer: 1, tap: .normalized, population: .probe, statistics: .running, width: 1),
          step: step, count: 4, mean: [Float(step)], variance: [1])
        try recorder.endStep(step)
      }
    }
    for spread in [StepSpread.recorded, .numbers] {
      let gaps = try store.runningGaps(of: run, atMost: 9, spread)
      #expect(gaps.map { $0.points.map(\.step) } == [Array(0..<5)])
    }
    #expect(try store.runningGaps(of: run, in: 5...8).isEmpty)
  }

  @Test("The gap of one unit is its own, and a layer without it has none")
  func unit() throws {
    let store = RunArrays()
    let run = try store.record("bn") { recorder in
      for (tap, statistics) in [
        (Site.Tap.preactivation, StatisticsMode.batch), (.normalized, .running),
      ] {
        recorder.record(
          Site(
            layer: 1, tap: tap, population: .probe, statistics: statistics, width: 2,
            epsilon: tap == .preactivation ? 1e-3 : nil),
          step: 0, count: 4, mean: tap == .preactivation ? [9, 9] : [1, 5], variance: [1, 1],
          affine: tap == .preactivation ? ([1, 1], [0, 0]) : nil)
      }
      try recorder.endStep(0)
    }
    for (unit, expected) in [(1, 1.0), (2, 5), (nil, 3)] {
      let gap = try store.runningGaps(of: run, unit: unit)[0].points[0].value
      #expect(abs((gap ?? .nan) - expected) < 0.01)
    }
    #expect(try store.runningGaps(of: run, unit: 3).isEmpty)
  }
}
