import Migrations
public import RunModel
import SQLite

extension RunDatabase {
  /// Checks one state of the database for contents that recording never writes, in memory that does not grow with the file.
  ///
  /// SQLite's own checks come first: the file's structure and constraints, and foreign keys. Then each run is checked: JSON, enumerated
  /// words, steps, and at each site the lengths of vectors, counts, gammas and betas. Unless `isQuick`, the vectors' numbers are checked too: see `MomentCheck`,
  /// `RollupCheck` and `NormalizedCheck`. Findings of a kind at several steps of one place are one.
  /// - Parameters:
  ///   - isQuick: whether to skip comparing indexes with tables, and the numbers in vectors.
  ///   - found: is called with each finding.
  /// - Returns: the number of runs.
  /// - Throws: `StoreError`, or what `found` throws.
  @discardableResult
  public func check(isQuick: Bool = false, _ found: (CheckFinding) throws -> Void) throws -> Int {
    try attempt {
      try connection.run("BEGIN")
      // Committing what was only read fails where damage was met.
      defer { try? connection.run("ROLLBACK") }
      return try checkNow(isQuick: isQuick, found)
    }
  }

  /// The checks, inside a transaction.
  @discardableResult
  func checkNow(isQuick: Bool = false, _ found: (CheckFinding) throws -> Void) throws -> Int {
    try withoutActuallyEscaping(found) { found in
      let reporter = CheckReporter(found: found)
      try reading("the file", reporter) { try checkStructure(isQuick: isQuick, reporter) }
      try reading("the record of migrations", reporter) { try checkMigrations(reporter) }
      var runs: [(id: Int, uuid: String)] = []
      try reading("the runs", reporter) {
        runs = try connection.rows("SELECT id, uuid FROM run ORDER BY id") {
          ($0.integer(0), $0.text(1))
        }
      }
      for run in runs {
        try RunCheck(
          database: self, run: run.id, isQuick: isQuick,
          reporter: CheckReporter(run: run.uuid, found: found)
        ).check()
      }
      return runs.count
    }
  }

  /// Runs `work`; a file too damaged for it is a fault, and other checks continue.
  func reading(_ what: String, _ reporter: CheckReporter, _ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as SQLiteError where error.code.primary == .corrupt {
      try reporter.flush()
      try reporter.fault("readable", "\(what) cannot be read completely (\(error.message)).")
    }
    try reporter.flush()
  }

  private func checkStructure(isQuick: Bool, _ reporter: CheckReporter) throws {
    let pragma = isQuick ? "quick_check" : "integrity_check"
    try connection.statement("PRAGMA \(pragma)(1000)").forEachRow { row in
      let message = row.text(0)
      if message != "ok" { try reporter.fault("integrity", "SQLite found: \(message).") }
    }
    var orphans: [Orphans] = []
    try SchemaObjects.forEachOrphan(in: connection) { table, row, parent in
      if let index = orphans.firstIndex(where: { $0.table == table && $0.parent == parent }) {
        orphans[index].count += 1
        orphans[index].last = row
      } else {
        orphans.append(Orphans(table: table, parent: parent, first: row, last: row))
      }
    }
    for orphans in orphans { try reporter.fault("foreign-key", orphans.sentence) }
  }

  /// Rows of a table whose parent rows are missing.
  private struct Orphans {
    let table: String
    let parent: String
    /// The first row id; nil if the table has none.
    let first: Int?
    var last: Int?
    var count = 1

    var sentence: String {
      guard count > 1 else {
        return
          "\(first.map { "row \($0)" } ?? "a row") of the table \(table) belongs to a row of \(parent) that is missing."
      }
      let range = first.flatMap { first in last.map { ", \(first) to \($0)," } } ?? ""
      return
        "\(count) rows of the table \(table)\(range) belong to rows of \(parent) that are missing."
    }
  }

  /// Checks the record of migrations, whose scripts were compared when the file was opened.
  private func checkMigrations(_ reporter: CheckReporter) throws {
    try connection.statement(
      "SELECT version, name, \(RowCheck.isTime("applied_at")) FROM migration"
    )
    .forEachRow { row in
      let version = row.integer(0)
      if Migration.all.first(where: { $0.version == version })?.name != row.text(1) {
        try reporter.fault(
          "word", "the migration \(version) has the name \"\(row.text(1))\", which is not its own.")
      }
      if row.integer(2) != 1 {
        try reporter.fault("time", "the migration \(version) was applied at an impossible time.")
      }
    }
  }
}
