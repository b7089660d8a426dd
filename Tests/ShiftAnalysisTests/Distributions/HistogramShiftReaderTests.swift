import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("Shift from histograms")
struct HistogramShiftReaderTests {
  static let site = Site(
    layer: 2, tap: .preactivation, population: .probe, statistics: .none, width: 3)
  static let bare = Site(
    layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 3)

  let store = RunArrays()
  let run: Run
  let axis: HistogramAxis

  /// Four probes, of which each moves the 40 numbers of unit u by u·step/10; the third unit is NaN at step 20.
  init() throws {
    let axis = try #require(HistogramAxis(bins: 10, lower: [0, 0, 0], upper: [10, 10, 10]))
    self.axis = axis
    run = try store.record { recorder in
      for step in stride(from: 0, through: 30, by: 10) {
        for site in [Self.bare, Self.site] {
          recorder.record(
            site, step: step, count: 40, nonFiniteCount: step == 20 ? 40 : 0, mean: [5, 5, 5],
            variance: [1, 1, 1])
        }
        recorder.record(Self.histograms(step, axis), at: Self.site, step: step)
      }
    }
  }

  static func numbers(_ step: Int, unit: Int) -> [Float] {
    (0..<40).map {
      unit == 2 && step == 20
        ? .nan : Float($0 * $0 % 40) / 8 + Float(unit * step) / 10 + (unit == 0 ? 0.01 : 0)
    }
  }

  static func histograms(_ step: Int, _ axis: HistogramAxis) -> FeatureHistograms {
    var histograms = FeatureHistograms(axis: axis)
    let columns = (0..<3).map { numbers(step, unit: $0) }
    let rows = (0..<40).flatMap { row in columns.map { $0[row] } }
    histograms.add(rows: rows.span)
    return histograms
  }

  func series(_ change: (inout HistogramShiftQuery) -> Void = { _ in }) throws
    -> [HistogramShiftSeries]
  {
    var query = HistogramShiftQuery()
    change(&query)
    return try store.histogramShift(of: run, query)
  }

  /// The measure of each unit that has one, by histograms made number by number.
  func oracle(_ measure: HistogramMeasure, _ from: Int, _ to: Int) -> [Double] {
    (0..<3).compactMap { unit in
      var histograms = [Histogram(bins: 10, in: 0...10), Histogram(bins: 10, in: 0...10)]
      for (place, step) in [from, to].enumerated() {
        for x in Self.numbers(step, unit: unit) { histograms[place].add(Double(x)) }
      }
      let shift = HistogramShift(from: histograms[0], to: histograms[1])
      return shift.map { shift in
        switch measure {
        case .jensenShannon: shift.jensenShannonDistance
        case .populationStabilityIndex: shift.populationStabilityIndex().value
        case .wasserstein1: shift.wasserstein1
        case .kolmogorovSmirnov: shift.kolmogorovSmirnov
        }
      }
    }
  }

  @Test(
    "Every reference and aggregate has the units' measures",
    arguments: [ReferencePoint.start, .previous, .preceding(1), .step(10), .final],
    UnitAggregate.allCases)
  func references(reference: ReferencePoint, aggregate: UnitAggregate) throws {
    let series = try series {
      $0.reference = reference
      $0.aggregate = aggregate
    }
    // Layer 1 has no histograms.
    #expect(series.map(\.layer) == [2] && series[0].bins == 10 && series[0].width == 3)
    let all = [0, 10, 20, 30]
    let points = series[0].points
    #expect(points.map(\.step) == Array(all.dropFirst(reference.uncomparedCount)))
    for point in points {
      let from =
        switch reference {
        case .start: 0
        case .previous, .preceding: point.step - 10
        case .step(let step): step
        case .final: 30
        case .window(let steps): steps.lowerBound
        case .run: point.step
        }
      #expect(point.referenceStep == from && point.count == 40)
      #expect(point.excludedUnits == ([from, point.step].contains(20) ? 1 : 0))
      for (measure, value) in zip(HistogramMeasure.allCases, point.values) {
        let expected = aggregate.summary(of: oracle(measure, from, point.step)).value
        #expect(value == expected)
      }
    }
  }

  @Test("A window is the sum of its histograms")
  func window() throws {
    let points = try series { $0.reference = .window(0...10) }[0].points
    let summed = (0..<3).map { unit -> Double? in
      var pooled = Histogram(bins: 10, in: 0...10)
      for step in [0, 10] {
        for x in Self.numbers(step, unit: unit) { pooled.add(Double(x)) }
      }
      var last = Histogram(bins: 10, in: 0...10)
      for x in Self.numbers(30, unit: unit) { last.add(Double(x)) }
      return HistogramShift(from: pooled, to: last)?.wasserstein1
    }
    let largest = try #require(summed.compactMap { $0 }.max())
    let found = try series {
      $0.reference = .window(0...10)
      $0.measures = [.wasserstein1]
      $0.aggregate = .max
    }[0].points
    #expect(points.map(\.step) == [0, 10, 20, 30] && points.allSatisfy { $0.referenceStep == 0 })
    #expect(found[3].values[0] == largest)
    let error = #expect(throws: ShiftError.self) { try series { $0.reference = .window(31...40) } }
    #expect(error?.description.contains("from step 31 to 40") == true)
  }

  @Test("The steps before are a window that moves on")
  func preceding() throws {
    let points = try series { $0.reference = .preceding(2) }[0].points
    #expect(points.map(\.step) == [20, 30] && points.map(\.referenceStep) == [0, 10])
    for (point, window) in zip(points, [0...10, 10...20]) {
      let fixed = try series { $0.reference = .window(window) }[0].points
      #expect(fixed.first { $0.step == point.step } == point)
    }
    let last = try series {
      $0.reference = .preceding(2)
      $0.points = 1
    }[0].points
    #expect(last == Array(points.suffix(1)))
    let error = #expect(throws: ShiftError.self) { try series { $0.reference = .preceding(4) } }
    #expect(error?.description.contains("recorded 4 steps of layer 2") == true)
  }

  @Test("Another run's histograms are compared where they have the same bins")
  func otherRun() throws {
    func record(_ name: String, _ axis: HistogramAxis) throws {
      try store.record(name) { recorder in
        for step in [10, 30, 40] {
          recorder.record(
            Self.site, step: step, count: 40, mean: [5, 5, 5], variance: [1, 1, 1])
          recorder.record(Self.histograms(0, axis), at: Self.site, step: step)
        }
      }
    }
    try record("same-bins", axis)
    let points = try series { $0.reference = .run("same-bins") }[0].points
    #expect(points.map(\.step) == [10, 30] && points.map(\.referenceStep) == [10, 30])
    for (index, measure) in HistogramMeasure.allCases.enumerated() {
      let expected = UnitAggregate.median.summary(of: oracle(measure, 0, 30)).value
      #expect(points[1].values[index] == expected)
    }
    try record(
      "other-bins", try #require(HistogramAxis(bins: 10, lower: [0, 0, 0], upper: [10, 10, 11])))
    let error = #expect(throws: ShiftError.self) {
      try series { $0.reference = .run("other-bins") }
    }
    #expect(error?.kind == .differentBins)
  }

  @Test("Points are spread from the first step to the last, and compared with the one before")
  func points() throws {
    #expect(try series { $0.points = 2 }[0].points.map(\.step) == [0, 30])
    let previous = try series {
      $0.points = 2
      $0.reference = .previous
    }[0]
    #expect(previous.points.map(\.step) == [30] && previous.points[0].referenceStep == 20)
    #expect(previous.recordedCount == 4)
  }

  @Test(
    "Where there are no histograms, one sentence says how they are recorded",
    arguments: [
      { $0.layers = 1 }, { $0.layers = 9 },
      {
        $0.tap = .normalized; $0.layers = 1
      },
      { $0.population = .batch }, { $0.reference = .step(7) },
    ] as [@Sendable (inout HistogramShiftQuery) -> Void])
  func missing(change: @Sendable (inout HistogramShiftQuery) -> Void) throws {
    let error = try #require(throws: ShiftError.self) { try series(change) }
    #expect(error.description.hasSuffix(".") && error.description.contains(run.shortID))
  }
}
