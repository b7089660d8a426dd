import SQLite

/// Checks one run: its row, its steps and evaluations, and then each of its sites.
struct RunCheck {
  let database: RunDatabase
  let run: Int
  let isQuick: Bool
  let reporter: CheckReporter

  private var connection: Connection { database.connection }

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    try database.reading("the run", reporter, checkRow)
    try database.reading("its steps", reporter, checkSteps)
    try database.reading("its evaluations", reporter, checkEvaluations)
    try database.reading("its gradients", reporter, checkGradients)
    var sites: [SiteCheck] = []
    try database.reading("its sites", reporter) { sites = try readSites() }
    for site in sites { try database.reading("the moments", site.reporter, site.check) }
    guard !isQuick else { return }
    try database.reading("the moments of normalized outputs", reporter) {
      try NormalizedCheck(database: database, run: run, reporter: reporter).check()
    }
  }

  private func checkRow() throws {
    for column in ["configuration", "provenance"] {
      let isObject = try connection.firstRow(
        // CASE, as AND looks at its right side even where the left one is false.
        """
        SELECT CASE WHEN json_valid(\(column)) THEN json_type(\(column)) = 'object' ELSE 0 END
        FROM run WHERE id = ?
        """,
        [.integer(run)]
      ) { $0.integer(0) == 1 }
      if isObject == false { try reporter.fault("json", "the \(column) is no JSON object.") }
    }
    let status = try connection.firstRow("SELECT status FROM run WHERE id = ?", [.integer(run)]) {
      $0.text(0)
    }
    if let status,
      ![.running, .finished, .diverged, .failed].contains(Run.Status(rawValue: status))
    {
      try reporter.fault("word", "the status \"\(status)\" is unknown.")
    }
  }

  /// Steps that jump are told, and no fault: a library's user may record every tenth.
  private func checkSteps() throws {
    var previous: Int?
    var count = 0
    var jumps = 0
    var first = 0...0
    try connection.statement("SELECT step FROM step WHERE run = ? ORDER BY step").forEachRow(
      [.integer(run)]
    ) { row in
      let step = row.integer(0)
      if let previous, step > previous + 1 {
        if jumps == 0 { first = previous...step }
        jumps += 1
      }
      previous = step
      count += 1
    }
    let told = try connection.firstRow("SELECT step_count FROM run WHERE id = ?", [.integer(run)]) {
      $0.integer(0)
    }
    if let told, told != count {
      try reporter.fault("step-count", "it says that it has \(told) steps, and there are \(count).")
    }
    guard jumps > 0 else { return }
    let others = jumps == 1 ? "" : ", and at \(jumps - 1) other places"
    try reporter.note(
      "step-gap", "the steps jump from \(first.lowerBound) to \(first.upperBound)\(others).")
  }

  private func checkEvaluations() throws {
    try connection.statement("SELECT step, split, statistics, count FROM evaluation WHERE run = ?")
      .forEachRow([.integer(run)]) { row in
        let place = reporter.at("evaluation at step \(row.integer(0))")
        if EvaluationRecord.Split(rawValue: row.text(1)) == nil {
          try place.fault("word", "the split \"\(row.text(1))\" is unknown.")
        }
        if Site.Statistics(rawValue: row.text(2)) == nil {
          try place.fault("word", "the statistics \"\(row.text(2))\" are unknown.")
        }
        if row.integer(3) < 1 { try place.fault("count", "it is over \(row.integer(3)) examples.") }
      }
  }

  /// Norms aren't negative, a cosine is at most 1, and nothing comes before the first layer to change its gradient.
  private func checkGradients() throws {
    try connection.statement(
      """
      SELECT step, layer, gradient_norm < 0 OR difference_norm < 0 OR abs(cosine) > 1
        OR (layer = 1 AND difference_norm > 0)
      FROM gradient_shift WHERE run = ?
      """
    ).forEachRow([.integer(run)]) { row in
      guard !row.isNull(2) && row.integer(2) == 1 else { return }
      try reporter.at("gradient shift of layer \(row.integer(1)) at step \(row.integer(0))")
        .fault("gradient", "its norms or its cosine can't be.")
    }
    try connection.statement(
      """
      SELECT step, step_length, step_length < 0 OR gradient_norm < 0 OR difference_norm < 0
      FROM landscape WHERE run = ?
      """
    ).forEachRow([.integer(run)]) { row in
      guard !row.isNull(2) && row.integer(2) == 1 else { return }
      try reporter.at("landscape at step \(row.integer(0))")
        .fault("gradient", "the length \(row.real(1)) or a norm is negative.")
    }
  }

  private func readSites() throws -> [SiteCheck] {
    let lastStep = try connection.firstRow(
      "SELECT max(step) FROM step WHERE run = ?", [.integer(run)]
    ) { $0.optionalInteger(0) }
    return try connection.rows(
      """
      SELECT id, layer, tap, population, statistics, width, epsilon FROM site WHERE run = ? ORDER BY id
      """,
      [.integer(run)]
    ) { row in
      SiteCheck(
        database: database, run: run, isQuick: isQuick, lastStep: lastStep ?? nil,
        site: row.integer(0), tap: row.text(2), population: row.text(3), statistics: row.text(4),
        width: row.integer(5), hasEpsilon: !row.isNull(6),
        reporter: reporter.at(
          "layer \(row.integer(1)) \(row.text(2)) (population \(row.text(3)), statistics \(row.text(4)))"
        ))
    }
  }
}
