import RunModel
@testable import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("Shift series")
struct ShiftReaderTests {
  static let epsilon = 0.25
  static let input = Site(layer: 1, tap: .input, population: .batch, statistics: .batch, width: 2)
  static let preactivation = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 2,
    epsilon: epsilon)
  static let output = Site(
    layer: 2, tap: .preactivation, population: .batch, statistics: .batch, width: 1)

  let store = RunArrays()
  let run: Run

  /// A run of 10 steps, of which every second has moments: the mean of unit u at step t is t·(u+1), its sd 1 + t.
  init() throws {
    run = try store.record { recorder in try Self.record(in: recorder) }
  }

  static func record(in recorder: any RunWriting) throws {
    for step in 0..<10 {
      if step % 2 == 0 {
        let t = Float(step)
        let variance = (1 + t) * (1 + t)
        recorder.record(
          Self.input, step: step, count: 4, mean: [5, 5], variance: [1, 1])
        recorder.record(
          Self.preactivation, step: step, count: 4, mean: [t, 2 * t],
          variance: [variance, variance], affine: ([2, 1 + t], [t / 2, -t]))
        recorder.record(Self.output, step: step, count: 4, mean: [0], variance: [4])
      }
      try recorder.endStep(step)
    }
  }

  func series(_ change: (inout ShiftQuery) -> Void) throws -> [ShiftSeries] {
    var query = ShiftQuery()
    query.measures = [.squaredW2]
    query.aggregate = .max
    change(&query)
    return try store.shift(of: run, query)
  }

  /// W2² of unit 2 between two steps, which is the larger of the two: the means differ by 2Δ, the sds by Δ.
  func squaredW2(_ from: Int, _ to: Int) -> Double {
    Double(5 * (to - from) * (to - from))
  }

  @Test("Since the start")
  func start() throws {
    let series = try series { _ in }
    #expect(series.map(\.layer) == [1, 2])
    #expect(series[0].points.map(\.step) == [0, 2, 4, 6, 8])
    #expect(series[0].points.map(\.referenceStep) == [0, 0, 0, 0, 0])
    #expect(
      series[0].values(of: .squaredW2).map(\.value) == [0, 2, 4, 6, 8].map { squaredW2(0, $0) })
    #expect(series[1].values(of: .squaredW2).allSatisfy { $0.value == 0 })
    #expect(series[0].coordinates.population == .batch)
    #expect(series[0].epsilon == Self.epsilon)
    #expect(series[0].coordinates.caution?.contains("sampling noise") == true)
  }

  @Test(
    "Sites with running statistics, which have no epsilon of their own, are measured by that of their layer"
  )
  func runningStatistics() throws {
    let store = RunArrays()
    let run = try store.record { recorder in
      for step in 0..<2 {
        recorder.record(
          Site(
            layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 1,
            epsilon: 0.25),
          step: step, count: 4, mean: [0], variance: [1], affine: ([1], [0]))
        for tap in [Site.Tap.preactivation, .normalized] {
          recorder.record(
            Site(layer: 1, tap: tap, population: .batch, statistics: .running, width: 1),
            step: step, count: 4, mean: [Float(step)], variance: [0.75])
        }
        try recorder.endStep(step)
      }
    }
    for tap in [Site.Tap.preactivation, .normalized] {
      var query = ShiftQuery()
      query.tap = tap
      query.statistics = .running
      let series = try #require(store.shift(of: run, query).first)
      // 1 / √(0.75 + 0.25)
      #expect(series.epsilon == 0.25 && series.points.last?.values[0] == 1)
    }
    #expect(try store.health(of: run).map(\.epsilon) == [0.25])
  }

  @Test("Of one unit, in any order of reading, and of none that is not there")
  func unit() throws {
    let squares: [(unit: Int, square: (Int) -> Double)] = [
      (1, { Double(2 * $0 * $0) }), (2, { Double(5 * $0 * $0) }),
    ]
    for (unit, square) in squares {
      for points in [nil, 3, 1000] {
        let series = try series {
          ($0.unit, $0.layers, $0.points) = (unit, LayerSelection(1), points)
        }[0]
        #expect(series.unit == unit && series.noise == nil)
        for point in series.points {
          #expect(point.values == [square(point.step)] && point.excludedUnits == [0])
          #expect(point.floored == nil)
        }
      }
      let other = try series {
        ($0.unit, $0.layers, $0.reference) = (unit, LayerSelection(1), .run(run.uuid))
      }[0]
      #expect(other.points.allSatisfy { $0.values == [0] })
      let pooled = try series {
        ($0.unit, $0.layers, $0.isPooled, $0.points) = (unit, LayerSelection(1), true, 1000)
      }[0]
      #expect(pooled.points.map { $0.values[0] } == [0, 2, 4, 6, 8].map { square($0) })
      // Of its output by its gamma and beta: at step 8 the variance is 81, the means are 4 and -8.
      let output = try series {
        ($0.unit, $0.layers, $0.tap) = (unit, LayerSelection(1), .normalized)
      }[0]
      let gamma = [2.0, 9][unit - 1]
      let start = [2.0, 1][unit - 1] * (1 / 1.25).squareRoot()
      let (mean, sd) = ([4.0, -8][unit - 1], gamma * (81 / 81.25).squareRoot())
      let expected = mean * mean + (sd - start) * (sd - start)
      let last = try #require(output.points.last?.values[0])
      #expect(abs(last - expected) < 1e-4 * expected)
    }
    for unit in [0, 3] {
      let error = #expect(throws: ShiftError.self) {
        try series { ($0.unit, $0.layers) = (unit, LayerSelection(1)) }
      }
      #expect(error?.kind == .noSuchUnit)
    }
  }

  @Test("Since the previous recorded step, of which the first has none")
  func previous() throws {
    let points = try series { $0.reference = .previous }[0].points
    #expect(points.map(\.step) == [2, 4, 6, 8])
    #expect(points.map(\.referenceStep) == [0, 2, 4, 6])
    #expect(points.map { $0.values[0] } == [20, 20, 20, 20])
  }

  @Test("Since a step, and since the end")
  func stepAndFinal() throws {
    let middle = try series { $0.reference = .step(4) }[0]
    #expect(middle.values(of: .squaredW2).map(\.value) == [0, 2, 4, 6, 8].map { squaredW2(4, $0) })
    let end = try series { $0.reference = .final }[0]
    #expect(end.points.allSatisfy { $0.referenceStep == 8 })
    #expect(end.values(of: .squaredW2).map(\.value) == [0, 2, 4, 6, 8].map { squaredW2(8, $0) })
  }

  @Test("Since the steps before, a window that moves on")
  func preceding() throws {
    let single = try series { $0.reference = .preceding(1) }[0].points
    #expect(single == (try series { $0.reference = .previous }[0].points))
    let points = try series { $0.reference = .preceding(2) }[0].points
    #expect(points.map(\.step) == [4, 6, 8] && points.map(\.referenceStep) == [0, 2, 4])
    for (point, window) in zip(points, [0...3, 2...4, 3...6]) {
      let fixed = try series { $0.reference = .window(window) }[0].points
      let twin = try #require(fixed.first { $0.step == point.step })
      let (value, expected) = (try #require(point.values[0]), try #require(twin.values[0]))
      #expect(abs(value - expected) < 1e-6 * expected)
    }
    let last = try series {
      $0.reference = .preceding(2)
      $0.points = 2
    }[0]
    #expect(Array(last.points) == [points[2]] && last.recordedCount == 5)
  }

  @Test("Steps before that can't be had are refused")
  func impossibleWindow() {
    let tooLong = #expect(throws: ShiftError.self) { try series { $0.reference = .preceding(5) } }
    #expect(
      tooLong?.description.contains("recorded 5 steps of layer 1, so that none has 5") == true)
    let derived = #expect(throws: ShiftError.self) {
      try series {
        $0.reference = .preceding(2)
        $0.tap = .normalized
      }
    }
    #expect(derived?.description.contains("cannot be pooled") == true)
    let pooled = #expect(throws: ShiftError.self) {
      try series {
        $0.reference = .preceding(2)
        $0.isPooled = true
        $0.points = 2
      }
    }
    #expect(pooled?.kind == .pooledTrailingWindow)
  }

  @Test("A step without moments names the nearest that has some")
  func missingStep() {
    let error = #expect(throws: ShiftError.self) { try series { $0.reference = .step(9) } }
    #expect(error?.description.contains("the nearest recorded step is 8") == true)
  }

  @Test(
    "A selection of points keeps the first and the last and their values",
    arguments: [ReferencePoint.start, .step(4), .final])
  func selection(reference: ReferencePoint) throws {
    let all = try series { $0.reference = reference }[0]
    let some = try series {
      $0.reference = reference
      $0.points = 3
    }[0]
    #expect(Array(some.points) == [0, 2, 4].map { all.points[$0] })
    #expect(some.recordedCount == 5)
    let one = try series {
      $0.reference = reference
      $0.points = 1
    }[0]
    #expect(Array(one.points) == [all.points[4]])
  }

  @Test("A selection compares with the step before, not with the point before")
  func selectionOfPrevious() throws {
    let points = try series {
      $0.reference = .previous
      $0.points = 2
    }[0].points
    #expect(points.map(\.referenceStep) == [6])
  }

  @Test("The normalized tap follows from gamma and beta, and says so")
  func normalized() throws {
    let series = try series {
      $0.tap = .normalized
      $0.layers = 1
      $0.measures = [.squaredW2, .meanShift]
      $0.aggregate = .median
    }
    let coordinates = try #require(series.first).coordinates
    #expect(coordinates.tap == .normalized)
    #expect(coordinates.caution?.contains("parameters") == true)
    let expected = [0, 2, 4, 6, 8].map { step -> Double in
      let t = Double(step)
      func deviation(_ gamma: Double, _ t: Double) -> Double {
        let variance = (1 + t) * (1 + t)
        return gamma * (variance / (variance + Self.epsilon)).squareRoot()
      }
      let units = [
        (mean: t / 2, difference: deviation(2, t) - deviation(2, 0)),
        (mean: -t, difference: deviation(1 + t, t) - deviation(1, 0)),
      ].map { $0.mean * $0.mean + $0.difference * $0.difference }
      return (units[0] + units[1]) / 2
    }
    for (value, wanted) in zip(series[0].values(of: .squaredW2), expected) {
      #expect(abs(value.value - wanted) <= 1e-5 * max(1, wanted))
    }
  }

  @Test("A layer without normalization hands its preactivation on as the normalized tap")
  func notNormalized() throws {
    let site = Site(layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1)
    let plain = try store.record("plain") { recorder in
      for step in 0..<2 {
        recorder.record(site, step: step, count: 2, mean: [Float(step)], variance: [1])
      }
    }
    for tap in [Site.Tap.preactivation, .normalized] {
      var query = ShiftQuery()
      query.tap = tap
      query.statistics = .batch
      query.measures = [.squaredW2]
      let series = try store.shift(of: plain, query)
      #expect(series[0].values(of: .squaredW2).map(\.value) == [0, 1])
      #expect(series[0].coordinates.statistics == .none)
      #expect(series[0].coordinates.population == .probe)
    }
  }

  @Test("What a run has not got is named with what it has")
  func nothingThere() {
    let layer = #expect(throws: ShiftError.self) { try series { $0.layers = 3 } }
    #expect(layer?.description.contains("it recorded the layers 1, 2") == true)
    let population = #expect(throws: ShiftError.self) { try series { $0.population = .probe } }
    #expect(population?.description.contains("batch/batch/preactivation") == true)
  }

  @Test("Reference points read from their notation")
  func notation() {
    for point in [
      ReferencePoint.start, .previous, .final, .step(0), .step(123), .window(0...0),
      .window(10...250), .preceding(20), .run("latest~1"), .run("a:b"),
    ] {
      #expect(ReferencePoint(point.description) == point)
    }
    for text in [
      "", "Start", "step", "step:", "step:-1", "step:x", "step:1:2", "window", "window:",
      "window:0", "window:x",
      "window:3-", "window:-3", "window:3-2", "window:1-2-3", "window:-1-2", "run", "run:",
      "runs:x",
    ] {
      #expect(ReferencePoint(text) == nil)
    }
  }

  @Test("A shift of batches comes with its floor where their noise was measured, newest first")
  func floor() throws {
    let noisy = try store.record("noisy") { recorder in
      for (step, rho) in [(0, Float(1)), (2, 0.5)] {
        recorder.record(
          BatchNoiseRecord(
            step: step, batchCount: 9, count: 99, rho: [rho, rho], kurtosis: [3, 1],
            variance: [3, 1], degreesOfFreedom: step == 0 ? 1.5 : 3),
          at: Self.preactivation)
        for step in step..<step + 2 {
          recorder.record(
            Self.preactivation, step: step, count: 5, mean: [Float(step), 0], variance: [1, 1],
            affine: ([1, 1], [0, 0]))
          try recorder.endStep(step)
        }
      }
    }
    var query = ShiftQuery()
    query.reference = .previous
    let series = try #require(try store.shift(of: noisy, query).first)
    #expect(
      series.noise
        == NoiseSummary(
          rho: 0.5, kurtosis: 2, degreesOfFreedom: 3, steps: [0, 2], batchCount: 9))
    // Of the two batches' noises the one with fewer counts.
    #expect(series.points.map { $0.floored?.degreesOfFreedom } == [1.5, 1.5, 3])
    // A unit that moved by 1 and one that stayed; noises of 1.5 and 1 over 5 - 1 rows, later of 1 and 0.5 over 5 - 0.5.
    let value = 0.5 / (3 + Self.epsilon)
    let sides = [(1.5 / 4, 1.0 / 4), (1 / 4.5, 0.5 / 4.5)]
    for (point, (first, second)) in zip(series.points, [(0, 0), (0, 1), (1, 1)]) {
      let floor =
        ((sides[first].0 + sides[second].0) / (3 + Self.epsilon)
          + (sides[first].1 + sides[second].1) / (1 + Self.epsilon)) / 2
      let floored = try #require(point.floored)
      #expect(abs(floored.value - value) < 1e-15 && abs(floored.floor - floor) < 1e-12)
      #expect(floored.isDistinguishable == (value >= 2 * floor))
    }
    // A step and itself have no noise between them, and with a window that it is in it has less.
    query.reference = .start
    let since = try store.shift(of: noisy, query)[0].points
    #expect(since.map { $0.floored == nil } == [true, false, false, false])
    query.reference = .window(0...1)
    let pooled = try store.shift(of: noisy, query)[0].points
    #expect(pooled.map { $0.floored?.degreesOfFreedom } == [nil, nil, 1.5, 1.5])
    #expect(pooled.allSatisfy { $0.floored != nil })
    query.reference = .previous
    query.isPooled = true
    query.points = 2
    #expect(try store.shift(of: noisy, query)[0].points.allSatisfy { $0.floored == nil })
    query.isPooled = false
    query.points = nil
    query.tap = .normalized
    let derived = try #require(try store.shift(of: noisy, query).first)
    #expect(derived.noise == nil && derived.points.allSatisfy { $0.floored == nil })
    #expect(try store.shift(of: run, ShiftQuery()).allSatisfy { $0.noise == nil })
  }
}
