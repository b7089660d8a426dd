import Glibc

extension ChartScale {
  /// Whether a value has a place on the axis: it can be drawn, and a logarithmic axis reaches it.
  func canPlace(_ value: Double) -> Bool {
    ChartScale.isDrawable(value) && (!isLogarithmic || value >= domain.lowerBound)
  }

  /// The share of the height below which a line hugs 0.
  private static let huggingShare = 1.0 / 12
  /// The decades of a logarithmic axis that is chosen because a line hugs 0; and the most that it has to show every line.
  private static let decades = (usual: 4.0, most: 8.0)

  /// An axis for the values of lines, none of them below 0: from 0, or logarithmic where a whole line would hug 0.
  ///
  /// A logarithmic axis begins at the smallest value above 0, and at most four decades below the largest, or one below the
  /// largest of the lowest line, so that every line is seen; it has no place for smaller values, 0 among them.
  static func fromZero(_ lines: [[Double]], and others: [Double] = []) -> ChartScale {
    let lines = lines.map { $0.filter { isDrawable($0) } }.filter { !$0.isEmpty }
    let values = lines.flatMap { $0 } + others
    let high = values.max() ?? 1
    let tops = lines.compactMap { $0.max() }
    let least = values.filter { $0 > 0 }.min() ?? 0
    guard (values.min() ?? 0) >= 0, least > 1e-300, high < 1e300,
      tops.contains(where: { $0 > 0 && $0 < high * huggingShare })
    else {
      return .linear(from: min(0, values.min() ?? 0), to: high, count: 4)
    }
    let lowest = tops.filter { $0 >= high * pow(10, -decades.most) }.min() ?? high
    return .logarithmic(
      from: max(least, min(high * pow(10, -decades.usual), lowest / 10)), to: high)
  }

  /// A sentence on the axis for captions; nothing where it is linear.
  var note: String? {
    isLogarithmic
      ? "The vertical axis is logarithmic, because one line would hug 0; it has no place for 0 itself."
      : nil
  }
}
