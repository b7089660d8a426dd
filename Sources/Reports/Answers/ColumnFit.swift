/// The columns of an aligned table that a terminal has room for, and how wide each may be.
///
/// Where it is too narrow for all of them, the empty ones are left out first, then those with one value in every row, which
/// is said below the table. Then long texts are shortened. Then the columns of the highest rank are left out, of those of
/// one rank the last ones first, until two are left.
struct ColumnFit {
  /// What is known of a column before it is fitted.
  struct Candidate {
    /// The columns of the terminal that its widest cell takes.
    let width: Int
    /// The fewest columns that it can be shortened to.
    let least: Int
    /// The columns of the highest rank are left out first.
    let rank: Int
  }

  /// The places of the columns that are shown.
  private(set) var shown: [Int]
  /// The places of the columns that have one value in every row.
  private(set) var constant: [Int] = []
  /// The places of the columns for which there is no room.
  private(set) var dropped: [Int] = []
  /// The widths of all columns.
  private(set) var widths: [Int]

  private static let gap = 2
  private static let kept = 2

  /// Fits columns.
  ///
  /// - Parameters:
  ///   - candidates: the columns.
  ///   - width: the columns of the terminal; nil for any number.
  ///   - isEmpty: whether a column has no value in any row.
  ///   - isConstant: whether a column has the same value in all of several rows.
  init(
    _ candidates: [Candidate], to width: Int?, isEmpty: (Int) -> Bool, isConstant: (Int) -> Bool
  ) {
    shown = Array(candidates.indices)
    widths = candidates.map(\.width)
    guard let width else { return }
    func isTooWide(_ widthOf: (Candidate) -> Int) -> Bool {
      shown.reduce(-ColumnFit.gap) { $0 + widthOf(candidates[$1]) + ColumnFit.gap } > width
    }
    guard isTooWide(\.width) else { return }
    shown.removeAll(where: isEmpty)
    if isTooWide(\.width) {
      constant = shown.filter(isConstant)
      shown.removeAll(where: constant.contains)
    }
    while isTooWide(\.least), shown.count > ColumnFit.kept {
      let highest = shown.map { candidates[$0].rank }.max()
      guard let last = shown.lastIndex(where: { candidates[$0].rank == highest }) else { break }
      dropped.append(shown.remove(at: last))
    }
    dropped.sort()
    shorten(candidates, to: width)
  }

  /// Takes what is too much from the widest columns.
  private mutating func shorten(_ candidates: [Candidate], to width: Int) {
    var excess =
      shown.reduce(-ColumnFit.gap) { $0 + widths[$1] + ColumnFit.gap } - width
    while excess > 0 {
      let long = shown.filter { widths[$0] > candidates[$0].least }
      guard let widest = long.map({ widths[$0] }).max() else { return }
      let wide = long.filter { widths[$0] == widest }
      // Down to the next narrower one, so that all of them end alike.
      let next = long.map { widths[$0] }.filter { $0 < widest }.max() ?? 0
      for column in wide where excess > 0 {
        let share = max(1, excess / wide.count)
        let cut = min(share, widest - max(candidates[column].least, min(next, widest - 1)), excess)
        widths[column] -= max(1, cut)
        excess -= max(1, cut)
      }
    }
  }
}
