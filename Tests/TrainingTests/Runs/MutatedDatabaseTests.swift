import Training
import FoundationEssentials
import Reports
import RunModel
import RunStore
import SQLite
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

/// A run that recorded all that there is to record, of which all moments but the newest are sealed, and whose file is then changed in
/// one cell of each column of each table.
@Suite("Every column of every table")
struct MutatedDatabaseTests {
  /// A column, what it is set to, and in which row.
  struct Mutation: Sendable, CustomTestStringConvertible {
    let table: String
    let column: String
    /// In SQL, or `NaN` for a vector of NaN as long as the one that stands there.
    let value: String

    var name: String { "\(table).\(column)" }
    var testDescription: String { "\(name) = \(value)" }
  }

  /// The columns in which every value is as good as another, with the reason; and single values of others.
  static let exempt = [
    "run.note": "what its user wrote", "run.status_reason": "a sentence",
    "run.boot_id": "the name of some start of some machine", "tag.key": "any text",
    "tag.value": "any text", "site.layer_name": "any text", "site.layer_kind": "any text",
    "evaluation.split = 'strange'": "another program's word",
    "event.kind = 'strange'": "another program's word",
    "site.activation": "any text",
    "event.message": "a sentence",
    "event.id": "a number that nothing refers to", "rollup.id": "a number that nothing refers to",
    "sealed.id": "a number that nothing refers to",
    "step.loss": "a loss may be any number", "evaluation.loss": "a loss may be any number",
    "landscape.loss": "a loss may be any number",
    "run.name = 'strange'": "a name", "run.finished_at = ''": "",
    "step.learning_rate = -1": "a library's user may ascend",
    "gradient_shift.cosine = -1": "it turned round",
    "gradient_shift.gradient_norm = 9e999": "a norm may overflow",
    "gradient_shift.difference_norm = 9e999": "a norm may overflow",
    "landscape.gradient_norm = 9e999": "a norm may overflow",
    "landscape.difference_norm = 9e999": "a norm may overflow",
    "higher_moment.skewness = NaN": "of a feature that is constant",
    "higher_moment.kurtosis = NaN": "of a feature that is constant",
    "quantile.quantile = NaN": "of a feature without finite numbers",
    "batch_noise.rho = NaN": "of a feature that does not vary",
    "batch_noise.kurtosis = NaN": "of a feature that does not vary",
    "batch_noise.variance = NaN": "of a feature that was not finite",
  ]

  let folder: TemporaryFolder
  let path: String
  let bytes: [UInt8]

  init() throws {
    let runs = try RecordedRuns()
    let training = try runs.training(
      """
      {"layers": [4], "norm": "batch", "steps": 140, "batch_size": 8, "probe": 20, "probe_every": 20, "noise_every": 60,
        "noise_batches": 3, "evaluate_every": 50, "quantiles": [0.25, 0.75], "histogram_bins": 4,
        "higher_moments": true, "gradient_shift_every": 20, "landscape_every": 50, "checkpoint_every": 70}
      """)
    let stopped = try runs.record(training, stop: 100)
    let run = try runs.resume(stopped, training)
    try runs.database.setTags(of: run, to: ["goal": "mutation"])
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    _ = try runs.database.compact()
    try runs.database.backUp(to: path)
    bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  /// Every change.
  func mutations() throws -> [Mutation] {
    let connection = try Connection(path: path, access: .readOnly)
    let tables = try connection.rows(
      "SELECT name FROM pragma_table_list WHERE name NOT LIKE 'sqlite%' ORDER BY name"
    ) { $0.text(0) }
    return try tables.flatMap { table in
      try connection.rows("SELECT name, type FROM pragma_table_info(?)", [.text(table)]) { row in
        let values =
          switch row.text(1) {
          case "INTEGER": ["-1", "\(Int.max)", "\(1 << 41)"]
          case "REAL": ["-1", "9e999"]
          case "BLOB": ["x''", "x'00'", "NaN"]
          default: ["''", "'strange'"]
          }
        return values.map { Mutation(table: table, column: row.text(0), value: $0) }
      }.joined()
    }
  }

  /// Makes the file anew and changes a row in the middle of a table; nil where that has no row.
  func apply(_ mutation: Mutation) throws {
    // A log that readers left would be taken for the new file's.
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
    try folder.write(bytes, to: "runs.db")
    let connection = try Connection(path: path, access: .readWrite)
    let key = try connection.rows(
      "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [.text(mutation.table)]
    ) { $0.text(0) }.joined(separator: ", ")
    let (table, column) = (mutation.table, mutation.column)
    let count = try connection.firstRow("SELECT count(*) FROM \(table)") { $0.integer(0) } ?? 0
    try #require(count > 0, "\(table) has no rows")
    // A sealed moment has empty vectors.
    let isThere = "\(column) IS NOT NULL AND \(column) <> x''"
    let row = """
      WHERE (\(key)) = (SELECT \(key) FROM \(table) WHERE \(isThere) ORDER BY \(key)
        LIMIT 1 OFFSET (SELECT count(*) / 2 FROM \(table) WHERE \(isThere)))
      """
    let length = try connection.firstRow("SELECT length(\(column)) FROM \(table) \(row)") {
      $0.integer(0)
    }
    let nan = "x'\(String(repeating: "FF", count: length ?? 0))'"
    try connection.execute(
      """
      PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;
      UPDATE \(table) SET \(column) = \(mutation.value == "NaN" ? nan : mutation.value)
      \(length == nil ? "" : row)
      """)
  }

  /// What tells of the change: the faults that a check finds, or that the file is refused.
  func faults() throws -> [String] {
    do {
      let database = try RunDatabase(path: path, for: .read)
      var faults: [String] = []
      func add(_ finding: CheckFinding) {
        if finding.severity == .fault { faults.append(finding.message) }
      }
      try database.check(add)
      try database.checkCheckpoints(add)
      return faults
    } catch let error as StoreError {
      #expect(error.kind == .badDatabase)
      return [error.description]
    }
  }

  @Test("A recorded database has no faults")
  func untouched() throws {
    #expect(try faults() == [])
  }

  @Test("A check finds each value that is impossible in it, and reading it never ends the program")
  func mutation() throws {
    for mutation in try mutations() {
      do {
        try apply(mutation)
      } catch let error as SQLiteError where error.code == .constraint {
        // What even a file without its rules can't hold.
        continue
      }
      let isExempt = [mutation.name, mutation.testDescription].contains {
        Self.exempt[$0] != nil
      }
      let faults = try faults()
      if !isExempt { #expect(!faults.isEmpty, "\(mutation.testDescription)") }
      for use in MutatedDatabaseTests.uses { try attempt(use, mutation) }
    }
  }

  /// What is done with a database.
  typealias Use = @Sendable (RunDatabase, Run, TemporaryFolder) throws -> Void

  func attempt(_ use: Use, _ mutation: Mutation) throws {
    do {
      let database = try RunDatabase(path: path, for: .read)
      // Whatever its name or status is now.
      let runs = try database.runs() + database.runs(inTrash: true)
      guard let run = runs.first else { return }
      try use(database, run, folder)
    } catch let error as StoreError {
      #expect(
        [.badDatabase, .unknownRun, .busy].contains(error.kind),
        "\(mutation.testDescription): \(error)")
    } catch let error as ShiftError {
      #expect(
        error.kind == .notRecorded || error.kind == .noHistograms,
        "\(mutation.testDescription): \(error)")
    } catch {
      Issue.record("\(mutation.testDescription): \(error)")
    }
  }

  /// The questions that commands ask, and what they change.
  static let uses: [Use] =
    [
      { database, run, _ in _ = try database.evaluations(of: run) },
      { database, run, _ in _ = try database.events(of: run) },
      { database, run, _ in _ = try database.gradientShifts(of: run) },
      { database, run, _ in _ = try database.landscapePoints(of: run) },
      { database, run, _ in _ = try database.health(of: run) },
      { database, run, _ in _ = try database.health(of: run, population: .batch) },
      { database, run, _ in _ = try database.distribution(of: run, DistributionQuery()) },
      { database, run, _ in _ = try database.histogramShift(of: run, HistogramShiftQuery()) },
      { database, run, _ in _ = try database.trajectories(of: run, SiteQuery()) },
      { database, run, _ in _ = try RunComparison(run, run, in: database) },
      { database, _, _ in _ = try database.info() },
      { database, run, _ in
        for tap in Site.Tap.allCases {
          for population in Site.Population.allCases {
            var query = ShiftQuery()
            (query.tap, query.population, query.measures) = (
              tap, population, [.normalizedW2, .jeffreys]
            )
            _ = try? database.shift(of: run, query)
            (query.points, query.isPooled) = (3, true)
            _ = try? database.shift(of: run, query)
          }
        }
      },
      { database, run, _ in
        var query = SiteQuery()
        query.population = .batch
        for detector in AlarmDetector.allCases {
          _ = try database.alarms(of: run, query, by: detector)
        }
      },
      { database, run, _ in
        for limit in ["dead_units <= 0", "running_gap <= 1", "non_finite <= 0", "loss <= 9"] {
          _ = try database.check(RunLimit(reading: limit), of: run)
        }
      },
      { database, run, _ in
        for step in try database.checkpointSteps(of: run) {
          _ = try database.checkpoint(of: run, step: step)
        }
      },
      { database, run, _ in
        for format in [OutputFormat.csv, .json] {
          try DataExport.answer([run], database.recordedTables(), in: database)
            .write(format, isStyled: false) { _ in }
        }
      },
      { database, run, _ in _ = try HTMLReport(of: [run], in: database).html },
      { database, _, folder in
        let copy = try RunDatabase(
          path: folder.file("copy-\(UInt64.random(in: 0...(.max))).db"), for: .record)
        try copy.merge(database) { _ in }
      },
      { database, run, _ in
        let writer = try RunDatabase(path: database.path, for: .record)
        _ = try writer.thin(run, keepingEvery: 10, before: 128)
      },
      { database, run, _ in
        let writer = try RunDatabase(path: database.path, for: .record)
        guard let step = try writer.checkpointSteps(of: run).last else { return }
        let recorder = try RunRecorder(
          database: writer, resuming: run, from: step, configuration: "{}", provenance: "{}")
        try recorder.record(
          StepRecord(
            step: step, loss: 1, accuracy: 0, learningRate: 1, batchSize: 1, duration: 0))
        try recorder.end(.finished)
      },
      { database, run, _ in
        let writer = try RunDatabase(path: database.path, for: .record)
        try writer.delete([run])
        try writer.purge(run)
      },
    ]
}
