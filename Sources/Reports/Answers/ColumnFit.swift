/// The columns of an aligned table that a terminal has room for.
///
/// Where it is too narrow for all of them, first the empty ones are left out, then those with one value in every row, which
/// is said below the table, and then the last ones, up to the first two.
struct ColumnFit {
  /// The places of the columns that are shown.
  private(set) var shown: [Int]
  /// The places of the columns that have one value in every row.
  private(set) var constant: [Int] = []
  /// The places of the columns for which there is no room.
  private(set) var dropped: [Int] = []

  private static let gap = 2
  private static let kept = 2

  /// Fits columns.
  ///
  /// - Parameters:
  ///   - widths: the width of each column.
  ///   - width: the columns of the terminal; nil for any number.
  ///   - isEmpty: whether a column has no value in any row.
  ///   - isConstant: whether a column has the same value in all of several rows.
  init(
    _ widths: [Int], to width: Int?, isEmpty: (Int) -> Bool, isConstant: (Int) -> Bool
  ) {
    shown = Array(widths.indices)
    guard let width else { return }
    func total(_ columns: [Int]) -> Int {
      columns.reduce(-ColumnFit.gap) { $0 + widths[$1] + ColumnFit.gap }
    }
    guard total(shown) > width else { return }
    shown.removeAll(where: isEmpty)
    if total(shown) > width {
      constant = shown.filter(isConstant)
      shown.removeAll(where: constant.contains)
    }
    while total(shown) > width, shown.count > ColumnFit.kept {
      dropped.insert(shown.removeLast(), at: 0)
    }
  }
}
