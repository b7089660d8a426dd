import Dispatch
import FoundationEssentials
import Synchronization

extension RunDatabase {
  /// Folds the moments at several sites into values, in parts that are read at the same time where there are many.
  ///
  /// - Parameters:
  ///   - sites: where they were taken.
  ///   - withAffine: whether gamma and beta are wanted, where a site has them.
  ///   - empty: what each part begins as.
  ///   - precede: is called with the moment before the first of a part at a site, where that is not the first of all.
  ///   - add: is called for each moment, with the place of its site among `sites`, in order of steps at each of them.
  /// - Returns: the parts, in order of steps.
  /// - Throws: `StoreError`, or what `add` throws.
  public func foldMoments<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, into empty: Part,
    precede: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) -> Void,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part] {
    let rows = try rowsLyingTogether(of: sites)
    let parts = try rows.flatMap {
      try foldPartsAtOnce(
        $0, at: sites, withAffine: withAffine, into: empty, precede: precede, add)
    }
    if let parts { return parts }
    var part = empty
    try forEachMoment(in: rows, at: sites, withAffine: withAffine, startOver: { part = empty }) {
      try add(&part, $0, $1)
    }
    return [part]
  }

  /// - Returns: nil where the moments are too few for several parts, or don't lie in the order of steps.
  private func foldPartsAtOnce<Part: Sendable>(
    _ rows: MomentRows, at sites: [RecordedSite], withAffine: Bool, into empty: Part,
    precede: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) -> Void,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part]? {
    let widest = sites.map(\.site.width).max() ?? 0
    let readerCount = rows.count / max(1, file.numbersPerReader / widest)
    guard readerCount > 1 else { return nil }
    let partCount = min(ProcessInfo.processInfo.activeProcessorCount, readerCount)
    guard partCount > 1 else { return nil }
    let length = rows.last - rows.first + 1
    let starts = (0..<partCount).map { rows.first + length / partCount * $0 }
    // The last row may have the largest id that there is.
    let ranges = zip(starts, starts.dropFirst().map { $0 - 1 } + [rows.last]).map { $0...$1 }
    let file = file
    let folded = Mutex<[Int: Result<(Part, MomentPass)?, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: partCount) { index in
      let result = Result {
        try RunDatabase(file, for: .read).fold(
          ranges[index], isFirst: index == 0, at: sites, withAffine: withAffine, into: empty,
          precede: precede, add)
      }
      folded.withLock { $0[index] = result }
    }
    let results = folded.withLock { $0 }
    let parts = try (0..<partCount).compactMap { try results[$0]?.get() }
    let isWhole =
      parts.count == partCount && parts.reduce(0) { $0 + $1.1.count } == rows.count
      && sites.indices.allSatisfy { site in
        let steps = parts.compactMap { $0.1.steps[site] }
        return zip(steps, steps.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
      }
    return isWhole ? parts.map(\.0) : nil
  }

  private func fold<Part>(
    _ rows: ClosedRange<Int>, isFirst: Bool, at sites: [RecordedSite], withAffine: Bool,
    into empty: Part,
    precede: (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) -> Void,
    _ add: (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> (Part, MomentPass)? {
    var part = empty
    var isPreceded = sites.map { _ in isFirst }
    let pass = try forEachMoment(inOnePass: rows, at: sites, withAffine: withAffine) {
      index, moment in
      if !isPreceded[index] {
        isPreceded[index] = true
        let earlier = try self.moment(
          at: sites[index], before: moment.step, withAffine: withAffine)
        if let earlier { precede(&part, index, earlier) }
      }
      try add(&part, index, moment)
    }
    return pass.map { (part, $0) }
  }
}
