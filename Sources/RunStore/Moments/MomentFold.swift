import Dispatch
import FoundationEssentials
public import RunModel
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
    let widest = sites.map(\.site.width).max() ?? 0
    let readerCount = rows.count / max(1, file.numbersPerReader / widest)
    guard readerCount > 1 else { return [] }
    let partCount = min(ProcessInfo.processInfo.activeProcessorCount, readerCount)
    guard partCount > 1 else { return [] }
    let length = rows.last - rows.first + 1
    let starts = (0..<partCount).map { rows.first + length / partCount * $0 }
    // The last row may have the largest id that there is.
    return zip(starts, starts.dropFirst().map { $0 - 1 } + [rows.last]).map { $0...$1 }
  }

  /// - Returns: nil where the rows are not in the order of steps.
  private func fold<Part: Sendable>(
    _ ranges: [ClosedRange<Int>], of rows: MomentRows, at sites: [RecordedSite], withAffine: Bool,
    into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part]? {
    let file = file
    let folded = Mutex<[Int: Result<(Part, MomentPass)?, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: ranges.count) { index in
      let result = Result { () throws -> (Part, MomentPass)? in
        var part = empty
        let pass = try RunDatabase(file, for: .read).forEachMoment(
          inOnePass: ranges[index], at: sites, withAffine: withAffine
        ) { try add(&part, $0, $1) }
        return pass.map { (part, $0) }
      }
      folded.withLock { $0[index] = result }
    }
    let results = folded.withLock { $0 }
    let parts = try ranges.indices.compactMap { try results[$0]?.get() }
    let isWhole =
      parts.count == ranges.count && parts.reduce(0) { $0 + $1.1.count } == rows.count
      && sites.indices.allSatisfy { site in
        let steps = parts.compactMap { $0.1.steps[site] }
        return zip(steps, steps.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
      }
    return isWhole ? parts.map(\.0) : nil
  }
}
