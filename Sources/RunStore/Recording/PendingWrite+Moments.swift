import SQLite

extension PendingWrite {
  /// Writes the moments, complete blocks of a site sealed.
  ///
  /// - Returns: the moments at each site that are left unsealed.
  func insertMoments(_ connection: Connection, siteIDs: [Int64]) throws -> [UnsealedSteps] {
    var writer = try MomentWriter(connection, isReplacing: isReplacing)
    let (moments, vectors) = (records.moments, records.vectors)
    guard var unsealed else {
      for moment in moments {
        try writer.write(moment, at: siteIDs[moment.position], vectors.span)
      }
      return []
    }
    unsealed += repeatElement(UnsealedSteps(), count: siteIDs.count - unsealed.count)
    var indices = siteIDs.map { _ in [Int]() }
    for (index, moment) in moments.enumerated() { indices[moment.position].append(index) }
    var isSealed = moments.map { _ in false }
    for (position, indices) in indices.enumerated() {
      for index in try seal(
        indices, at: siteIDs[position], &unsealed[position], &writer, connection)
      { isSealed[index] = true }
    }
    for (index, moment) in moments.enumerated() where !isSealed[index] {
      try writer.write(moment, at: siteIDs[moment.position], vectors.span)
    }
    return unsealed
  }

  /// Writes the complete blocks of a site, whose moments have these indices, and returns the indices of those written.
  private func seal(
    _ indices: [Int], at site: Int64, _ unsealed: inout UnsealedSteps, _ writer: inout MomentWriter,
    _ connection: Connection
  ) throws -> [Int] {
    var written: [Int] = []
    var waiting: [Int] = []
    for index in indices {
      let step = records.moments[index].step
      // A moment that comes late is not sealed.
      guard step > max(unsealed.newest, waiting.last.map { records.moments[$0].step } ?? -1) else {
        continue
      }
      waiting.append(index)
      guard waiting.count == unsealed.missingCount else { continue }
      if try seal(
        waiting.map { records.moments[$0] }, unsealed.steps, at: site, &writer, connection)
      {
        written += waiting
      }
      unsealed.removeAll(newest: step)
      waiting.removeAll(keepingCapacity: true)
    }
    for index in waiting { unsealed.add(records.moments[index].step) }
    return written
  }

  /// Seals a block of moments, after stored ones of `steps`.
  ///
  /// - Returns: false where stored ones are damaged; then nothing is changed.
  private func seal(
    _ moments: [PendingRecords.PendingMoment], _ steps: ClosedRange<Int>?, at site: Int64,
    _ writer: inout MomentWriter, _ connection: Connection
  ) throws -> Bool {
    let vectors = records.vectors
    guard let steps, let width = moments.first?.width else {
      try writer.writeSealed(moments, at: site, vectors.span)
      return true
    }
    guard var block = try MomentBlock(of: steps, at: site, width: width, connection) else {
      return false
    }
    block.append(moments, vectors)
    try writer.seal(block, of: steps, at: site)
    return true
  }
}
