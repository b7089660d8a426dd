import SQLite
import Statistics
import TestSupport
import Testing

import Migrations
import RunModel
@testable import RunStore

@Suite("Quantiles, histograms, skewness and kurtosis in the store")
struct DistributionTests {
  static let site = Site(
    layer: 1, tap: .preactivation, population: .probe, statistics: .batch, width: 2, epsilon: 1e-3)

  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  static func axis() throws -> HistogramAxis {
    try #require(HistogramAxis(bins: 2, lower: [0, -1], upper: [2, 1]))
  }

  /// Histograms of three rows, of which the last one has a NaN.
  static func histograms(_ step: Int) throws -> FeatureHistograms {
    var histograms = FeatureHistograms(axis: try axis())
    let rows: [Float] = [Float(step), 0.5, 0.5, -.infinity, 1.5, .nan]
    histograms.add(rows: rows.span)
    return histograms
  }

  static func quantiles(_ step: Int) -> FeatureQuantiles {
    FeatureQuantiles(levels: [0.15, 0.85], values: [[0, Float(step)], [1.5, .infinity]])
  }

  func record(_ step: Int, _ recorder: RunRecorder) throws {
    recorder.record(
      Self.site, step: step, count: 3, nonFiniteCount: 2, mean: [1, .nan], variance: [1, .nan],
      affine: ([1, 1], [0, 0]), higherMoments: ([Float(step), .nan], [100, .nan]))
    recorder.record(try Self.histograms(step), at: Self.site, step: step)
    recorder.record(Self.quantiles(step), at: Self.site, step: step)
    try recorder.record(SampleRun.step(step))
  }

  func expectSteps(_ steps: Range<Int>, of run: Run) throws {
    let site = try #require(try database.sites(of: run).first)
    let axis = try #require(try database.histogramAxis(at: site))
    #expect(axis == (try Self.axis()))
    #expect(try database.histogramSteps(at: site) == Array(steps))
    #expect(try database.quantiles(at: site, step: steps.upperBound) == nil)
    #expect(try database.hasQuantiles(at: site))
    for step in steps {
      #expect(try database.histograms(at: site, axis, step: step) == Self.histograms(step))
      #expect(try database.quantiles(at: site, step: step) == Self.quantiles(step))
      let higher = try #require(try database.higherMoments(at: site, step: step))
      #expect(higher.skewness[0] == Float(step) && higher.kurtosis[0] == 100)
      #expect(higher.skewness[1].isNaN && higher.kurtosis[1].isNaN)
      // What stands between a moment and them is still its own.
      let moment = try #require(try database.moment(at: site, step: step, withAffine: true))
      #expect(moment.gamma == [1, 1] && moment.beta == [0, 0])
    }
    #expect(try database.histograms(at: site, axis, step: steps.upperBound) == nil)
    #expect(try database.quantiles(at: site, step: steps.upperBound) == nil)
    #expect(try database.higherMoments(at: site, step: steps.upperBound) == nil)
  }

  @Test("Records are read back, and a resumed run keeps its bins")
  func readBack() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    #expect(recorder.histogramAxis(of: Self.site) == nil)
    for step in 0..<5 { try record(step, recorder) }
    #expect(recorder.histogramAxis(of: Self.site) == (try Self.axis()))
    try recorder.record(SampleRun.checkpoint(3))
    try recorder.end(.finished)
    let run = try database.run("run")
    try expectSteps(0..<5, of: run)

    let resumed = try RunRecorder(
      database: database, resuming: run, from: 3, configuration: "{}", provenance: "{}")
    #expect(resumed.histogramAxis(of: Self.site) == (try Self.axis()))
    for step in 3..<7 { try record(step, resumed) }
    try resumed.end(.finished)
    try expectSteps(0..<7, of: run)
    var findings: [CheckFinding] = []
    try database.check { findings.append($0) }
    #expect(findings == [])
    // 2 features of 4 counts, of 2 quantiles and of 2 higher moments at 7 steps, and 4 edges, of 4 bytes each.
    #expect(try database.info().bytes(of: .distributions) == [4 * (7 * (8 + 4 + 4) + 4)])
  }

  @Test("They come with a run that is merged")
  func merged() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<3 { try record(step, recorder) }
    try recorder.end(.finished)
    let path = folder.file("other.db")
    let other = try RunDatabase(path: path, for: .record)
    try other.merge(database) { _ in }
    let copy = DistributionTests(folder: folder, database: other)
    try copy.expectSteps(0..<3, of: other.run("run"))
  }

  init(folder: TemporaryFolder, database: RunDatabase) {
    self.folder = folder
    self.database = database
  }

  @Test(
    "A check finds the impossible",
    arguments: [
      ("UPDATE histogram SET counts = zeroblob(31) WHERE step = 1", "31 bytes long, not 32", true),
      ("UPDATE histogram SET counts = zeroblob(32) WHERE step = 1", "counts 0 of 3 rows", false),
      (
        "UPDATE histogram SET counts = CAST(x'ffffffff' || substr(counts, 5) AS BLOB) WHERE step = 1",
        "of 3 rows", false
      ),
      ("UPDATE histogram_axis SET lower = upper", "such edges are impossible", true),
      ("UPDATE histogram_axis SET bins = 9223372036854775807", "such edges are impossible", true),
      ("UPDATE histogram_axis SET upper = zeroblob(4)", "upper edge is 4 bytes", true),
      ("UPDATE quantile SET quantile = x'' WHERE step = 2 AND level < 0.5", "quantile is 0", true),
      (
        "UPDATE quantile SET quantile = x'000080c0000080c0' WHERE step = 2 AND level > 0.5",
        "lower level", false
      ),
      ("UPDATE higher_moment SET kurtosis = zeroblob(12)", "kurtosis is 12 bytes", true),
      ("UPDATE higher_moment SET skewness = zeroblob(4)", "skewness is 4 bytes", true),
      (
        "UPDATE higher_moment SET kurtosis = x'0000003f0000803f'", "which is below 1 + skewness",
        false
      ),
      (
        "UPDATE higher_moment SET skewness = x'000020c10000803f'", "which is below 1 + skewness",
        false
      ),
    ])
  func faults(script: String, part: String, isQuick: Bool) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<3 { try record(step, recorder) }
    try recorder.end(.finished)
    try Connection(path: database.path, access: .readWrite).execute(script)
    for quick in isQuick ? [false, true] : [false] {
      var findings: [CheckFinding] = []
      try database.check(isQuick: quick) { findings.append($0) }
      #expect(
        findings.contains { $0.severity == .fault && $0.message.contains(part) }, "\(findings)")
    }
    // Nothing of this is read as if it were right.
    let site = try #require(try database.sites(of: database.run("run")).first)
    if isQuick {
      #expect(throws: StoreError.self) {
        for step in 0..<3 {
          let axis = try database.histogramAxis(at: site)
          _ = try axis.map { try database.histograms(at: site, $0, step: step) }
          _ = try database.quantiles(at: site, step: step)
          _ = try database.higherMoments(at: site, step: step)
        }
      }
    }
  }

  @Test("Without moments, of another width, or over other bins, recording stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      let recorder = try DistributionTests().recorder()
      recorder.record(DistributionTests.quantiles(0), at: DistributionTests.site, step: 0)
    }
    await #expect(processExitsWith: .failure) {
      let test = try DistributionTests()
      let recorder = try test.recorder()
      try test.record(0, recorder)
      recorder.record(
        FeatureQuantiles(levels: [0.5], values: [[1]]), at: DistributionTests.site, step: 0)
    }
    await #expect(processExitsWith: .failure) {
      let test = try DistributionTests()
      let recorder = try test.recorder()
      try test.record(0, recorder)
      let axis = try #require(HistogramAxis(bins: 3, lower: [0, 0], upper: [1, 1]))
      recorder.record(FeatureHistograms(axis: axis), at: DistributionTests.site, step: 1)
    }
  }

  func recorder() throws -> RunRecorder {
    try RunRecorder(database: database, run: NewRun(name: "run"))
  }
}
