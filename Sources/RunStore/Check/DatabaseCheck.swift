import SQLite

extension RunDatabase {
  /// Looks for what recording never leaves behind, on one state of the database, in memory that does not grow with it.
  ///
  /// SQLite's own checks come first: of the file's structure and constraints, and that rows refer to rows that are
  /// there. Then each run is checked: its JSON and words, its steps, and at each site the lengths of the vectors, the
  /// counts and the gammas and betas. Unless `isQuick`, the vectors' numbers are checked too: see `MomentCheck`,
  /// `RollupCheck` and `NormalizedCheck`.
  /// - Parameters:
  ///   - isQuick: whether indexes are not compared with their tables, and the numbers in vectors not looked at.
  ///   - found: is told of each finding.
  /// - Returns: how many runs were checked.
  /// - Throws: `StoreError`, or what `found` throws.
  @discardableResult
  public func check(isQuick: Bool = false, _ found: (CheckFinding) throws -> Void) throws -> Int {
    try withoutActuallyEscaping(found) { found in
      try attempt {
        try connection.run("BEGIN")
        // Committing what was only read fails where damage was met.
        defer { try? connection.run("ROLLBACK") }
        let reporter = CheckReporter(found: found)
        try reading("the file", reporter) { try checkStructure(isQuick: isQuick, reporter) }
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
  }

  /// Does `work`; where the file is too damaged for that, this is a fault, and other checks go on.
  func reading(_ what: String, _ reporter: CheckReporter, _ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as SQLiteError where error.code.primary == .corrupt {
      try reporter.fault("readable", "\(what) can't be read to the end (\(error.message)).")
    }
  }

  private func checkStructure(isQuick: Bool, _ reporter: CheckReporter) throws {
    let pragma = isQuick ? "quick_check" : "integrity_check"
    try connection.statement("PRAGMA \(pragma)(1000)").forEachRow { row in
      let message = row.text(0)
      if message != "ok" { try reporter.fault("integrity", "SQLite found: \(message).") }
    }
    try connection.statement("PRAGMA foreign_key_check").forEachRow { row in
      let place = row.isNull(1) ? "a row" : "row \(row.integer(1))"
      try reporter.fault(
        "foreign-key",
        "\(place) of the table \(row.text(0)) belongs to a row of \(row.text(2)) that is missing.")
    }
  }
}
