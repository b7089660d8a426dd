package import RunModel
@testable import RunStore
import ShiftAnalysis
import TestSupport
import Testing

extension RunDatabase: RunRecording {
  package func begin(_ run: NewRun) throws -> any RunWriting {
    try RunRecorder(database: self, run: run)
  }
}

@Suite("Shift in a database and in memory")
struct StoreAgreementTests {
  static let sites = [
    Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 2, epsilon: 0.25
    ),
    Site(layer: 2, tap: .preactivation, population: .batch, statistics: .batch, width: 3),
  ]
  static let stepCount = 400

  let folder: TemporaryFolder
  let database: RunDatabase
  let run: Run

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    run = try database.record("made", Self.body)
    try database.record("other", Self.body)
  }

  /// A random walk of each unit with measured noise; the second layer is recorded at every third step.
  static func body(_ recorder: any RunWriting) throws {
    var random = SplitMix64(seed: 7)
    var means = sites.map { [Float](repeating: 0, count: $0.width) }
    for (site, ones) in sites.map({ ($0, [Float](repeating: 1, count: $0.width)) }) {
      recorder.record(
        BatchNoiseRecord(
          step: 0, batchCount: 9, count: 99, rho: ones, kurtosis: ones.map { 3 * $0 },
          variance: ones, degreesOfFreedom: 2),
        at: site)
    }
    for step in 0..<stepCount {
      for (index, site) in sites.enumerated() where index == 0 || step % 3 == 0 {
        for unit in 0..<site.width {
          means[index][unit] += Float.random(in: -1...1, using: &random)
        }
        let variance = means[index].map { 1 + $0 * $0 / 100 }
        recorder.record(
          site, step: step, count: 20, mean: means[index], variance: variance,
          affine: site.epsilon.map { _ in (variance, means[index]) })
      }
      try recorder.endStep(step)
    }
  }

  /// The points of a query about the first run of a store, by layer.
  func points(_ query: ShiftQuery, in store: any RunReading) throws -> [[ShiftPoint]] {
    try store.shift(of: store.run("made"), query).map { Array($0.points) }
  }

  /// The same runs in memory.
  func arrays(partCount: Int = 1) throws -> RunArrays {
    let arrays = RunArrays(partCount: partCount)
    for name in ["made", "other"] { try arrays.record(name, Self.body) }
    return arrays
  }

  /// Checks that two answers have the same points, and values that differ by the rounding of stored blocks at most.
  func expectAgreement(_ found: [[ShiftPoint]], _ expected: [[ShiftPoint]]) {
    #expect(found.map { $0.map(\.step) } == expected.map { $0.map(\.step) })
    #expect(found.map { $0.map(\.referenceStep) } == expected.map { $0.map(\.referenceStep) })
    for (one, other) in zip(found.joined(), expected.joined()) {
      for (value, wanted) in zip(one.values, other.values) {
        #expect(abs((value ?? .nan) - (wanted ?? .nan)) <= 1e-4 * (1 + abs(wanted ?? 0)))
      }
    }
  }

  @Test(
    "Single steps are the same, read at once or in parts",
    arguments: [
      ReferencePoint.start, .previous, .step(300), .final, .preceding(5), .run("other"),
    ], [nil, 7])
  func singleSteps(reference: ReferencePoint, points: Int?) throws {
    for tap in [Site.Tap.preactivation, .normalized]
    where tap == .preactivation || reference != .preceding(5) {
      var query = ShiftQuery()
      query.reference = reference
      query.points = points
      query.tap = tap
      let expected = try self.points(query, in: database)
      #expect(expected.count == 2)
      if points == nil {
        #expect(expected[0].count == Self.stepCount - reference.uncomparedCount)
      }
      let file = try DatabaseFile(
        path: database.path, durability: .process, vfs: nil, numbersPerReader: 1)
      #expect(try self.points(query, in: RunDatabase(file, for: .read)) == expected)
      for partCount in [1, 3, 50] {
        #expect(try self.points(query, in: arrays(partCount: partCount)) == expected)
      }
    }
  }

  @Test("A window as the reference is the same", arguments: [0...0, 10...99, 100...300])
  func window(steps: ClosedRange<Int>) throws {
    var query = ShiftQuery()
    query.reference = .window(steps)
    expectAgreement(try points(query, in: arrays()), try points(query, in: database))
  }

  @Test(
    "Pooled steps are the same",
    arguments: [
      ReferencePoint.start, .previous, .step(300), .final, .window(0...255), .run("other"),
    ], [2, 10, 100])
  func pooledSteps(reference: ReferencePoint, points: Int) throws {
    var query = ShiftQuery()
    query.reference = reference
    query.points = points
    query.isPooled = true
    expectAgreement(try self.points(query, in: arrays()), try self.points(query, in: database))
  }
}
