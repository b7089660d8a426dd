import RunModel
import RunStore
import SQLite
import Statistics
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("Shift of pooled steps")
struct PooledShiftTests {
  static let site = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 2, epsilon: 0.25)
  static let stepCount = 1000

  let folder: TemporaryFolder
  let database: RunDatabase
  let run: Run

  /// The mean of unit 1 is the step over 100, that of unit 2 is 3; their variances are 1 and 4.
  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    run = try database.record { try Self.record(0..<Self.stepCount, in: $0) }
  }

  static func record(_ steps: some Sequence<Int>, in recorder: any RunWriting) throws {
    for step in steps {
      recorder.record(
        Self.site, step: step, count: 10, mean: [Float(step) / 100, 3], variance: [1, 4],
        affine: ([1, 1], [0, 0]))
      try recorder.endStep(step)
    }
  }

  func series(points: Int, _ reference: ReferencePoint) throws -> ShiftSeries {
    var query = ShiftQuery()
    query.measures = [.squaredW2]
    query.aggregate = .max
    query.points = points
    query.isPooled = true
    query.reference = reference
    return try database.shift(of: run, query)[0]
  }

  /// W2² of unit 1 between pools of steps: the mean of n equally spaced numbers, and the variance (n² - 1) / 12 of them.
  static func squaredW2(_ from: Range<Int>, _ to: Range<Int>) -> Double {
    func moments(_ steps: Range<Int>) -> (mean: Double, deviation: Double) {
      let steps = steps.clamped(to: 0..<stepCount)
      let n = Double(steps.count)
      return (
        (Double(steps.lowerBound) + (n - 1) / 2) / 100, (1 + (n * n - 1) / 12 / 1e4).squareRoot()
      )
    }
    let (a, b) = (moments(from), moments(to))
    let (difference, spread) = (b.mean - a.mean, b.deviation - a.deviation)
    return difference * difference + spread * spread
  }

  @Test("A window as the reference is pooled, for single steps and for pooled ones")
  func windowReference() throws {
    let pooled = try series(points: 5, .window(100...299))
    for point in pooled.points {
      let expected = Self.squaredW2(100..<300, point.step..<point.step + pooled.windowSteps)
      #expect(point.referenceStep == 100)
      #expect(abs(try #require(point.values[0]) - expected) < 1e-4 * max(1, expected))
    }
    var query = ShiftQuery()
    query.measures = [.squaredW2]
    query.aggregate = .max
    query.reference = .window(990...Int.max)
    query.points = 3
    let single = try database.shift(of: run, query)[0]
    #expect(single.points.map(\.step) == [0, 499, 999])
    for point in single.points {
      let expected = Self.squaredW2(990..<1000, point.step..<point.step + 1)
      #expect(abs(try #require(point.values[0]) - expected) < 1e-4 * max(1, expected))
    }
    query.reference = .window(1000...2000)
    let error = #expect(throws: ShiftError.self) { try database.shift(of: run, query) }
    #expect(error?.description.contains("from step 1000 to 2000") == true)
    query.reference = .window(0...10)
    query.tap = .normalized
    let derived = #expect(throws: ShiftError.self) { try database.shift(of: run, query) }
    #expect(derived?.description.contains("cannot be pooled") == true)
  }

  @Test(
    "Each point pools the steps of its window, of blocks where they are stored",
    arguments: [1, 3, 8, 10, 31, 32, 40, 200, 1000], [true, false])
  func windows(points: Int, hasBlocks: Bool) throws {
    if !hasBlocks { try database.connection.run("DELETE FROM rollup") }
    let start = try series(points: points, .start)
    #expect(start.recordedCount == Self.stepCount)
    #expect(start.points.count <= points)
    let length = start.windowSteps
    let lengths = [1: 1024, 3: 384, 8: 128, 10: 128, 31: 128, 32: 32, 40: 25, 200: 5, 1000: 1]
    #expect(length == lengths[points])
    for point in start.points {
      #expect(point.referenceStep == 0 && point.step % length == 0)
      let expected = Self.squaredW2(0..<length, point.step..<point.step + length)
      #expect(abs((point.values[0] ?? .nan) - expected) <= 1e-5 * (1 + expected))
    }
  }

  @Test(
    "Within a range, and from a step on, the start is that of the run",
    arguments: [1, 3, 8, 40, 200], [true, false])
  func range(points: Int, hasBlocks: Bool) throws {
    if !hasBlocks { try database.connection.run("DELETE FROM rollup") }
    let whole = try series(points: points, .start)
    var query = ShiftQuery()
    query.measures = [.squaredW2]
    query.aggregate = .max
    query.points = points
    query.isPooled = true
    query.steps = 500...899
    let part = try database.shift(of: run, query)[0]
    #expect(part.points.count <= points && part.startSteps == whole.windowSteps)
    #expect(part.windowSteps <= whole.windowSteps && whole.startSteps == whole.windowSteps)
    #expect(part.points.first.map { $0.step <= 500 } == true)
    for point in part.points {
      #expect(point.referenceStep == 0 && point.step > 500 - part.windowSteps && point.step < 900)
      let expected = Self.squaredW2(
        0..<whole.windowSteps, point.step..<point.step + part.windowSteps)
      #expect(abs((point.values[0] ?? .nan) - expected) <= 1e-5 * (1 + expected))
    }
    query.steps = nil
    query.since = 700
    let newest = try database.shift(of: run, query)[0]
    let later = whole.points.filter { $0.step + whole.windowSteps > 700 }
    #expect(newest.points.map(\.step) == later.map(\.step))
    for (point, expected) in zip(newest.points, later) {
      let (value, other) = (point.values[0] ?? .nan, expected.values[0] ?? .nan)
      #expect(abs(value - other) <= 1e-5 * (1 + other))
    }
  }

  @Test("The reference may be the window before, the last one, or one step")
  func references() throws {
    func values(_ reference: ReferencePoint) throws -> [Int: Double?] {
      Dictionary(
        uniqueKeysWithValues: try series(points: 10, reference).points.map {
          ($0.step, $0.values[0])
        })
    }
    let windows = stride(from: 0, to: 1000, by: 128).map { $0..<$0 + 128 }
    for (reference, expected) in [
      (.previous, zip(windows, windows.dropFirst()).map { (Self.squaredW2($0, $1), $1) }),
      (.final, windows.map { (Self.squaredW2(windows[7], $0), $0) }),
      (.step(500), windows.map { (Self.squaredW2(500..<501, $0), $0) }),
    ] as [(ReferencePoint, [(Double, Range<Int>)])] {
      let values = try values(reference)
      #expect(values.count == expected.count)
      for (value, window) in expected {
        let found = try #require(values[window.lowerBound] ?? nil)
        #expect(abs(found - value) <= 1e-5 * (1 + value))
      }
    }
  }

  @Test(
    "Steps that were recorded out of order make the same series",
    arguments: [nil, 7, 40], [ReferencePoint.start, .previous, .final, .step(500)])
  func disorder(points: Int?, reference: ReferencePoint) throws {
    let disorder = try database.record("disorder") {
      try Self.record(Array(500..<Self.stepCount) + Array(0..<500), in: $0)
    }
    var query = ShiftQuery()
    query.points = points
    query.isPooled = points != nil
    query.reference = reference
    let ordered = try database.shift(of: run, query)
    let disordered = try database.shift(of: disorder, query)
    #expect(ordered.map(\.recordedCount) == [Self.stepCount])
    #expect(disordered.map(\.recordedCount) == [Self.stepCount])
    #expect(ordered.map(\.windowSteps) == disordered.map(\.windowSteps))
    #expect(ordered[0].points.map(\.step) == disordered[0].points.map(\.step))
    for (one, other) in zip(ordered[0].points, disordered[0].points) {
      for (value, expected) in zip(one.values, other.values) {
        // Blocks that are missing are pooled of single steps, which rounds otherwise.
        #expect(abs((value ?? .nan) - (expected ?? .nan)) <= 1e-4 * (1 + abs(expected ?? 0)))
      }
    }
  }

  @Test("What follows from single steps can't be pooled, and a reference must be there")
  func refusals() throws {
    let error = #expect(throws: ShiftError.self) {
      var query = ShiftQuery()
      query.tap = .normalized
      query.points = 10
      query.isPooled = true
      _ = try database.shift(of: run, query)
    }
    #expect(error?.description.contains("ask for the tap preactivation") == true)
    let missing = #expect(throws: ShiftError.self) { _ = try series(points: 5, .step(5000)) }
    #expect(missing?.description.contains("no moments of layer 1 at step 5000") == true)
  }

  @Test(
    "Windows cover all steps, are no more than asked for, and end where blocks do",
    arguments: [0...0, 0...999, 5...31, 31...33, 100...2_000_000, 7...7],
    [1, 2, 7, 500])
  func cutting(steps: ClosedRange<Int>, count: Int) {
    let windows = StepWindows(covering: steps, atMost: count)
    let all = windows.all
    #expect(all.count <= count)
    #expect(all.first?.contains(steps.lowerBound) == true)
    #expect(all.last?.contains(steps.upperBound) == true)
    let unit = StepWindows.unit(of: windows.length)
    #expect(unit == 1 || unit % StepBlock.shortest == 0)
    #expect(all.allSatisfy { $0.count == windows.length && $0.lowerBound % unit == 0 })
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
  }
}
