import RunModel
import RunStore
import SQLite
import Statistics
import TestSupport
import Testing

/// A run that is recorded as a training loop would, with something in every table but what pools many steps.
enum SampleTraining {
  /// A site whose moments begin at step 12.
  static let late = Site(layer: 2, tap: .input, population: .probe, statistics: .precise, width: 1)

  /// Records as a training loop would: evaluations every fourth step, checkpoints every tenth.
  static func record(_ steps: Range<Int>, _ recorder: RunRecorder) throws {
    for step in steps {
      if step > steps.lowerBound && step % 10 == 0 {
        try recorder.record(SampleRun.checkpoint(step))
      }
      if step % 4 == 0 { recorder.record(SampleRun.evaluation(step)) }
      if step >= 12 {
        recorder.record(
          late, step: step, count: 4, nonFiniteCount: 0, mean: [Float(step)], variance: [1],
          affine: nil, higherMoments: ([Float(step)], [3]))
      }
      recorder.recordSampleMoments(step)
      try recordRareThings(step, recorder)
      try recorder.record(SampleRun.step(step))
    }
  }

  /// Records what a training loop records if it is asked to.
  private static func recordRareThings(_ step: Int, _ recorder: RunRecorder) throws {
    let number = Float(step)
    let site = SampleRun.input
    let axis = try #require(HistogramAxis(bins: 2, lower: [0, -1], upper: [30, 1]))
    var histograms = FeatureHistograms(axis: axis)
    let rows = [number, 0.5]
    histograms.add(rows: rows.span)
    recorder.record(histograms, at: site, step: step)
    recorder.record(FeatureQuantiles(levels: [0.5], values: [[0, number]]), at: site, step: step)
    recorder.record(
      BatchNoiseRecord(step: step, batchCount: 2, count: 8, rho: [1, number], kurtosis: [3, 2]),
      at: site)
    recorder.record(
      GradientShiftRecord(
        step: step, layer: 1, gradientNorm: 1, differenceNorm: Double(step), cosine: 0.5))
    recorder.record(
      LandscapeRecord(
        step: step, stepLength: 0.1, loss: 1, gradientNorm: Double(step), differenceNorm: 0.5))
    recorder.record(EventRecord(step: step, layer: 1, kind: .alarm, message: "Step \(step)."))
  }

  /// Records `steps`, and what a training loop adds after the last one.
  static func recordToEnd(_ steps: Range<Int>, _ recorder: RunRecorder) throws {
    try record(steps, recorder)
    recorder.record(SampleRun.evaluation(steps.upperBound))
    try recorder.record(SampleRun.checkpoint(steps.upperBound))
  }

  static let new = NewRun(name: "run", tags: ["goal": "shift"])

  /// Everything in a database but who recorded it and when.
  static func timelessContents(_ database: RunDatabase) throws -> StoredRows {
    try StoredRows(of: database.connection)
  }

  /// What a database has after a run of 30 steps in one go.
  static func contentsInOneGo() throws -> StoredRows {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let recorder = try RunRecorder(database: database, run: new)
    try recordToEnd(0..<30, recorder)
    try recorder.end(.finished)
    let contents = try timelessContents(database)
    for (table, count) in [
      ("run", 1), ("tag", 1), ("step", 30), ("site", 3), ("moment", 78), ("evaluation", 9),
      ("checkpoint", 3), ("event", 30),
    ] {
      #expect(contents[table].count == count, "\(table)")
    }
    // A table that nothing was recorded into here is one whose rows nobody compares.
    #expect(contents.tables.filter { $0.value.isEmpty }.keys.sorted() == ["rollup", "sealed"])
    return contents
  }

  /// A database with an interrupted run of 15 steps, and a checkpoint at step 10.
  static func makeInterrupted(at path: String) throws -> (database: RunDatabase, run: Run) {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: new)
    try record(0..<15, recorder)
    try recorder.interrupt(reason: "Stopped.")
    return (database, try database.run(recorder.uuid))
  }

  /// Resumes a run with an empty configuration and provenance.
  static func resume(_ run: Run, from step: Int, in database: RunDatabase) throws -> RunRecorder {
    try RunRecorder(
      database: database, resuming: run, from: step, configuration: "{}", provenance: "{}")
  }
}
