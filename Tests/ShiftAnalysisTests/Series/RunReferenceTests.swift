import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("Shift from another run")
struct RunReferenceTests {
  static let epsilon = 0.25

  let store = RunArrays()
  let run: Run

  init() throws {
    run = try Self.record("own", in: store, steps: 0..<6, rate: 2, noise: 3)
  }

  /// A run of one layer, the mean of whose two units is rate·step and 0, their variances 1, gamma and beta 1 and rate·step.
  static func record(
    _ name: String, in store: RunArrays, steps: Range<Int>, rate: Float, noise: Float? = nil,
    layer: Int = 1, width: Int = 2, statistics: StatisticsMode = .batch
  ) throws -> Run {
    let site = Site(
      layer: layer, tap: .preactivation, population: .batch, statistics: statistics, width: width,
      epsilon: statistics == .none ? nil : epsilon)
    let ones = [Float](repeating: 1, count: width)
    return try store.record(name) { recorder in
      for step in steps {
        if let noise, step == steps.lowerBound {
          recorder.record(
            BatchNoiseRecord(
              step: step, batchCount: 9, count: 99, rho: ones.map { $0 * noise }, kurtosis: ones),
            at: site)
        }
        let mean = [rate * Float(step)] + [Float](repeating: 0, count: width - 1)
        recorder.record(
          site, step: step, count: 5, mean: mean, variance: ones,
          affine: statistics == .none ? nil : (ones, mean))
        try recorder.endStep(step)
      }
    }
  }

  func series(_ reference: Run, _ change: (inout ShiftQuery) -> Void = { _ in }) throws
    -> ShiftSeries
  {
    var query = ShiftQuery()
    query.reference = .run(reference.uuid)
    query.measures = [.squaredW2]
    query.aggregate = .max
    change(&query)
    return try store.shift(of: run, query)[0]
  }

  @Test("Each step is compared with the other's moments of the same step, where both have it")
  func sameStep() throws {
    let other = try Self.record("other", in: store, steps: 2..<9, rate: 5)
    let series = try series(other)
    #expect(series.points.map(\.step) == [2, 3, 4, 5])
    #expect(series.points.map(\.referenceStep) == [2, 3, 4, 5])
    #expect(series.points.map { $0.values[0] } == [36, 81, 144, 225])
    #expect(series.recordedCount == 4)
    #expect(series.coordinates.reference == .run(other.uuid))
    #expect(series.coordinates.caution?.contains("upper bound") == true)
    #expect(try self.series(other) { $0.points = 2 }.points.map(\.step) == [2, 5])
    #expect(try self.series(run).points.allSatisfy { $0.values[0] == 0 })
  }

  @Test("The floor has the noise of both runs, and is unknown where one's was not measured")
  func floor() throws {
    let quiet = try Self.record("quiet", in: store, steps: 0..<6, rate: 2, noise: 1)
    for point in try series(quiet).points {
      let floored = try #require(point.floored)
      #expect(floored.value == 0)
      // Each side adds ρ σ²/(m - ρ) of variance 1, κ being 1.
      #expect(abs(floored.floor - (3.0 / 2 + 1.0 / 4) / (1 + Self.epsilon)) < 1e-11)
      // The runs may have seen the same batches.
      #expect(floored.confidenceInterval == nil)
    }
    let unmeasured = try Self.record("unmeasured", in: store, steps: 0..<6, rate: 2)
    let series = try series(unmeasured)
    #expect(series.noise == nil && series.points.allSatisfy { $0.floored == nil })
  }

  @Test("Batch norm's output is compared with what a layer without it hands on")
  func normalized() throws {
    let plain = try Self.record(
      "plain", in: store, steps: 0..<6, rate: 5, statistics: StatisticsMode.none)
    let series = try series(plain) { $0.tap = .normalized }
    let deviation = (1 / (1 + Self.epsilon)).squareRoot()
    for point in series.points {
      let difference = 3 * Double(point.step)
      let expected = difference * difference + (1 - deviation) * (1 - deviation)
      #expect(abs(try #require(point.values[0]) - expected) < 1e-5 * max(1, expected))
    }
  }

  @Test("Windows are compared with the same windows")
  func pooled() throws {
    let other = try Self.record("other", in: store, steps: 0..<6, rate: 2)
    let moved = try series(other) {
      $0.isPooled = true
      $0.points = 2
    }
    #expect(moved.points.map(\.step) == [0, 3] && moved.points.map(\.referenceStep) == [0, 3])
    #expect(moved.points.allSatisfy { $0.values[0] == 0 })
    let faster = try Self.record("faster", in: store, steps: 0..<6, rate: 4)
    let value = try series(faster) {
      $0.isPooled = true
      $0.points = 2
    }.points[1].values[0]
    // Means 8 and 16; variances 1 and 4·2/3 or 16·2/3.
    let difference = (1 + 16.0 * 2 / 3).squareRoot() - (1 + 4.0 * 2 / 3).squareRoot()
    #expect(abs(try #require(value) - (64 + difference * difference)) < 1e-4)
  }

  @Test("What can't be compared is told in one sentence")
  func incomparable() throws {
    let wide = try Self.record("wide", in: store, steps: 0..<2, rate: 1, width: 3)
    let deep = try Self.record("deep", in: store, steps: 0..<2, rate: 1, layer: 2)
    let late = try Self.record("late", in: store, steps: 6..<8, rate: 1)
    for (other, words) in [
      (wide, "has 2 units in run"), (deep, "no such tensor in layer 1"), (late, "no common step"),
    ] {
      let error = #expect(throws: ShiftError.self) { try series(other) }
      #expect(error?.description.contains(words) == true)
    }
    #expect(throws: (any Error).self) { try series(run) { $0.reference = .run("nobody") } }
  }
}
