import RunModel
import SQLite

/// A check of one site: its enumerated words, moments, pooled blocks, distributions and batch noise.
struct SiteCheck {
  let database: RunDatabase
  let run: Int
  let isQuick: Bool
  /// The newest step of the run; nil if no step was recorded.
  let lastStep: Int?
  let site: Int
  let tap: String
  let population: String
  let statistics: String
  let layer: Int
  let width: Int
  let epsilon: Double?
  let derivesNormalized: Int?
  let shape: String?
  let reporter: CheckReporter

  private var connection: Connection { database.connection }
  private var isOfBatch: Bool { population == Site.Population.batch.rawValue }

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    for (column, word, isKnown) in [
      ("tap", tap, Site.Tap(rawValue: tap) != nil),
      ("population", population, Site.Population(rawValue: population) != nil),
      ("statistics", statistics, StatisticsMode(rawValue: statistics) != nil),
    ] where !isKnown {
      try reporter.fault("word", "the \(column) \"\(word)\" is unknown.")
    }
    try reporter.check(layer: layer)
    if let epsilon, !(epsilon >= 0 && epsilon.isFinite) {
      try reporter.fault("epsilon", "the epsilon \(epsilon) is impossible.")
    }
    if let derivesNormalized, epsilon == nil || ![0, 1].contains(derivesNormalized) {
      try reporter.fault(
        "normalized", "derives_normalized is \(derivesNormalized), which is impossible.")
    }
    if let shape, TensorShapeText.shape(shape) == nil {
      try reporter.fault("shape", "the shape \(shape.prefix(40)) is impossible.")
    }
    guard try (1...max(database.largestWidth(), 1)).contains(width) else {
      return try reporter.fault("width", "a tensor of \(width) features is impossible.")
    }
    try SealCheck(
      connection: connection, site: site, width: width, hasAffine: epsilon != nil, isQuick: isQuick,
      reporter: reporter
    ).check()
    try checkMoments()
    try checkRollups()
    try DistributionCheck(
      connection: connection, site: site, width: width, isQuick: isQuick, reporter: reporter
    ).check()
    try NoiseCheck(
      connection: connection, site: site, width: width, isQuick: isQuick, reporter: reporter
    ).check()
  }

  private func checkMoments() throws {
    var moments = MomentCheck(connection, site: site, width: width, hasEpsilon: epsilon != nil)
    var rollups = isQuick ? nil : try RollupCheck(connection, site: site, width: width)
    var cadence = Cadence()
    try connection.statement(
      """
      SELECT moment.step, count, non_finite_count, mean, variance, affine.moment, gamma, beta,
        step.step, step.loss
      FROM moment LEFT JOIN affine ON affine.moment = moment.id
        LEFT JOIN step ON step.run = ? AND step.step = moment.step
      WHERE site = ? ORDER BY moment.step
      """
    ).forEachRow([.integer(run), .integer(site)]) { row in
      let step = row.integer(0)
      let place = reporter.at(.step, step)
      guard try place.check(step: step) else { return }
      // The probe passes through the weights after any step.
      if row.isNull(8), lastStep != nil, isOfBatch {
        try place.fault("step", "there are moments of a step that was not recorded.")
      }
      if let hole = cadence.add(step) { try check(hole) }
      guard try moments.isSound(row, isQuick: isQuick, place), !isQuick else { return }
      try rollups?.add(
        step: step, count: row.integer(1), mean: moments.mean, variance: moments.variance, reporter)
    }
    try rollups?.end(reporter)
  }

  /// Checks a gap in a site's steps: a fault if another site has a moment there.
  ///
  /// If no site has one, the recording skipped those steps, or they were thinned and a pooled block covers them.
  private func check(_ hole: ClosedRange<Int>) throws {
    let between = [.integer(hole.lowerBound), .integer(hole.upperBound)] as [Binding]
    let elsewhere = try connection.firstRow(
      """
      SELECT step FROM site JOIN moment ON moment.site = site.id
      WHERE run = ? AND population = ? AND site.id <> ? AND step > ? AND step < ? LIMIT 1
      """,
      [.integer(run), .text(population), .integer(site)] + between
    ) { $0.integer(0) }
    if let elsewhere {
      return try reporter.fault(
        "moment-gap",
        "there are no moments between steps \(hole.lowerBound) and \(hole.upperBound), "
          + "and other tensors have some of step \(elsewhere).")
    }
    let isPooled = try connection.firstRow(
      """
      SELECT 1 FROM rollup WHERE site = ?1
        AND block * block_steps < ?3 AND (block + 1) * block_steps > ?2 LIMIT 1
      """,
      [.integer(site)] + between
    ) { _ in true }
    guard isPooled == nil else { return }
    try reporter.note(
      "moment-gap",
      "there are no moments between steps \(hole.lowerBound) and \(hole.upperBound).")
  }

  private func checkRollups() throws {
    var vectors = VectorCheck(width: width, largestCount: Row.largestCount)
    try connection.statement(
      """
      SELECT block_steps, block, step_count, count, non_finite_count, mean, variance
      FROM rollup WHERE site = ?
      """
    ).forEachRow([.integer(site)]) { row in
      let place = reporter.at(.block(steps: row.integer(0)), row.integer(1))
      let span = span(ofBlock: row.integer(1), of: row.integer(0))
      if span == nil || !(1...max(row.integer(0), 1)).contains(row.integer(2)) {
        try place.fault("rollup", "it cannot hold \(row.integer(2)) steps.")
      } else if let span, lastStep != nil, isOfBatch, try !hasStep(in: span) {
        try place.fault("rollup", "there is no step that it could pool.")
      }
      try vectors.check(
        row, count: 3, nonFinite: 4, mean: 5, variance: 6, isQuick: isQuick, place)
    }
  }

  /// The steps of a block; nil if the block is impossible.
  private func span(ofBlock block: Int, of steps: Int) -> Range<Int>? {
    guard (2...Row.largestCount).contains(steps),
      (0...Row.largestCount / steps).contains(block)
    else { return nil }
    return block * steps..<(block + 1) * steps
  }

  /// Whether the run recorded a step in `steps`; thinning keeps all rows of `step`.
  private func hasStep(in steps: Range<Int>) throws -> Bool {
    try connection.firstRow(
      "SELECT 1 FROM step WHERE run = ? AND step >= ? AND step < ? LIMIT 1",
      [.integer(run), .integer(steps.lowerBound), .integer(steps.upperBound)]
    ) { _ in true } == true
  }
}
