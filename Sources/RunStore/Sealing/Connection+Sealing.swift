import RunModel
import SQLite
import Sealing

/// A site whose moments are sealed.
struct SealedSite {
  /// The row id.
  let id: Int64
  /// The number of features.
  let width: Int
  /// Whether each moment has gamma and beta.
  let hasAffine: Bool

  init(id: Int64, _ site: Site) {
    self.id = id
    width = site.width
    hasAffine = site.epsilon != nil
  }

  init(_ recorded: RecordedSite) { self.init(id: Int64(recorded.id), recorded.site) }
}

extension Connection {
  /// The start of the first sealed block at a site that ends at `step` or later and begins at `last` or before; nil where there is
  /// none.
  ///
  /// - Throws: `SQLiteError`.
  func firstSealedBlock(at site: Int64, from step: Int, to last: Int) throws -> Int? {
    let found = try firstRow(
      "SELECT min(step) FROM sealed WHERE site = ? AND step > ? AND step <= ?",
      [.integer(site), .integer(max(step, 0) - SealedSteps.span), .integer(last)]
    ) { $0.optionalInteger(0) }
    return found ?? nil
  }

  /// Stores the rows of a sealed block.
  ///
  /// - Throws: `SQLiteError`.
  func insert(_ parts: [SealedBlock.Part], from start: Int, at site: Int64) throws {
    let insertion = try statement(
      "INSERT INTO sealed (site, step, vector, unit, bits) VALUES (?, ?, ?, ?, ?)")
    for part in parts {
      try insertion.run([
        .integer(site), .integer(start), .integer(part.vector), .integer(part.unit),
        .bytes(part.bits),
      ])
    }
  }

  /// Seals the moments of the block that begins at `start`, where they are plain, many enough and sound, and become smaller.
  ///
  /// - Throws: `SQLiteError`.
  func seal(from start: Int, at site: SealedSite) throws {
    var block = SealedBlock(width: site.width, withAffine: site.hasAffine)
    block.begin(at: start)
    guard try readPlainMoments(into: &block, at: site), let parts = block.sealed() else { return }
    try insert(parts, from: start, at: site.id)
    try emptyMoments(of: start, at: site)
  }

  /// Removes the vectors from the plain moments of the block that begins at `start`, which are sealed.
  ///
  /// - Throws: `SQLiteError`.
  func emptyMoments(of start: Int, at site: SealedSite) throws {
    let steps: [Binding] = [
      .integer(site.id), .integer(start), .integer(start + SealedSteps.span),
    ]
    if site.hasAffine {
      try run(
        """
        DELETE FROM affine
        WHERE moment IN (SELECT id FROM moment WHERE site = ? AND step >= ? AND step < ?)
        """, steps)
    }
    // With its id set, a row is deleted and inserted, and SQLite merges the pages; else they would stay nearly empty.
    try run(
      """
      UPDATE moment SET id = id, mean = zeroblob(0), variance = zeroblob(0)
      WHERE site = ? AND step >= ? AND step < ?
      """, steps)
  }

  /// Appends the stored moments to a block that has begun and has no steps.
  ///
  /// - Returns: false where they are sealed, damaged or too wide.
  /// - Throws: `SQLiteError`.
  func readPlainMoments(into block: inout SealedBlock, at site: SealedSite) throws -> Bool {
    let start = block.steps.start
    guard !block.isTooLarge, try firstSealedBlock(at: site.id, from: start, to: start) == nil
    else { return false }
    let vectors = MomentVector.all(withAffine: site.hasAffine)
    let bytes = site.width.multipliedReportingOverflow(by: MemoryLayout<Float>.stride).partialValue
    var isSound = true
    var numbers: [Float] = []
    try statement(
      """
      SELECT step, count, non_finite_count, mean, variance, gamma, beta
      FROM moment LEFT JOIN affine ON affine.moment = moment.id
      WHERE site = ? AND step >= ? AND step < ? ORDER BY step
      """
    ).forEachRow([
      .integer(site.id), .integer(start), .integer(start + SealedSteps.span),
    ]) { row in
      isSound =
        isSound && row.isNull(5) != site.hasAffine
        && vectors.allSatisfy { row.byteCount($0.rawValue + 2) == bytes }
        && block.append(
          step: row.integer(0), count: row.integer(1), nonFiniteCount: row.integer(2))
      guard isSound else { return }
      for vector in vectors {
        try row.floats(vector.rawValue + 2, count: site.width, into: &numbers)
        block.write(vector, numbers.span)
      }
    }
    return isSound
  }

  /// Stores the moments of the blocks that overlap `steps` as plain rows again, so that rows can be added and deleted.
  ///
  /// - Throws: `SQLiteError`, of code `corrupt` where a block is damaged.
  func unseal(_ steps: ClosedRange<Int>, at site: SealedSite) throws {
    let width = site.width
    var next = steps.lowerBound
    while let start = try firstSealedBlock(at: site.id, from: next, to: steps.upperBound) {
      var block = SealedBlock(width: width, withAffine: site.hasAffine)
      try block.unseal(from: start, at: site.id, self)
      let moments = try statement(
        "UPDATE moment SET mean = ?, variance = ? WHERE site = ? AND step = ?")
      let affines = try statement(
        """
        INSERT INTO affine (gamma, beta, moment)
        SELECT ?, ?, id FROM moment WHERE site = ? AND step = ?
        """)
      var moment = Moment.empty
      for place in block.steps.steps.indices {
        block.read(at: place, into: &moment)
        let bindings: [Binding] = [
          .floats(0..<width), .floats(width..<2 * width), .integer(site.id), .integer(moment.step),
        ]
        try moments.run(bindings, floats: (moment.mean + moment.variance).span)
        if block.hasAffine { try affines.run(bindings, floats: (moment.gamma + moment.beta).span) }
      }
      try run(
        "DELETE FROM sealed WHERE site = ? AND step = ?", [.integer(site.id), .integer(start)])
      next = block.steps.span.upperBound + 1
    }
  }
}
