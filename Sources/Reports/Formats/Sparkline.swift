/// A series drawn as one line of text: a block for each value, the higher the larger.
package enum Sparkline {
  /// Draws `values`, the first one left.
  ///
  /// NaN is `x`, the infinities are `^` and `v`; they have no part in the scale. Values that are all alike have half the
  /// height. Of more values than columns, neighbors share one: it has their mean, or the mark of the first that is not
  /// finite, so that none of these is lost.
  ///
  /// - Parameters:
  ///   - values: the series.
  ///   - columns: the most columns of the text.
  ///   - range: what the lowest and the highest block mean; by default the smallest and the largest value.
  ///   - glyphs: the characters.
  /// - Returns: the text, of `values.count` or `columns` characters, whichever is less.
  package static func text(
    _ values: [Double], columns: Int = .max, within range: ClosedRange<Double>? = nil,
    _ glyphs: Glyphs = .blocks
  ) -> String {
    let shown = pooled(values, to: columns)
    let finite = shown.filter(\.isFinite)
    let low = range?.lowerBound ?? finite.min() ?? 0
    let high = range?.upperBound ?? finite.max() ?? 0
    // Means of neighbors that are alike differ by their rounding.
    let areAlike = range == nil && high / 2 - low / 2 <= 1e-12 * max(abs(low), abs(high))
    let heights = glyphs.heights
    return String(
      shown.map { value in
        guard value.isFinite else { return Glyphs.mark(ofNonFinite: value) }
        // Halves, because the difference of two large numbers may be infinite.
        let share = high > low && !areAlike ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5
        return heights[place(of: share, among: heights.count)]
      })
  }

  /// `values` as at most `count` of them, each for an equal part of the series.
  static func pooled(_ values: [Double], to count: Int) -> [Double] {
    guard values.count > count else { return values }
    return (0..<max(0, count)).map { part in
      let members = values[part * values.count / count..<(part + 1) * values.count / count]
      let size = Double(members.count)
      return members.first { !$0.isFinite } ?? members.reduce(0) { $0 + $1 / size }
    }
  }

  /// Which of `count` equal parts of 0...1 a share is in.
  private static func place(of share: Double, among count: Int) -> Int {
    // A value far beyond its range has an infinite share, one in an infinite range none.
    guard share > 0 else { return 0 }
    return share < 1 ? min(count - 1, Int(share * Double(count))) : count - 1
  }
}
