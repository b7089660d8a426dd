import RunModel
import SQLite
import Sealing

extension PendingWrite {
  /// A block of steps at a site.
  private struct Block: Hashable {
    /// The index of the site among the recorder's.
    let position: Int
    let start: Int

    init(of moment: PendingRecords.PendingMoment) {
      position = moment.position
      start = SealedSteps.start(of: moment.step)
    }

    /// The block of the steps of a pooled block; nil where that is longer.
    init?(of pooled: PendingRecords.PendingRollup) {
      guard pooled.rollup.blockSteps == SealedSteps.span else { return nil }
      position = pooled.position
      start = pooled.rollup.block * SealedSteps.span
    }
  }

  /// Stores the moments: those of the blocks that they complete sealed, the others plain.
  ///
  /// - Throws: `SQLiteError`.
  func insertMoments(_ connection: Connection, siteIDs: [Int64]) throws {
    let indices = Dictionary(grouping: records.moments.indices) { Block(of: records.moments[$0]) }
    // Rows may be added to plain blocks alone.
    for block in indices.keys {
      let site = SealedSite(id: siteIDs[block.position], sites.sites[block.position])
      try connection.unseal(block.start...block.start, at: site)
    }
    try insertRows(
      connection, siteIDs: siteIDs,
      sealed: isSealing ? seal(indices, connection, siteIDs: siteIDs) : [])
  }

  /// Seals the blocks that the records complete, by their last step or one after it, each with what earlier writes stored of it;
  /// `indices` has those of each block's moments among the records'.
  ///
  /// - Returns: whether each of the records' moments is sealed; nothing where none is.
  private func seal(
    _ indices: [Block: [Int]], _ connection: Connection, siteIDs: [Int64]
  ) throws -> [Bool] {
    let last = records.moments.filter { $0.step % SealedSteps.span == SealedSteps.span - 1 }
    let complete = records.rollups.compactMap { Block(of: $0) } + last.map { Block(of: $0) }
    guard !complete.isEmpty else { return [] }
    let shapes = sites.sites.map { ($0.width, $0.epsilon == nil ? 0 : 1) }
    var isSealed = [Bool](repeating: false, count: records.moments.count)
    var block = SealedBlock(width: 0, withAffine: false)
    // One after the other, blocks of one shape use the same memory.
    for key in complete.sorted(by: { shapes[$0.position] < shapes[$1.position] }) {
      let site = SealedSite(id: siteIDs[key.position], sites.sites[key.position])
      if (block.width, block.hasAffine) != (site.width, site.hasAffine) {
        block = SealedBlock(width: site.width, withAffine: site.hasAffine)
      }
      block.begin(at: key.start)
      guard try connection.readPlainMoments(into: &block, at: site) else { continue }
      let isStored = !block.steps.steps.isEmpty
      let added = indices[key] ?? []
      guard append(added, to: &block), let parts = block.sealed() else { continue }
      try connection.insert(parts, from: key.start, at: site.id)
      if isStored { try connection.emptyMoments(of: key.start, at: site) }
      for index in added { isSealed[index] = true }
    }
    return isSealed
  }

  /// Appends the moments with these indices to a block.
  ///
  /// - Returns: false where they cannot be sealed.
  private func append(_ indices: [Int], to block: inout SealedBlock) -> Bool {
    let vectors = MomentVector.all(withAffine: block.hasAffine)
    for index in indices {
      let moment = records.moments[index]
      guard
        block.append(
          step: moment.step, count: moment.count, nonFiniteCount: moment.nonFiniteCount)
      else { return false }
      for (place, vector) in vectors.enumerated() {
        let start = moment.start + place * moment.width
        block.write(vector, records.vectors.span.extracting(start..<start + moment.width))
      }
    }
    return true
  }

  /// Stores the rows of the moments, those that are sealed without their vectors.
  private func insertRows(_ connection: Connection, siteIDs: [Int64], sealed: [Bool]) throws {
    let moments = try connection.statement(
      """
      \(insertion) INTO moment (site, step, count, non_finite_count, mean, variance)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    let affines = try connection.statement(
      "INSERT INTO affine (moment, gamma, beta) VALUES (last_insert_rowid(), ?, ?)")
    let higherMoments = try connection.statement(
      "INSERT INTO higher_moment (moment, skewness, kurtosis) VALUES (last_insert_rowid(), ?, ?)")
    let vectors = records.vectors
    for (index, moment) in records.moments.enumerated() {
      let isSealed = !sealed.isEmpty && sealed[index]
      let (start, width) = (moment.start, moment.width)
      try moments.run(
        [
          .integer(siteIDs[moment.position]), .integer(moment.step), .integer(moment.count),
          .integer(moment.nonFiniteCount), .floats(start..<start + (isSealed ? 0 : width)),
          .floats(start + width..<start + width + (isSealed ? 0 : width)),
        ],
        floats: vectors.span)
      // Rows that belong to a moment have its id as their own.
      var rest = start + 2 * width
      for (isThere, isRow, statement) in [
        (moment.hasAffine, !isSealed, affines), (moment.hasHigherMoments, true, higherMoments),
      ] where isThere {
        if isRow {
          try statement.run(
            [.floats(rest..<rest + width), .floats(rest + width..<rest + 2 * width)],
            floats: vectors.span)
        }
        rest += 2 * width
      }
    }
  }
}
