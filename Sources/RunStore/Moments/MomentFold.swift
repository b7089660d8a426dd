import Dispatch
import FoundationEssentials
public import RunModel
import SQLite
import Sealing
import Synchronization

extension RunDatabase {
  /// Folds the moments at several sites into one value, or into several that cover successive ranges of steps.
  ///
  /// Rows that were recorded together are neighbors, so all sites are read in one pass where that is worth it; parts
  /// are read at the same time where there are many rows.
  /// - Parameters:
  ///   - sites: the sites.
  ///   - withAffine: whether to read gamma and beta, where a site has them.
  ///   - mayDivide: whether several parts may be read at the same time.
  ///   - empty: the value that each part begins with.
  ///   - add: adds a moment to a part, given the index of its site in `sites`; called in order of steps at each site.
  /// - Returns: the parts, in order of steps; one unless `mayDivide`.
  /// - Throws: `StoreError`, or what `add` throws.
  public func foldMoments<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, mayDivide: Bool, into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part] {
    if try attempt({ try isSealed(sites) }) {
      return try foldSealed(
        at: sites, withAffine: withAffine, mayDivide: mayDivide, into: empty, add)
    }
    let rows = try rowsLyingTogether(of: sites)
    if let rows {
      let ranges = mayDivide ? rangesReadAtOnce(rows, at: sites) : []
      if !ranges.isEmpty,
        let parts = try fold(
          ranges, of: rows, at: sites, withAffine: withAffine, into: empty, add)
      {
        return parts
      }
      var part = empty
      let pass = try forEachMoment(
        inOnePass: rows.first...rows.last, at: sites, withAffine: withAffine
      ) { try add(&part, $0, $1) }
      if pass?.count == rows.count { return [part] }
    }
    // The rows are not in the order of steps.
    var part = empty
    for (index, site) in sites.enumerated() {
      try forEachMoment(at: site, withAffine: withAffine) { try add(&part, index, $0) }
    }
    return [part]
  }

  /// The ranges of row ids that are worth a reader each; none where there are too few rows for two.
  private func rangesReadAtOnce(_ rows: MomentRows, at sites: [RecordedSite]) -> [ClosedRange<Int>]
  {
    let partCount = readerCount(rows: rows.count, sites)
    guard partCount > 1 else { return [] }
    let length = rows.last - rows.first + 1
    let starts = (0..<partCount).map { rows.first + length / partCount * $0 }
    // The last row may have the largest id that there is.
    return zip(starts, starts.dropFirst().map { $0 - 1 } + [rows.last]).map { $0...$1 }
  }

  /// The number of readers, at most one for each processor, that have enough rows each.
  private func readerCount(rows: Int, _ sites: [RecordedSite]) -> Int {
    let widest = sites.map(\.site.width).max() ?? 0
    return min(
      ProcessInfo.processInfo.activeProcessorCount,
      rows / max(1, file.numbersPerReader / max(1, widest)))
  }

  /// Folds moments that are sealed in part, one site after the other, and ranges of steps at the same time.
  private func foldSealed<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, mayDivide: Bool, into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part] {
    let ranges = try mayDivide ? stepsReadAtOnce(at: sites) : []
    return try fold(ranges.isEmpty ? [Int.min...Int.max] : ranges) { database, steps in
      var part = empty
      for (index, site) in sites.enumerated() {
        try database.forEachMoment(at: site, withAffine: withAffine, in: steps) {
          try add(&part, index, $0)
        }
      }
      return part
    }
  }

  /// A range of steps for each reader, from the beginning of a block on; none where there are too few moments for two readers.
  private func stepsReadAtOnce(at sites: [RecordedSite]) throws -> [ClosedRange<Int>] {
    let count = try sites.reduce(0) { try $0 + stepCount(at: $1) }
    let partCount = readerCount(rows: count, sites)
    let ranges = try sites.compactMap { try stepRange(at: $0) }
    guard partCount > 1, let first = ranges.map(\.lowerBound).min(),
      let last = ranges.map(\.upperBound).max(), first >= 0, last <= Row.largestCount
    else { return [] }
    let length = (last - first) / partCount
    let starts = (1..<partCount).map { SealedSteps.start(of: first + length * $0) }
    let bounds = [Int.min] + starts
    // The first and the last range hold all that comes before and after, such as steps that are recorded meanwhile.
    return zip(bounds, starts.map { $0 - 1 } + [Int.max]).compactMap { $0 <= $1 ? $0...$1 : nil }
  }

  /// The values that `fold` makes of the ranges: of several at the same time, by a reader of its own each.
  private func fold<Piece: Sendable, Value: Sendable>(
    _ ranges: [Piece], _ fold: @Sendable (_ database: RunDatabase, _ range: Piece) throws -> Value
  ) throws -> [Value] {
    if ranges.count == 1 { return [try fold(self, ranges[0])] }
    let file = file
    let folded = Mutex<[Int: Result<Value, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: ranges.count) { index in
      let result = Result { try fold(RunDatabase(file, for: .read), ranges[index]) }
      folded.withLock { $0[index] = result }
    }
    let results = folded.withLock { $0 }
    return try ranges.indices.compactMap { try results[$0]?.get() }
  }

  /// - Returns: nil where the rows are not in the order of steps.
  private func fold<Part: Sendable>(
    _ ranges: [ClosedRange<Int>], of rows: MomentRows, at sites: [RecordedSite], withAffine: Bool,
    into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part]? {
    let parts = try fold(ranges) { database, rows in
      var part = empty
      let pass = try database.forEachMoment(inOnePass: rows, at: sites, withAffine: withAffine) {
        try add(&part, $0, $1)
      }
      return pass.map { (part, $0) }
    }.compactMap { $0 }
    let isWhole =
      parts.count == ranges.count && parts.reduce(0) { $0 + $1.1.count } == rows.count
      && sites.indices.allSatisfy { site in
        let steps = parts.compactMap { $0.1.steps[site] }
        return zip(steps, steps.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
      }
    return isWhole ? parts.map(\.0) : nil
  }
}
