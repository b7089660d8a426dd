import RunModel
import SQLite

/// A check of one run: its row, its steps and other records, then each site.
struct RunCheck {
  let database: RunDatabase
  let run: Int
  let isQuick: Bool
  let reporter: CheckReporter

  private var connection: Connection { database.connection }

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    try database.reading("the run", reporter) {
      try RowCheck(connection: connection, run: run, reporter: reporter).check()
    }
    try database.reading("its steps", reporter, checkSteps)
    try database.reading("its evaluations", reporter, checkEvaluations)
    try database.reading("its gradients", reporter, checkGradients)
    try database.reading("its events", reporter, checkEvents)
    try database.reading("its checkpoints", reporter, checkCheckpoints)
    var sites: [SiteCheck] = []
    try database.reading("its sites", reporter) { sites = try readSites() }
    for site in sites { try database.reading("the moments", site.reporter, site.check) }
    guard !isQuick else { return }
    try database.reading("the moments of normalized outputs", reporter) {
      try NormalizedCheck(database: database, run: run, reporter: reporter).check()
    }
  }

  /// Checks the steps; a gap is a note, not a fault: a library's user may record every tenth.
  private func checkSteps() throws {
    var previous: Int?
    var count = 0
    var jumps = 0
    var first = 0...0
    try connection.statement(
      """
      SELECT step, accuracy, learning_rate, batch_size, duration, \(RunCheck.areMarksWrong)
      FROM step WHERE run = ? ORDER BY step
      """
    ).forEachRow([.integer(run)]) { row in
      let step = row.integer(0)
      guard try check(row, reporter.at(.step, step)) else { return }
      if let previous, step - 1 > previous {
        if jumps == 0 { first = previous...step }
        jumps += 1
      }
      previous = step
      count += 1
    }
    // A run that is being merged or purged has some of its steps.
    let told = try connection.firstRow(
      "SELECT step_count FROM run WHERE id = ? AND ifnull(status_reason, '') NOT IN (?, ?)",
      [.integer(run)] + RunDatabase.reasonsOfParts.sorted().map { .text($0) }
    ) { $0.integer(0) }
    if let told, told != count {
      try reporter.fault("step-count", "step_count is \(told), and there are \(count) steps.")
    }
    guard jumps > 0 else { return }
    let others = jumps == 1 ? "" : ", and at \(counted(jumps - 1, "other place"))"
    try reporter.note(
      "step-gap", "the steps jump from \(first.lowerBound) to \(first.upperBound)\(others).")
  }

  /// Checks a row of `step`.
  ///
  /// - Returns: whether the step is possible.
  private func check(_ row: borrowing Row, _ place: CheckReporter) throws -> Bool {
    try checkAccuracy(row, 1, marksAt: 5, place)
    if let rate = row.optionalReal(2), !rate.isFinite {
      try place.fault("finite", "the learning rate \(rate) is impossible.")
    }
    if let size = row.optionalInteger(3), !(1...Row.largestCount).contains(size) {
      try place.fault("count", "a batch of \(size) examples is impossible.")
    }
    if let duration = row.optionalReal(4), !(duration >= 0 && duration.isFinite) {
      try place.fault("time", "the duration of \(duration) s is impossible.")
    }
    return try place.check(step: row.integer(0))
  }

  /// An SQL expression: 1 if a loss or an accuracy is marked as NaN although it is a number, or has no possible mark.
  private static let areMarksWrong = ["loss", "accuracy"].map {
    "NOT (\($0)_is_nan = 0 OR (\($0)_is_nan = 1 AND \($0) IS NULL))"
  }.joined(separator: " OR ")

  private func checkAccuracy(
    _ row: borrowing Row, _ column: Int, marksAt marks: Int, _ place: CheckReporter
  ) throws {
    if let accuracy = row.optionalReal(column), !(0...1).contains(accuracy) {
      try place.fault("accuracy", "the accuracy \(accuracy) is impossible.")
    }
    if row.integer(marks) == 1 {
      try place.fault("nan", "a loss or an accuracy is both a number and marked as NaN.")
    }
  }

  private func checkEvaluations() throws {
    try connection.statement(
      """
      SELECT step, split, statistics, count, accuracy, \(RunCheck.areMarksWrong) FROM evaluation WHERE run = ?
      """
    ).forEachRow([.integer(run)]) { row in
      let place = reporter.at(.evaluation, row.integer(0))
      try place.check(step: row.integer(0))
      try checkAccuracy(row, 4, marksAt: 5, place)
      if EvaluationRecord.Split(rawValue: row.text(1)) == nil {
        try place.fault("word", "the split \"\(row.text(1))\" is no word.")
      }
      if StatisticsMode(rawValue: row.text(2)) == nil {
        try place.fault("word", "the statistics \"\(row.text(2))\" are unknown.")
      }
      if let count = row.optionalInteger(3), !(1...Row.largestCount).contains(count) {
        try place.fault("count", "it is over \(count) examples.")
      }
    }
  }

  /// Checks gradients: norms are not negative, a cosine is at most 1, and the first layer's gradient does not shift.
  private func checkGradients() throws {
    try connection.statement(
      """
      SELECT step, layer, gradient_norm < 0 OR difference_norm < 0 OR abs(cosine) > 1
        OR (layer = 1 AND difference_norm > 0)
      FROM gradient_shift WHERE run = ?
      """
    ).forEachRow([.integer(run)]) { row in
      let place = reporter.at(.gradientShift(layer: row.integer(1)), row.integer(0))
      try place.check(step: row.integer(0))
      try place.check(layer: row.integer(1))
      if !row.isNull(2) && row.integer(2) == 1 {
        try place.fault("gradient", "its norms or its cosine are impossible.")
      }
    }
    try connection.statement(
      """
      SELECT step, step_length, NOT (step_length >= 0 AND step_length < 9e999) OR gradient_norm < 0 OR difference_norm < 0
      FROM landscape WHERE run = ?
      """
    ).forEachRow([.integer(run)]) { row in
      let place = reporter.at(.landscape, row.integer(0))
      try place.check(step: row.integer(0))
      if !row.isNull(2) && row.integer(2) == 1 {
        try place.fault("gradient", "the length \(row.real(1)) or a norm is impossible.")
      }
    }
  }

  private func checkEvents() throws {
    try connection.statement("SELECT step, layer, kind, tap FROM event WHERE run = ?").forEachRow(
      [.integer(run)]
    ) { row in
      let place = reporter.at(.event, row.integer(0))
      try place.check(step: row.integer(0))
      if let layer = row.optionalInteger(1) { try place.check(layer: layer) }
      if EventRecord.Kind(rawValue: row.text(2)) == nil {
        try place.fault("word", "the kind \"\(row.text(2))\" is no word of a-z, 0-9, - and _.")
      }
      if !row.isNull(3), Site.Tap(rawValue: row.text(3)) == nil {
        try place.fault("word", "the tap \"\(row.text(3))\" is unknown.")
      }
    }
  }

  /// Checks the rows of checkpoints; training checks their contents.
  private func checkCheckpoints() throws {
    try connection.statement(
      """
      SELECT step, \(RowCheck.isTime("created_at")), length(tensors) FROM checkpoint WHERE run = ?
      """
    ).forEachRow([.integer(run)]) { row in
      let place = reporter.at(.checkpoint, row.integer(0))
      try place.check(step: row.integer(0))
      if row.integer(1) != 1 { try place.fault("time", "created_at is not a time in UTC.") }
      if row.integer(2) == 0 { try place.fault("checkpoint", "it is empty.") }
    }
  }

  private func readSites() throws -> [SiteCheck] {
    let lastStep = try connection.firstRow(
      "SELECT max(step) FROM step WHERE run = ?", [.integer(run)]
    ) { $0.optionalInteger(0) }
    return try connection.rows(
      """
      SELECT id, layer, tap, population, statistics, width, epsilon, derives_normalized, shape
      FROM site WHERE run = ? ORDER BY id
      """,
      [.integer(run)]
    ) { row in
      SiteCheck(
        database: database, run: run, isQuick: isQuick, lastStep: lastStep ?? nil,
        site: row.integer(0), tap: row.text(2), population: row.text(3), statistics: row.text(4),
        layer: row.integer(1), width: row.integer(5), epsilon: row.optionalReal(6),
        derivesNormalized: row.optionalInteger(7), shape: row.optionalText(8),
        reporter: reporter.at(
          CheckFinding.Tensor(
            layer: row.integer(1), tap: row.text(2), population: row.text(3),
            statistics: row.text(4))))
    }
  }
}
