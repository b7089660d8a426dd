import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

/// A small run whose figures follow from the number of each step.
enum SampleRun {
  static let input = Site(layer: 1, tap: .input, population: .batch, statistics: .batch, width: 2)
  static let preactivation = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 3, epsilon: 0.001)
  static let sites = [input, preactivation]

  static func step(_ step: Int) -> StepRecord {
    StepRecord(
      step: step, loss: 1 / Double(step + 1), accuracy: 0.5, learningRate: 0.1, batchSize: 8,
      duration: 0.001)
  }

  static func evaluation(_ step: Int) -> EvaluationRecord {
    EvaluationRecord(
      step: step, split: .test, statistics: .running, loss: Double(step), accuracy: 0.25, count: 10)
  }

  static func checkpoint(_ step: Int) -> Checkpoint {
    Checkpoint(step: step, tensors: (0..<1000).map { UInt8(truncatingIfNeeded: $0 + step) })
  }

  /// The vector number `index` of a moment: mean, variance, gamma, beta.
  static func vector(_ site: Site, step: Int, index: Int) -> [Float] {
    (0..<site.width).map { Float(step * 16 + index * 4 + $0) }
  }

  /// How many steps of a run can be read, all of them whole and in order.
  ///
  /// - Throws: `StoreError`, or an expectation that is not met.
  static func checkedStepCount(of run: Run, in database: RunDatabase) throws -> Int {
    var steps: [StepRecord] = []
    try database.forEachStep(of: run) { steps.append($0) }
    #expect(steps == steps.indices.map(step))
    let recorded = try database.sites(of: run)
    #expect(recorded.map(\.site) == (steps.isEmpty ? [] : sites))
    for site in recorded {
      var count = 0
      try database.forEachMoment(at: site, withAffine: true) { moment in
        let vectors = [moment.mean, moment.variance, moment.gamma, moment.beta]
        let expected = vectors.indices.map { index in
          index < 2 || site.site.epsilon != nil
            ? vector(site.site, step: count, index: index) : []
        }
        if moment.step != count || moment.count != 8 || vectors != expected {
          Issue.record("The moment \(count) of \(site.site) is \(copy moment).")
        }
        count += 1
      }
      #expect(count == steps.count)
    }
    return steps.count
  }
}

extension RunRecorder {
  /// Adds the moments of the sample run's step number `step`, but not the step itself.
  func recordSampleMoments(_ step: Int) {
    for site in SampleRun.sites {
      let vectors = (0..<4).map { SampleRun.vector(site, step: step, index: $0) }
      record(
        site, step: step, count: 8, mean: vectors[0], variance: vectors[1],
        affine: site.epsilon == nil ? nil : (vectors[2], vectors[3]))
    }
  }

  /// Records the sample run's step number `step`.
  func recordSample(_ step: Int) throws {
    recordSampleMoments(step)
    try record(SampleRun.step(step))
  }
}

extension RunDatabase {
  /// The first integer that a query answers with.
  func integer(_ sql: String) throws -> Int? {
    try connection.firstRow(sql) { $0.integer(0) }
  }

  /// The first text that a query answers with.
  func text(_ sql: String) throws -> String? {
    try connection.firstRow(sql) { $0.text(0) }
  }

  /// Every row of a table as text, exact to the last bit, in order and without some columns.
  func rows(of table: String, without columns: Set<String> = []) throws -> [String] {
    let all = try connection.rows("SELECT name FROM pragma_table_info(?)", [.text(table)]) {
      $0.text(0)
    }
    let values = all.filter { !columns.contains($0) }.map { "quote(\($0))" }
    return try connection.rows(
      "SELECT \(values.joined(separator: " || ',' || ")) FROM \(table) ORDER BY 1"
    ) { $0.text(0) }
  }

  /// Every row of every table.
  func contents() throws -> StoredRows { try StoredRows(of: connection, without: []) }

  /// Records a run and reads it by a connection of its own.
  func recorded(
    _ new: NewRun = NewRun(name: "run"), seals: Bool = true,
    _ body: (RunRecorder) throws -> Void = { _ in }
  ) throws -> (reader: RunDatabase, run: Run) {
    let recorder = try RunRecorder(database: self, run: new, seals: seals)
    try body(recorder)
    try recorder.end(.finished)
    let reader = try RunDatabase(path: path, for: .read)
    return (reader, try reader.run(recorder.uuid))
  }

  /// Checks that the run called "run" failed for `error`, kept `stepCount` whole steps, and left the file whole.
  func expectFailedRun(because error: StoreError, stepCount: Int) throws {
    let run = try run("run")
    #expect(run.status == .failed)
    #expect(run.statusReason == error.description)
    #expect(try SampleRun.checkedStepCount(of: run, in: self) == stepCount)
    try expectIntegrity()
  }

  /// Checks that the file is whole, as far as SQLite can tell.
  func expectIntegrity() throws {
    #expect(try text("PRAGMA integrity_check") == "ok")
    #expect(try text("PRAGMA foreign_key_check") == nil)
  }

  /// Expects a file without damage, in whose contents `check` finds no fault.
  func expectSound() throws {
    try expectIntegrity()
    try check {
      if $0.severity == .fault { Issue.record("\($0)") }
    }
  }
}

extension RunRecorder {
  /// Lets no stall of the machine be a reason to write.
  func writeOnlyWhenFull() { writeInterval = .seconds(3600) }
}

/// Makes a closed database with a finished run of `steps` steps, called "sample", whose moments are plain rows.
func makeSampleDatabase(at path: String, steps: Int = 3) throws {
  let database = try RunDatabase(path: path, for: .record)
  let recorder = try RunRecorder(
    database: database, run: NewRun(name: "sample", tags: ["kind": "sample"]), seals: false)
  for step in 0..<steps { try recorder.recordSample(step) }
  recorder.record(SampleRun.evaluation(steps))
  try recorder.record(SampleRun.checkpoint(steps))
  try recorder.end(.finished)
}

/// The error that `body` throws, which has to be one of the store.
func storeError(
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) throws -> StoreError {
  let error = try #require(
    throws: StoreError.self, comment, sourceLocation: sourceLocation
  ) { try body() }
  // A sentence for people: on one line, with an end.
  #expect(error.description.hasSuffix("."), sourceLocation: sourceLocation)
  #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
  return error
}
